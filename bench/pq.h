#pragma once
// libpq's connections and answers as owned values, and its errors as Results.
//
// Threads:  as libpq: a connection by one at a time.

#include <libpq-fe.h>

#include <memory>
#include <string>

#include "engine/base/result.h"

namespace stafett::bench::pq {

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Finish>;
using Answer = std::unique_ptr<PGresult, Clear>;

inline Error failed(const Connection& connection) {
  return Error{Errc::io, PQerrorMessage(connection.get())};
}

inline Result<void> check(const Connection& connection, const Answer& answer) {
  const ExecStatusType status = PQresultStatus(answer.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN) return {};
  return failed(connection);
}

inline Result<void> run(const Connection& connection, const char* sql) {
  return check(connection, Answer{PQexec(connection.get(), sql)});
}

inline Result<Connection> connect(const std::string& where) {
  Connection connection{PQconnectdb(where.c_str())};
  if (PQstatus(connection.get()) != CONNECTION_OK) return failed(connection);
  return connection;
}

}  // namespace stafett::bench::pq
