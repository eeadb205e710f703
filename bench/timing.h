#pragma once
// Wall time of a measured section, and medians of repeated ones.

#include <algorithm>
#include <chrono>
#include <vector>

namespace stafett::bench {

class Stopwatch final {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Processor time of this process, all threads, in seconds: what others on the machine do not
// change.
double cpu_seconds();
// The same of another process; 0: it is not there.
double cpu_seconds_of(int process);
// What a process holds of the machine's memory; 0: it is not there.
double mib_held_by(int process);

inline double per_second(double count, double seconds) {
  return seconds > 0 ? count / seconds : 0;
}

// REQUIRES: not empty.
inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// Microseconds of processor time for one event and for one of the limit's, over all rounds.
struct CpuCost {
  double seconds = 0, events = 0, limit_seconds = 0, limit_events = 0;
  double each_us() const { return events > 0 ? seconds / events * 1e6 : 0; }
  double limit_each_us() const { return limit_events > 0 ? limit_seconds / limit_events * 1e6 : 0; }
};

// A figure and its limit, measured in turns: the ratio is the median of the rounds' ratios, as both
// sides of a round saw the same machine.
struct Rounds {
  std::vector<double> measured;
  std::vector<double> limit;
  CpuCost cpu;
  void add(double one, double its_limit) {
    measured.push_back(one);
    limit.push_back(its_limit);
  }
  double ratio() const {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < measured.size(); ++i)
      ratios.push_back(limit[i] > 0 ? measured[i] / limit[i] : 0);
    return median(std::move(ratios));
  }
};

}  // namespace stafett::bench
