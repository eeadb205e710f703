#pragma once
// What the two halves of the suite `readers` share.
//
// Threads: owner only.

#include "bench/nats.h"
#include "bench/postgres.h"
#include "bench/served_town.h"
#include "bench/suites.h"

namespace stafett::bench {

struct ReadersBench {
  const SuiteOptions& options;
  Report& report;
  ServedTown& served;
  std::vector<Bytes> bodies;           // of each event: entry and sealed parts, one after the other
  std::unique_ptr<Nats> nats;          // null: not here
  std::unique_ptr<Postgres> postgres;  // null: not here
};

// Readers that catch up with what there is, one at a time.
Result<void> measure_catch_up(ReadersBench& bench);
// Readers that follow, many at a time.
Result<void> measure_live(ReadersBench& bench);

}  // namespace stafett::bench
