#pragma once
// A table of a Postgres as a stream of events: readers ask for what lies behind their position, and
// are woken by NOTIFY.
//
// Threads:  as Reader; the cluster outlives all.

#include "bench/live.h"
#include "bench/postgres.h"

namespace stafett::bench {

// A new table `feed` with a row for each of the bodies. Errors: unsupported (built without libpq),
// io.
Result<void> fill_feed(const Postgres& postgres, std::span<const Bytes> bodies);
// 1 000 rows a query; from the first one, or behind what there is.
Result<std::unique_ptr<Reader>> postgres_reader(const Postgres& postgres, bool from_now_on);
// A row and its NOTIFY in one transaction. Waits until it is durable. REQUIRES: `bodies` outlives
// it.
Result<Publish> postgres_publisher(const Postgres& postgres, std::span<const Bytes> bodies);

}  // namespace stafett::bench
