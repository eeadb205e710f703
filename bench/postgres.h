#pragma once
// The comparison with PostgreSQL 15: a private cluster on a Unix socket with fsync and
// synchronous_commit on, the same sealed bytes, and an expected version for every row.
//
// Threads: owner only.

#include "bench/limits.h"

namespace stafett::bench {

class Postgres final {
 public:
  // Makes and starts a cluster in `directory` (as user `postgres` when we are root).
  // Errors: unsupported (built without libpq, or no server installed), io.
  static Result<std::unique_ptr<Postgres>> start(const std::string& directory);
  ~Postgres();  // stops it
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;

  std::string version() const { return version_; }
  std::string where() const;  // for a connection

  // One row and one stream's version a transaction, each client on a connection of its own, for
  // about `seconds`. Events per second.
  Result<double> append_rows(const StoredGroups& groups, std::size_t clients, double seconds);
  // 256 rows a transaction on one connection, by COPY: no version is looked at.
  Result<double> append_batches(const StoredGroups& groups, double seconds);

 private:
  explicit Postgres(std::string directory) : directory_(std::move(directory)) {}
  Result<void> make_tables(std::size_t streams);

  const std::string directory_;
  std::string version_;
};

}  // namespace stafett::bench
