// Built where libpq is not.

#include "bench/postgres_readers.h"

namespace stafett::bench {
namespace {

Error absent() {
  return Error{Errc::unsupported, "built without libpq: see tools/packages-bench.txt"};
}

}  // namespace

Result<void> fill_feed(const Postgres&, std::span<const Bytes>) {
  return absent();
}
Result<std::unique_ptr<Reader>> postgres_reader(const Postgres&, bool) {
  return absent();
}
Result<Publish> postgres_publisher(const Postgres&, std::span<const Bytes>) {
  return absent();
}

}  // namespace stafett::bench
