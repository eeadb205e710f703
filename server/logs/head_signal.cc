#include "server/logs/head_signal.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace stafett::server {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds kLongestWait{1000};

}  // namespace

const void* HeadSignal::loop_of(const Waiter& waiter) {
  const asio::any_io_executor executor = waiter->get_executor();
  const auto* loop = executor.target<asio::io_context::executor_type>();
  return loop ? static_cast<const void*>(&loop->context()) : waiter.get();
}

void HeadSignal::wake(const Waiters& waiters) {
  for (const auto& [loop, its] : waiters)
    asio::post((*its.begin())->get_executor(), [them = std::vector(its.begin(), its.end())] {
      for (const Waiter& one : them) one->cancel();
    });
}

HeadSignal::HeadSignal(log::Log& log, bti::BtiGate& gate, LogTail& tail)
    : log_(log),
      gate_(gate),
      tail_(tail),
      seen_(log.size()),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void HeadSignal::add(const Waiter& waiter, const std::optional<SubjectId>& case_id) {
  const std::lock_guard lock{mutex_};
  (case_id ? of_case_[*case_id].waiters : of_all_)[loop_of(waiter)].insert(waiter);
}

void HeadSignal::remove(const Waiter& waiter, const std::optional<SubjectId>& case_id) {
  const std::lock_guard lock{mutex_};
  const auto of_case = case_id ? of_case_.find(*case_id) : of_case_.end();
  if (case_id && of_case == of_case_.end()) return;
  Waiters& waiters = case_id ? of_case->second.waiters : of_all_;
  const auto found = waiters.find(loop_of(waiter));
  if (found == waiters.end()) return;
  found->second.erase(waiter);
  if (found->second.empty()) waiters.erase(found);
  if (case_id && waiters.empty()) of_case_.erase(of_case);
}

TreeSize HeadSignal::latest(const SubjectId& case_id) const {
  const std::lock_guard lock{mutex_};
  const auto found = of_case_.find(case_id);
  return found == of_case_.end() ? TreeSize{0} : found->second.latest;
}

void HeadSignal::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    log_.heads().wait_past(seen_, kLongestWait, stop);
    const TreeSize now = log_.size();
    if (now == seen_) continue;
    if (!is_waited_for()) {  // nothing is read for nobody
      seen_ = now;
      continue;
    }
    // Read here, so that those who are woken have it at hand.
    const Result<StoredEntries> latest = tail_.between(seen_, now);
    (void)gate_.directory_now();
    const std::lock_guard lock{mutex_};
    wake(of_all_);
    if (latest && !(*latest)->empty())
      wake_those_of(**latest);
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
