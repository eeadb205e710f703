#include "bench/postgres.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "bench/pq.h"
#include "bench/timing.h"

namespace stafett::bench {
namespace {

constexpr char kPrograms[] = "/usr/lib/postgresql/15/bin/";

using pq::Answer;
using pq::check;
using pq::connect;
using pq::Connection;
using pq::run;

// The server refuses to run as root.
Result<void> shell(const std::string& command) {
  const std::string as = ::getuid() == 0 ? "runuser -u postgres -- " : "";
  if (std::system((as + command + " >/dev/null 2>&1").c_str()) == 0) return {};
  return Error{Errc::io, "failed: " + command};
}

constexpr char kTables[] =
    "DROP TABLE IF EXISTS events, streams;"
    "CREATE TABLE streams (id int PRIMARY KEY, version bigint NOT NULL);"
    "CREATE TABLE events (position bigserial PRIMARY KEY, stream int NOT NULL,"
    " version bigint NOT NULL, entry bytea NOT NULL, parts bytea NOT NULL,"
    " UNIQUE (stream, version));"
    "ALTER TABLE events ALTER entry SET STORAGE EXTERNAL, ALTER parts SET STORAGE EXTERNAL;"
    "CREATE OR REPLACE FUNCTION append(s int, expected bigint, e bytea, p bytea) RETURNS bigint"
    " LANGUAGE plpgsql AS $$ DECLARE place bigint; BEGIN"
    " UPDATE streams SET version = version + 1 WHERE id = s AND version = expected;"
    " IF NOT FOUND THEN RAISE EXCEPTION 'conflict'; END IF;"
    " INSERT INTO events (stream, version, entry, parts) VALUES (s, expected, e, p)"
    " RETURNING position INTO place; RETURN place; END $$;";

struct Row {
  ByteView entry;
  Bytes parts;
};

std::vector<Row> rows_of(const StoredGroups& groups) {
  std::vector<Row> rows;
  for (const storage::SealedBatch& batch : groups.batches)
    for (const storage::EntryRow& entry : batch.entries) {
      Row row{entry.entry, {}};
      for (const storage::PartRow& part : entry.parts) append(row.parts, part.sealed);
      rows.push_back(std::move(row));
    }
  return rows;
}

const char* characters(ByteView bytes) {
  return reinterpret_cast<const char*>(bytes.data());
}

constexpr std::size_t kStreamsEach = 256;  // of a client; hit in turn

// One client: its own streams, so that every expectation holds, as ours do.
Result<std::uint64_t> client(const std::string& where, const std::vector<Row>& rows,
                             std::size_t number, const Stopwatch& watch, double seconds) {
  ENGINE_TRY(connection, connect(where));
  ENGINE_TRY_VOID(check(
      connection,
      Answer{PQprepare(connection.get(), "append", "SELECT append($1, $2, $3, $4)", 4, nullptr)}));
  std::uint64_t done = 0;
  for (; watch.seconds() < seconds; ++done) {
    const Row& row = rows[(number * 7919 + done) % rows.size()];
    const auto stream =
        big_endian(static_cast<std::uint32_t>(number * kStreamsEach + done % kStreamsEach));
    const auto version = big_endian(done / kStreamsEach);
    const char* values[] = {characters(stream), characters(version), characters(row.entry),
                            characters(row.parts)};
    const int lengths[] = {4, 8, static_cast<int>(row.entry.size()),
                           static_cast<int>(row.parts.size())};
    const int binary[] = {1, 1, 1, 1};
    const Answer answer{PQexecPrepared(connection.get(), "append", 4, values, lengths, binary, 1)};
    ENGINE_TRY_VOID(check(connection, answer));
  }
  return done;
}

template <class Int>
void put(Bytes& to, Int value) {
  append(to, big_endian(value));
}

// A row of COPY BINARY, with its position given: the sequence would only cost.
void put_row(Bytes& to, const Row& row, std::uint64_t position) {
  put<std::uint16_t>(to, 5);
  put<std::uint32_t>(to, 8);
  put<std::uint64_t>(to, position);
  put<std::uint32_t>(to, 4);
  put<std::uint32_t>(to, static_cast<std::uint32_t>(position % 4096));
  put<std::uint32_t>(to, 8);
  put<std::uint64_t>(to, position / 4096);
  for (const ByteView value : {row.entry, ByteView{row.parts}}) {
    put<std::uint32_t>(to, static_cast<std::uint32_t>(value.size()));
    append(to, value);
  }
}

}  // namespace

Result<std::unique_ptr<Postgres>> Postgres::start(const std::string& directory) {
  if (!std::filesystem::exists(std::string{kPrograms} + "initdb"))
    return Error{Errc::unsupported, "PostgreSQL 15 is not installed"};
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  if (::getuid() == 0 && std::system(("chown postgres " + directory).c_str()) != 0)
    return Error{Errc::io, "cannot give the directory to user postgres"};
  std::unique_ptr<Postgres> postgres{new Postgres{directory}};
  const std::string data = directory + "/data";
  ENGINE_TRY_VOID(shell(std::string{kPrograms} + "initdb -D " + data + " -A trust -U bench"));
  ENGINE_TRY_VOID(shell(fmt::format(
      "{}pg_ctl -D {} -l {}/log -w -o \"-c listen_addresses='' -c unix_socket_directories={} -c "
      "fsync=on -c synchronous_commit=on -c shared_buffers=1GB -c max_wal_size=8GB -c "
      "max_connections=200\" start",
      kPrograms, data, directory, directory)));
  ENGINE_TRY(connection, connect(postgres->where()));
  postgres->version_ = PQparameterStatus(connection.get(), "server_version");
  return postgres;
}

Postgres::~Postgres() {
  (void)shell(std::string{kPrograms} + "pg_ctl -D " + directory_ + "/data -m immediate stop");
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string Postgres::where() const {
  return "host=" + directory_ + " user=bench dbname=postgres";
}

Result<void> Postgres::make_tables(std::size_t streams) {
  ENGINE_TRY(connection, connect(where()));
  ENGINE_TRY_VOID(run(connection, kTables));
  return run(connection, fmt::format("INSERT INTO streams SELECT i, 0 FROM generate_series(0, {}) "
                                     "i; ANALYZE streams; CHECKPOINT;",
                                     streams)
                             .c_str());
}

Result<double> Postgres::append_rows(const StoredGroups& groups, std::size_t clients,
                                     double seconds) {
  ENGINE_TRY_VOID(make_tables(clients * kStreamsEach));
  const std::vector<Row> rows = rows_of(groups);
  std::vector<Result<std::uint64_t>> done(clients, std::uint64_t{0});
  std::vector<std::thread> threads;
  const Stopwatch watch;
  for (std::size_t i = 0; i < clients; ++i)
    threads.emplace_back([&, i] { done[i] = client(where(), rows, i, watch, seconds); });
  for (std::thread& thread : threads) thread.join();
  const double took = watch.seconds();
  std::uint64_t events = 0;
  for (const Result<std::uint64_t>& one : done) {
    if (!one) return one.error();
    events += *one;
  }
  return per_second(static_cast<double>(events), took);
}

Result<double> Postgres::append_batches(const StoredGroups& groups, double seconds) {
  ENGINE_TRY_VOID(make_tables(0));
  const std::vector<Row> rows = rows_of(groups);
  ENGINE_TRY(connection, connect(where()));
  constexpr std::uint64_t kBatch = 256;
  std::uint64_t events = 0;
  const Stopwatch watch;
  while (watch.seconds() < seconds) {
    ENGINE_TRY_VOID(
        run(connection, "COPY events (position, stream, version, entry, parts) FROM STDIN BINARY"));
    Bytes copy;
    append(copy, as_bytes(std::string_view{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19}));
    for (std::uint64_t i = 0; i < kBatch; ++i, ++events)
      put_row(copy, rows[events % rows.size()], events);
    put<std::uint16_t>(copy, 0xFFFF);
    if (PQputCopyData(connection.get(), characters(copy), static_cast<int>(copy.size())) != 1 ||
        PQputCopyEnd(connection.get(), nullptr) != 1)
      return Error{Errc::io, PQerrorMessage(connection.get())};
    while (const Answer answer{PQgetResult(connection.get())})
      ENGINE_TRY_VOID(check(connection, answer));
  }
  return per_second(static_cast<double>(events), watch.seconds());
}

}  // namespace stafett::bench
