#pragma once
// Live: events published at a steady rate, and how long each takes to each reader, from when it was
// handed in and from when it was acknowledged as durable.
//
// The rate is kept whatever the system does: what waits, waits in the figures too.
//
// Source:  docs/performance.md
// Threads: owner only; it uses one to read and one to publish.

#include <condition_variable>
#include <mutex>

#include "bench/reader.h"

namespace stafett::bench {

// When what was published was handed in and acknowledged, by position.
class Published final {
 public:
  explicit Published(std::size_t events) : times_(events) {}
  void handed_in(std::size_t number) { times_[number].handed_in = now(); }
  // From any thread. `number` was handed in before.
  void acknowledged(std::size_t number, std::uint64_t position);
  void failed(Error why);
  // Errors: what failed; io when one is not acknowledged within 30 s.
  Result<void> wait();

  struct Times {
    Moment handed_in, acknowledged;
    std::uint64_t position = 0;
  };
  const std::vector<Times>& times() const { return times_; }  // after wait()

 private:
  static Moment now() { return std::chrono::steady_clock::now(); }
  std::mutex mutex_;
  std::condition_variable all_;
  std::vector<Times> times_;      // Guarded by mutex_, from acknowledged() on.
  std::size_t done_ = 0;          // Guarded by mutex_.
  std::optional<Error> failure_;  // Guarded by mutex_.
};

// Hands in event `number`, and has its acknowledgement told.
using Publish =
    std::function<Result<void>(std::size_t number, const std::shared_ptr<Published>& published)>;

struct LiveWish {
  std::size_t events = 0;
  double rate = 0;  // events per second
};

struct Latencies {
  double p50 = 0, p99 = 0, p999 = 0;  // milliseconds
};

struct Live {
  std::uint64_t delivered = 0;
  double behind_seconds = 0;  // from the last acknowledgement to the last delivery
  double reader_cpu = 0;      // seconds, of the thread that reads
  Latencies from_acknowledged, from_handed_in;
};

// Until nothing has come for half a second after the last acknowledgement, or 20 s after it.
Result<Live> run_live(Readers& readers, const Publish& publish, const LiveWish& wish);

}  // namespace stafett::bench
