#include "projections/statistics/sqlite/figures_database.h"

#include <sqlite3.h>

#include "engine/base/clock.h"

namespace stafett::bti {
namespace {

constexpr const char* kSchema = R"(
CREATE TABLE period (
  from_date TEXT NOT NULL, to_date TEXT NOT NULL, size INTEGER NOT NULL,
  suppressed INTEGER NOT NULL, published_at TEXT) STRICT;
CREATE TABLE totals (figure TEXT PRIMARY KEY, total INTEGER) STRICT;
CREATE TABLE cells (
  figure TEXT NOT NULL, key TEXT NOT NULL, n INTEGER, PRIMARY KEY (figure, key)) STRICT;
CREATE TABLE medians (figure TEXT PRIMARY KEY, n INTEGER, median REAL) STRICT;
CREATE TABLE shares (figure TEXT PRIMARY KEY, n INTEGER, of_n INTEGER) STRICT;
)";

// A database in memory. Its first failure is kept; after it nothing is done any more.
class Database final {
 public:
  Database() { check(sqlite3_open_v2(":memory:", &handle_, kReadWrite, nullptr)); }
  ~Database() { sqlite3_close(handle_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void run(const char* sql) {
    if (!failed_) check(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr));
  }
  using Value = std::variant<std::monostate, std::int64_t, double, std::string>;
  void insert(const char* sql, const std::vector<Value>& values) {
    if (failed_) return;
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr));
    for (std::size_t i = 0; i < values.size() && !failed_; ++i)
      bind(statement, static_cast<int>(i) + 1, values[i]);
    if (!failed_ && sqlite3_step(statement) != SQLITE_DONE) check(sqlite3_errcode(handle_));
    sqlite3_finalize(statement);
  }
  Result<Bytes> bytes() {
    if (failed_) return *failed_;
    sqlite3_int64 size = 0;
    unsigned char* data = sqlite3_serialize(handle_, "main", &size, 0);
    if (data == nullptr) return Error{Errc::io, "sqlite: out of memory"};
    Bytes out(data, data + size);
    sqlite3_free(data);
    return out;
  }

 private:
  static constexpr int kReadWrite = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

  void bind(sqlite3_stmt* statement, int place, const Value& value) {
    if (const auto* whole = std::get_if<std::int64_t>(&value))
      check(sqlite3_bind_int64(statement, place, *whole));
    else if (const auto* part = std::get_if<double>(&value))
      check(sqlite3_bind_double(statement, place, *part));
    else if (const auto* text = std::get_if<std::string>(&value))  // outlives the statement
      check(sqlite3_bind_text(statement, place, text->data(), static_cast<int>(text->size()),
                              nullptr));
    else
      check(sqlite3_bind_null(statement, place));
  }
  void check(int code) {
    if (code != SQLITE_OK && !failed_)
      failed_ = Error{Errc::io, std::string{"sqlite: "} + sqlite3_errstr(code)};
  }

  sqlite3* handle_ = nullptr;
  std::optional<Error> failed_;
};

// A member of a figure, as a column.
Database::Value column(const boost::json::object& figure, std::string_view key) {
  const boost::json::value* found = figure.if_contains(key);
  if (found && found->is_int64()) return found->get_int64();
  if (found && found->is_double()) return found->get_double();
  return {};
}

void insert_figure(Database& database, const std::string& name, const boost::json::object& figure) {
  if (const boost::json::value* cells = figure.if_contains("cells")) {
    database.insert("INSERT INTO totals VALUES (?, ?)", {name, column(figure, "total")});
    for (const auto& [key, cell] : cells->get_object())
      database.insert("INSERT INTO cells VALUES (?, ?, ?)",
                      {name, std::string{key}, column(cells->get_object(), key)});
  } else if (figure.contains("median")) {
    database.insert("INSERT INTO medians VALUES (?, ?, ?)",
                    {name, column(figure, "n"), column(figure, "median")});
  } else {
    database.insert("INSERT INTO shares VALUES (?, ?, ?)",
                    {name, column(figure, "n"), column(figure, "of")});
  }
}

}  // namespace

Result<Bytes> sqlite_database(const StatisticsDocument& document) {
  ENGINE_TRY(cells, cells_of(document.figures));
  (void)cells;
  Database database;
  database.run(kSchema);
  database.insert(
      "INSERT INTO period VALUES (?, ?, ?, ?, ?)",
      {document.period.from.to_text(), document.period.to.to_text(),
       static_cast<std::int64_t>(document.size.value()),
       std::int64_t{document.small == SmallNumbers::suppressed},
       document.published ? Database::Value{to_text(*document.published)} : Database::Value{}});
  for (const auto& [name, figure] : document.figures)
    insert_figure(database, name, figure.get_object());
  return database.bytes();
}

}  // namespace stafett::bti
