#include "bench/producers.h"

#include <condition_variable>
#include <mutex>

#include "bench/timing.h"

namespace stafett::bench {
namespace {

using Moment = std::chrono::steady_clock::time_point;

// What the log's thread hands back to the producers' thread.
class Answered final {
 public:
  void add(std::size_t input, const log::Outcomes& outcomes) {
    const std::lock_guard lock{mutex_};
    for (const Result<log::Outcome>& outcome : outcomes) {
      if (!outcome)
        failure_ = outcome.error();
      else if (const auto* refusal = std::get_if<log::Refusal>(&*outcome))
        failure_ = Error{Errc::refused, refusal->code + ": " + refusal->detail};
    }
    inputs_.push_back(input);
    wakes_.notify_one();
  }
  Result<std::vector<std::size_t>> wait() {
    std::unique_lock lock{mutex_};
    wakes_.wait(lock, [&] { return !inputs_.empty(); });
    std::vector<std::size_t> taken;
    taken.swap(inputs_);
    if (failure_) return *failure_;
    return taken;
  }

 private:
  std::mutex mutex_;
  std::condition_variable wakes_;
  std::vector<std::size_t> inputs_;  // Guarded by mutex_.
  std::optional<Error> failure_;     // Guarded by mutex_.
};

}  // namespace

Result<Produced> produce(log::Log& log, Inputs inputs, std::size_t count) {
  // Outlives this call when a failure ends it early and answers still come.
  const auto answered = std::make_shared<Answered>();
  Produced produced;
  std::vector<Moment> begun(inputs.size());
  produced.latencies_us.reserve(inputs.size());
  const double cpu = cpu_seconds();
  const Stopwatch watch;
  std::size_t next = 0, in_flight = 0;
  while (next < inputs.size() || in_flight > 0) {
    for (; in_flight < count && next < inputs.size(); ++next, ++in_flight) {
      produced.events += inputs[next].events.size();
      begun[next] = std::chrono::steady_clock::now();
      ENGINE_TRY_VOID(
          log.submit(std::move(inputs[next]),
                     [answered, i = next](log::Outcomes outcomes) { answered->add(i, outcomes); }));
    }
    ENGINE_TRY(done, answered->wait());
    const Moment now = std::chrono::steady_clock::now();
    for (const std::size_t input : done)
      produced.latencies_us.push_back(
          std::chrono::duration<double, std::micro>(now - begun[input]).count());
    in_flight -= done.size();
  }
  produced.seconds = watch.seconds();
  produced.cpu_seconds = cpu_seconds() - cpu;
  return produced;
}

}  // namespace stafett::bench
