#include "bench/live.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <unordered_map>

#include "bench/timing.h"

namespace stafett::bench {
namespace {

constexpr double kQuietSeconds = 0.5;
constexpr double kBehindSecondsMax = 20;

double seconds(Moment from, Moment to) {
  return std::chrono::duration<double>(to - from).count();
}

double quantile(const std::vector<double>& sorted, double share) {
  const auto place = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
  return sorted[place] * 1e3;
}

Latencies latencies(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {quantile(values, 0.5), quantile(values, 0.99), quantile(values, 0.999)};
}

// At the instants of the rate. The thread's own lateness is part of what is measured.
Result<void> publish_all(const Publish& publish, const LiveWish& wish,
                         const std::shared_ptr<Published>& published) {
  std::mutex mutex;
  std::condition_variable never;
  const Moment start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < wish.events; ++i) {
    const auto due = start + std::chrono::duration_cast<Moment::duration>(
                                 std::chrono::duration<double>(static_cast<double>(i) / wish.rate));
    std::unique_lock lock{mutex};
    never.wait_until(lock, due, [] { return false; });
    published->handed_in(i);
    ENGINE_TRY_VOID(publish(i, published));
  }
  return published->wait();
}

Result<Live> figures(const Published& published, const Deliveries& deliveries) {
  std::unordered_map<std::uint64_t, const Published::Times*> by_position;
  Moment last_acknowledged{}, last_delivered{};
  for (const Published::Times& times : published.times()) {
    by_position.emplace(times.position, &times);
    last_acknowledged = std::max(last_acknowledged, times.acknowledged);
  }
  Live live;
  std::vector<double> acknowledged, handed_in;
  for (const Delivery& one : deliveries.each) {
    const auto known = by_position.find(one.position);
    if (known == by_position.end()) continue;  // a read that was recorded
    // The reader may have it before whoever handed it in is told.
    acknowledged.push_back(std::max(0.0, seconds(known->second->acknowledged, one.at)));
    handed_in.push_back(seconds(known->second->handed_in, one.at));
    last_delivered = std::max(last_delivered, one.at);
  }
  if (acknowledged.empty()) return Error{Errc::not_found, "nothing was delivered"};
  live.delivered = acknowledged.size();
  live.behind_seconds = std::max(0.0, seconds(last_acknowledged, last_delivered));
  live.from_acknowledged = latencies(std::move(acknowledged));
  live.from_handed_in = latencies(std::move(handed_in));
  return live;
}

}  // namespace

void Published::acknowledged(std::size_t number, std::uint64_t position) {
  const Moment at = now();
  const std::lock_guard lock{mutex_};
  times_[number].acknowledged = at;
  times_[number].position = position;
  if (++done_ == times_.size()) all_.notify_all();
}

void Published::failed(Error why) {
  const std::lock_guard lock{mutex_};
  failure_ = std::move(why);
  all_.notify_all();
}

Result<void> Published::wait() {
  std::unique_lock lock{mutex_};
  const bool all = all_.wait_for(lock, std::chrono::seconds{30},
                                 [&] { return failure_ || done_ == times_.size(); });
  if (failure_) return *failure_;
  if (!all) return Error{Errc::io, "not every event was acknowledged in time"};
  return {};
}

Result<Live> run_live(Readers& readers, const Publish& publish, const LiveWish& wish) {
  const auto published = std::make_shared<Published>(wish.events);
  Result<void> done;
  std::atomic<bool> is_over{false};
  std::thread publisher{[&] {
    done = publish_all(publish, wish, published);
    is_over = true;
  }};
  Deliveries deliveries;
  deliveries.keeps = true;
  std::optional<Stopwatch> over, quiet;
  std::uint64_t had = 0;
  const auto is_done = [&](const Deliveries& now) {
    if (!is_over) return false;
    if (!over) over.emplace();
    if (!quiet || had != now.events) quiet.emplace();
    had = now.events;
    return quiet->seconds() > kQuietSeconds || over->seconds() > kBehindSecondsMax;
  };
  const Result<double> cpu = read_all(readers, deliveries, is_done, std::chrono::minutes{5});
  publisher.join();
  if (!done) return done.error();
  if (!cpu) return cpu.error();
  ENGINE_TRY(live, figures(*published, deliveries));
  live.reader_cpu = *cpu;
  return live;
}

}  // namespace stafett::bench
