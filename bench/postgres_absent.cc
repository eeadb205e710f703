// Built where libpq is not: the comparison is said to be missing, the rest is measured.

#include "bench/postgres.h"

namespace stafett::bench {

Result<std::unique_ptr<Postgres>> Postgres::start(const std::string&) {
  return Error{Errc::unsupported, "built without libpq: see tools/packages-bench.txt"};
}
Postgres::~Postgres() = default;
Result<double> Postgres::append_rows(const StoredGroups&, std::size_t, double) {
  return Error{Errc::unsupported, "built without libpq"};
}
Result<double> Postgres::append_batches(const StoredGroups&, double) {
  return Error{Errc::unsupported, "built without libpq"};
}

}  // namespace stafett::bench
