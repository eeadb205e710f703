#include "engine/log/verify/verifier.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <thread>

#include "engine/log/verify/block_reader.h"
#include "engine/log/verify/index_check.h"
#include "engine/log/verify/order_check.h"
#include "engine/log/verify/tree_check.h"

namespace stafett::log {
namespace {

// Takes blocks from the reader to the threads that check them, and back into order: whoever
// finishes the next block in order joins it and all that wait behind it.
class BlockLine final {
 public:
  BlockLine(std::size_t in_flight_max, std::function<void(Block&)> join)
      : in_flight_max_(in_flight_max), join_(std::move(join)) {}

  void push(std::unique_ptr<Block> block) {
    std::unique_lock lock{mutex_};
    wakes_.wait(lock, [&] { return in_flight_ < in_flight_max_; });
    ++in_flight_;
    waiting_.push_back(std::move(block));
    wakes_.notify_all();
  }
  void close() {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    wakes_.notify_all();
  }
  std::unique_ptr<Block> next() {  // null: closed and empty
    std::unique_lock lock{mutex_};
    wakes_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
    if (waiting_.empty()) return nullptr;
    std::unique_ptr<Block> block = std::move(waiting_.front());
    waiting_.pop_front();
    return block;
  }
  void finished(std::unique_ptr<Block> block) {
    std::unique_lock lock{mutex_};
    const std::uint64_t number = block->number;
    checked_.emplace(number, std::move(block));
    if (joining_) return;
    joining_ = true;
    while (!checked_.empty() && checked_.begin()->first == next_) {
      const std::unique_ptr<Block> ready = std::move(checked_.begin()->second);
      checked_.erase(checked_.begin());
      lock.unlock();
      join_(*ready);
      lock.lock();
      ++next_;
      --in_flight_;
      wakes_.notify_all();
    }
    joining_ = false;
  }

 private:
  const std::size_t in_flight_max_;
  const std::function<void(Block&)> join_;
  std::mutex mutex_;
  std::condition_variable wakes_;
  std::deque<std::unique_ptr<Block>> waiting_;               // Guarded by mutex_, all below too.
  std::map<std::uint64_t, std::unique_ptr<Block>> checked_;  // out of order
  std::uint64_t next_ = 0;
  std::size_t in_flight_ = 0;
  bool joining_ = false;
  bool closed_ = false;
};

// Tasks that need no order.
class Tasks final {
 public:
  explicit Tasks(std::vector<std::function<void()>> tasks) : tasks_(std::move(tasks)) {}
  void run_all_left() {
    for (;;) {
      const std::size_t i = next_.fetch_add(1);
      if (i >= tasks_.size()) return;
      tasks_[i]();
    }
  }

 private:
  const std::vector<std::function<void()>> tasks_;
  std::atomic<std::size_t> next_{0};
};

class Verification final {
 public:
  Verification(const VerifyInput& input, const VerifyOptions& options)
      : input_(input),
        options_(options),
        findings_(options.errors_max),
        fingerprints_(input.random),
        record_(read_public_record(input.reads,
                                   options.level >= 5 ? input.without_role : WithoutRole{})),
        place_{input_, options_, *record_, fingerprints_, findings_},
        checker_(place_),
        order_({*record_, findings_, &input_.reads, options_.since,
                options_.all_heads ? SIZE_MAX : OrderPlace::kNewestHeads}),
        tree_(place_),
        index_(place_) {}

  VerifyReport run();

 private:
  void join(Block& block);
  void check_newest_checkpoint();
  void check_roles();

