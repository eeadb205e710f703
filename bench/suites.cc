#include "bench/suites.h"

#include <array>

namespace stafett::bench {

std::span<const Suite> suites() {
  static constexpr std::array kSuites = {
      Suite{"append", "the whole way of an event, against Ed25519, RocksDB and PostgreSQL",
            run_append},
      Suite{"verify", "a log of events signed alone, verified whole and in part", run_verify},
      Suite{"growth", "the cost of an append as the log grows", run_growth},
      Suite{"rebuild", "the state of every case, from the first event on", run_rebuild},
      Suite{"views", "every view rebuilt, and kept up beside appends", run_views},
      Suite{"erase", "a case erased while others are recorded", run_erase},
      Suite{"readers", "readers that catch up and that follow, against NATS and PostgreSQL",
            run_readers},
      Suite{"open", "how long a log takes to open", run_open},
      Suite{"memory", "the most memory while appends are served", run_memory},
  };
  return kSuites;
}

}  // namespace stafett::bench
