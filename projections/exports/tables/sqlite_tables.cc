#include "projections/exports/tables/sqlite_tables.h"

#include <sqlite3.h>

namespace stafett::bti {

class SqliteTables::Database final {
 public:
  Database() = default;
  ~Database() {
    sqlite3_finalize(insert_);
    sqlite3_close(handle_);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Result<void> open(const std::string& path) {
    ENGINE_TRY_VOID(check(sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE, nullptr)));
    // Nobody sees the file before it is whole.
    return run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
  }
  Result<void> run(const std::string& sql) {
    return check(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
  }
  Result<void> prepare(const std::string& sql) {
    sqlite3_finalize(insert_);
    insert_ = nullptr;
    return check(sqlite3_prepare_v2(handle_, sql.c_str(), -1, &insert_, nullptr));
  }
  Result<void> insert(const std::vector<Cell>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i)
      ENGINE_TRY_VOID(check(bind(static_cast<int>(i) + 1, cells[i])));
    if (sqlite3_step(insert_) != SQLITE_DONE) return failed(sqlite3_errcode(handle_));
    return check(sqlite3_reset(insert_));
  }
  Result<void> close() {
    ENGINE_TRY_VOID(run("COMMIT"));
    sqlite3_finalize(insert_);
    insert_ = nullptr;
    const int code = sqlite3_close(handle_);
    if (code == SQLITE_OK) handle_ = nullptr;
    return check(code);
  }

 private:
  int bind(int place, const Cell& cell) {
    if (const auto* whole = std::get_if<std::int64_t>(&cell))
      return sqlite3_bind_int64(insert_, place, *whole);
    if (const auto* real = std::get_if<double>(&cell))
      return sqlite3_bind_double(insert_, place, *real);
    if (const auto* text = std::get_if<std::string>(&cell))  // outlives the step
      return sqlite3_bind_text(insert_, place, text->data(), static_cast<int>(text->size()),
                               nullptr);
    return sqlite3_bind_null(insert_, place);
  }
  static Error failed(int code) {
    return Error{Errc::io, std::string{"sqlite: "} + sqlite3_errstr(code)};
  }
  static Result<void> check(int code) {
    if (code != SQLITE_OK) return failed(code);
    return {};
  }

  sqlite3* handle_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;  // of the table that is open
};

namespace {

const char* sql_type(ColumnType type) {
  return type == ColumnType::integer ? "INTEGER" : type == ColumnType::real ? "REAL" : "TEXT";
}

}  // namespace

SqliteTables::SqliteTables(storage::Files& files, std::string path)
    : files_(files), path_(std::move(path)), database_(std::make_unique<Database>()) {}

SqliteTables::~SqliteTables() = default;

Result<std::unique_ptr<SqliteTables>> SqliteTables::open(storage::Files& files,
                                                         const std::string& path) {
  const std::string beside = path + ".new";
  ENGINE_TRY(there, files.exists(beside));
  if (there) ENGINE_TRY_VOID(files.remove(beside));
  ENGINE_TRY(made, files.open_append(beside));  // for its owner only
  made.reset();
  std::unique_ptr<SqliteTables> tables{new SqliteTables{files, path}};
  ENGINE_TRY_VOID(tables->database_->open(beside));
  return tables;
}

Result<void> SqliteTables::begin(const std::string& name, const std::vector<Column>& columns) {
  std::string fields, places;
  for (const Column& column : columns) {
    fields += (fields.empty() ? "" : ", ") + column.name + " " + sql_type(column.type);
    places += places.empty() ? "?" : ", ?";
  }
  ENGINE_TRY_VOID(database_->run("CREATE TABLE " + name + " (" + fields + ") STRICT"));
  return database_->prepare("INSERT INTO " + name + " VALUES (" + places + ")");
}

Result<void> SqliteTables::row(const std::vector<Cell>& cells) {
  return database_->insert(cells);
}

Result<void> SqliteTables::finish() {
  ENGINE_TRY_VOID(database_->close());
  ENGINE_TRY(file, files_.open_append(path_ + ".new"));
  ENGINE_TRY_VOID(file->sync());
  return files_.rename(path_ + ".new", path_);
}

}  // namespace stafett::bti
