#pragma once
// Producers: a closed loop. Each of `count` producers has one group in flight and hands in its next
// when the last is answered; all of them are one thread's, as a server's sessions are.

#include "bench/timing.h"
#include "bench/town.h"

namespace stafett::bench {

struct Produced {
  double seconds = 0;
  double cpu_seconds = 0;
  std::uint64_t events = 0;
  std::vector<double> latencies_us;  // of each group, from submit to answer
  double rate() const { return per_second(static_cast<double>(events), seconds); }
  void add_to(CpuCost& cpu) const {
    cpu.seconds += cpu_seconds;
    cpu.events += static_cast<double>(events);
  }
};

// Errors: refused when an event was; those of the log.
Result<Produced> produce(log::Log& log, Inputs inputs, std::size_t count);

}  // namespace stafett::bench
