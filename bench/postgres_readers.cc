#include "bench/postgres_readers.h"

#include "bench/pq.h"

namespace stafett::bench {
namespace {

using pq::Answer;
using pq::check;
using pq::connect;
using pq::Connection;
using pq::failed;
using pq::run;

// With one binary parameter, and binary columns.
Result<Answer> ask(const Connection& connection, const char* statement, ByteView value) {
  const char* values[] = {reinterpret_cast<const char*>(value.data())};
  const int lengths[] = {static_cast<int>(value.size())};
  const int binary[] = {1};
  Answer rows{PQexecPrepared(connection.get(), statement, 1, values, lengths, binary, 1)};
  ENGINE_TRY_VOID(check(connection, rows));
  return rows;
}

Result<void> prepare(const Connection& connection, const char* name, const char* sql) {
  return check(connection, Answer{PQprepare(connection.get(), name, sql, 1, nullptr)});
}

std::uint64_t number_at(const Answer& rows, int row) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(PQgetvalue(rows.get(), row, 0));
  return from_big_endian<std::uint64_t>({bytes, sizeof(std::uint64_t)});
}

class PostgresReader final : public Reader {
 public:
  explicit PostgresReader(Connection connection) : connection_(std::move(connection)) {}
  Result<void> begin(bool from_now_on) {
    ENGINE_TRY_VOID(run(connection_, "LISTEN feed"));
    ENGINE_TRY_VOID(prepare(connection_, "read",
                            "SELECT position, body FROM feed WHERE position > $1"
                            " ORDER BY position LIMIT 1000"));
    if (!from_now_on) return look();
    const Answer last{PQexecParams(connection_.get(), "SELECT max(position) FROM feed", 0, nullptr,
                                   nullptr, nullptr, nullptr, 1)};
    ENGINE_TRY_VOID(check(connection_, last));
    last_ = number_at(last, 0);
    return {};
  }
  int socket() const override { return PQsocket(connection_.get()); }
  Result<void> take(Deliveries& to) override {
    if (PQconsumeInput(connection_.get()) != 1) return failed(connection_);
    const Moment now = std::chrono::steady_clock::now();
    while (is_looking_ && PQisBusy(connection_.get()) == 0) {
      const Answer rows{PQgetResult(connection_.get())};
      if (!rows) {
        is_looking_ = false;
        break;
      }
      if (PQresultStatus(rows.get()) != PGRES_TUPLES_OK) return failed(connection_);
      const int count = PQntuples(rows.get());
      for (int row = 0; row < count; ++row) {
        last_ = number_at(rows, row);
        to.add(last_, now);
        to.bytes += static_cast<std::uint64_t>(PQgetlength(rows.get(), row, 1));
      }
      if (count > 0) is_woken_ = true;  // there may be more
    }
    while (PGnotify* told = PQnotifies(connection_.get())) {
      PQfreemem(told);
      is_woken_ = true;
    }
    return is_woken_ && !is_looking_ ? look() : Result<void>{};
  }

 private:
  Result<void> look() {
    const auto after = big_endian(last_);
    const char* values[] = {reinterpret_cast<const char*>(after.data())};
    const int lengths[] = {8}, binary[] = {1};
    if (PQsendQueryPrepared(connection_.get(), "read", 1, values, lengths, binary, 1) != 1)
      return failed(connection_);
    is_looking_ = true;
    is_woken_ = false;
    return {};
  }
  const Connection connection_;
  std::uint64_t last_ = 0;
  bool is_looking_ = false, is_woken_ = false;
};

}  // namespace

Result<void> fill_feed(const Postgres& postgres, std::span<const Bytes> bodies) {
  ENGINE_TRY(connection, connect(postgres.where()));
  ENGINE_TRY_VOID(run(connection,
                      "SET client_min_messages = error;"
                      "DROP TABLE IF EXISTS feed;"
                      "CREATE TABLE feed (position bigserial PRIMARY KEY, body bytea NOT NULL);"
                      "ALTER TABLE feed ALTER body SET STORAGE EXTERNAL"));
  ENGINE_TRY_VOID(prepare(connection, "add", "INSERT INTO feed (body) VALUES ($1)"));
  ENGINE_TRY_VOID(run(connection, "BEGIN"));
  for (const Bytes& body : bodies) ENGINE_TRY_VOID(ask(connection, "add", body));
  ENGINE_TRY_VOID(run(connection, "COMMIT"));
  return run(connection, "VACUUM ANALYZE feed");
}

Result<std::unique_ptr<Reader>> postgres_reader(const Postgres& postgres, bool from_now_on) {
  ENGINE_TRY(connection, connect(postgres.where()));
  auto reader = std::make_unique<PostgresReader>(std::move(connection));
  ENGINE_TRY_VOID(reader->begin(from_now_on));
  return std::unique_ptr<Reader>{std::move(reader)};
}

Result<Publish> postgres_publisher(const Postgres& postgres, std::span<const Bytes> bodies) {
  ENGINE_TRY(opened, connect(postgres.where()));
  auto connection = std::make_shared<const Connection>(std::move(opened));
  ENGINE_TRY_VOID(prepare(*connection, "publish",
                          "WITH added AS (INSERT INTO feed (body) VALUES ($1) RETURNING position)"
                          " SELECT position, pg_notify('feed', '') FROM added"));
  return Publish{[connection, bodies](std::size_t number,
                                      const std::shared_ptr<Published>& published) -> Result<void> {
    ENGINE_TRY(rows, ask(*connection, "publish", bodies[number % bodies.size()]));
    published->acknowledged(number, number_at(rows, 0));
    return {};
  }};
}

}  // namespace stafett::bench