  const VerifyInput& input_;
  const VerifyOptions& options_;
  Findings findings_;
  const FingerprintMaker fingerprints_;
  const std::unique_ptr<const PublicRecord> record_;
  const CheckPlace place_;
  const BlockChecker checker_;
  OrderCheck order_;
  TreeCheck tree_;
  IndexCheck index_;
  VerifyReport report_;
  Fingerprint streams_, events_;
};

void Verification::join(Block& block) {
  if (options_.level >= 3)
    for (const CheckedEntry& entry : block.entries) order_.add(entry);
  if (options_.level >= 2) tree_.add(block);
  streams_ += block.streams;
  events_ += block.events;
  report_.entries += block.entries.size();
  report_.parts += block.parts_intact;
  report_.erased += block.parts_erased;
  if (options_.progress)
    options_.progress(report_.entries, report_.size.value() - options_.since.value());
}

// Level 1 alone: at level 2 every checkpoint is looked at.
void Verification::check_newest_checkpoint() {
  if (options_.level != 1 || record_->newest_checkpoint) return;
  const auto newest = input_.reads.latest_checkpoint();
  if (newest && !*newest) return;  // none yet
  findings_.add(std::nullopt,
                newest ? checkpoint_place((*newest)->size) : std::string{"index checkpoints"},
                code::kCheckpointSignature, "the newest checkpoint is not signed by the log key");
}

void Verification::check_roles() {
  if (record_->roles_unknown)
    findings_.add(
        std::nullopt, "index labels", code::kKeyUnwrap,
        "who was an administrator cannot be read: " + record_->roles_unknown->to_string());
  for (const Position position : record_->without_role)
    if (position.value() >= options_.since.value())
      findings_.add(position, "entry", code::kErasureUncovered,
                    "an erasure ordered or approved by somebody who was no administrator then");
}

VerifyReport Verification::run() {
  if (record_->genesis) report_.origin = record_->genesis->origin;
  report_.size = input_.reads.size();
  report_.level = options_.level;
  if (report_.size == TreeSize{0})
    findings_.add(Position{0}, "entry", code::kEntryHash, "a log begins with its genesis");
  check_newest_checkpoint();
  check_roles();
  const unsigned threads =
      options_.threads != 0 ? options_.threads : std::max(1u, std::thread::hardware_concurrency());
  BlockLine line{4 * threads, [this](Block& block) { join(block); }};
  Tasks tasks{index_.tasks()};
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < threads; ++i)
    workers.emplace_back([&] {
      tasks.run_all_left();
      while (std::unique_ptr<Block> block = line.next()) {
        checker_.check(*block);
        line.finished(std::move(block));
      }
    });
  BlockReader reader{input_.reads, findings_, options_.level >= 4 ? WithParts::yes : WithParts::no};
  if (options_.since < report_.size)
    reader.read(Position{options_.since.value()}, Position{report_.size.value()},
                [&](std::unique_ptr<Block> block) { line.push(std::move(block)); });
  line.close();
  for (std::thread& worker : workers) worker.join();
  if (options_.level >= 2) {
    tree_.finish();
    index_.finish(streams_, events_);
    report_.root = tree_.root();
  }
  const bool judges_groups = options_.level >= 5 && options_.since == TreeSize{0};
  order_.finish(judges_groups ? input_.refused_intents : nullptr);
  report_.signatures = order_.signatures();
  report_.suspect = order_.suspect();
  report_.reattested = order_.reattested();
  report_.incomplete_groups = order_.incomplete_groups();
  if (options_.level >= 4) report_.erasures = record_->erasures.counting();
  report_.error_count = findings_.count();
  report_.errors = findings_.take_sorted();
  report_.ok = report_.error_count == 0;
  return std::move(report_);
}

}  // namespace

Result<VerifyReport> verify(const VerifyInput& input, const VerifyOptions& options) {
  if (options.level > 5) return Error{Errc::invalid_argument, "levels are 0 to 5"};
  if (options.level == 5 && input.keys == nullptr)
    return Error{Errc::invalid_argument, "level 5 needs the keys"};
  if (options.since > input.reads.size())
    return Error{Errc::invalid_argument, "since is past the end of the log"};
  VerifyOptions used = options;
  VerifyInput given = input;
  if (options.level < 5) given.keys = nullptr;
  if (options.level < 1) given.guard = nullptr;
  return Verification{given, used}.run();
}

}  // namespace stafett::log
