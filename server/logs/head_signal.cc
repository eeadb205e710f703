#include "server/logs/head_signal.h"

#include <boost/asio/post.hpp>
#include <map>

namespace stafett::server {
namespace {

constexpr std::chrono::milliseconds kLongestWait{1000};
void wake(const std::set<Waiter>& waiters) {
  for (const Waiter& one : waiters)
    boost::asio::post(one->get_executor(), [one] { one->cancel(); });
}

}  // namespace

HeadSignal::HeadSignal(log::Log& log, bti::BtiGate& gate, LogTail& tail)
    : log_(log),
      gate_(gate),
      tail_(tail),
      seen_(log.head().size),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void HeadSignal::add(const Waiter& waiter, const std::optional<SubjectId>& case_id) {
  const std::lock_guard lock{mutex_};
  (case_id ? of_case_[*case_id].waiters : of_all_).insert(waiter);
}

void HeadSignal::remove(const Waiter& waiter, const std::optional<SubjectId>& case_id) {
  const std::lock_guard lock{mutex_};
  if (!case_id) {
    of_all_.erase(waiter);
    return;
  }
  const auto found = of_case_.find(*case_id);
  if (found == of_case_.end()) return;
  found->second.waiters.erase(waiter);
  if (found->second.waiters.empty()) of_case_.erase(found);
}

TreeSize HeadSignal::latest(const SubjectId& case_id) const {
  const std::lock_guard lock{mutex_};
  const auto found = of_case_.find(case_id);
  return found == of_case_.end() ? TreeSize{0} : found->second.latest;
}

void HeadSignal::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    log_.heads().wait_past(seen_, kLongestWait, stop);
    const TreeSize now = log_.head().size;
    if (now == seen_) continue;
    if (!is_waited_for()) {  // nothing is read for nobody
      seen_ = now;
      continue;
    }
    // Read here, so that those who are woken have it at hand.
    const Result<std::vector<StoredEntryPtr>> latest = tail_.between(seen_, now);
    (void)gate_.directory_now();
    const std::lock_guard lock{mutex_};
    wake(of_all_);
    if (latest && !latest->empty())
      wake_those_of(*latest);
    else
      wake_those_of_any_case(now);
    seen_ = now;
  }
}

bool HeadSignal::is_waited_for() const {
  const std::lock_guard lock{mutex_};
  return !of_all_.empty() || !of_case_.empty();
}

void HeadSignal::wake_those_of(const std::vector<StoredEntryPtr>& entries) {
  std::map<SubjectId, TreeSize> latest;
  for (const StoredEntryPtr& one : entries)
    if (!one->stream.subject.is_zero()) latest[one->stream.subject] = size_after(one->position);
  for (const auto& [case_id, size] : latest) {
    const auto found = of_case_.find(case_id);
    if (found == of_case_.end()) continue;
    found->second.latest = size;
    wake(found->second.waiters);
  }
}

// Of more than is looked through, or of what cannot be read.
void HeadSignal::wake_those_of_any_case(TreeSize now) {
  for (auto& [case_id, one] : of_case_) {
    one.latest = now;
    wake(one.waiters);
  }
}

}  // namespace stafett::server
