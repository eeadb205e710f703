#pragma once
// Sequencer: gives events their turn. Decides with the gate, stamps, hashes into the tree, stores a
// group in one synced batch with the guard's tail synced beside it, and only then acknowledges.
//
// Threads:  run() is the sequencer's thread, until the intake is closed and drained. durable() and
//           failed() from any thread.
// Lifetime: everything referred to outlives it.
// Limits:   kGroupEventsMax events in a commit group.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "engine/base/clock.h"
#include "engine/log/door.h"
#include "engine/log/group_builder.h"
#include "engine/log/head_watch.h"
#include "engine/log/intake.h"
#include "engine/log/keeping/guard.h"

namespace stafett::log {

struct SequencerPlace {
  storage::Store& store;
  Guard& guard;
  Keyring& keyring;
  RecentEvents& recent;
  const SealedIndex& index;
  Intake& intake;
  Door& door;
  Gate& gate;
  HeadWatch& heads;
  Clock& clock;
  const LogSigner& log_signer;
  // The log's own event, signed by `system`.
  std::function<SubmissionGroup(const format::EngineEvent&, TimeUs)> system_event;
};

class Sequencer final {
 public:
  static constexpr std::size_t kGroupEventsMax = 4096;

  // `tree` and `last_recorded_at` are those of the database.
  Sequencer(const SequencerPlace& place, transparency::TileBuilder tree, TimeUs last_recorded_at);
  ~Sequencer();

  void run();

  transparency::TreeHead durable() const;  // acknowledged, or about to be
  TreeSize durable_size() const { return TreeSize{durable_size_.load(std::memory_order_acquire)}; }
  std::optional<Error> failed() const;  // set: read-only from here on

 private:
  // How one event of the group being placed will be answered.
  struct Answer {
    std::optional<Position> position;  // in this group
    std::optional<Result<Outcome>> outcome;
  };
  struct Answers {
    Work* work;
    std::vector<Answer> events;
  };
  // The gate's word, or the engine's.
  struct Ruling {
    Decision decision;
    TimeUs recorded_at;
    enum class By { gate, engine } by = By::engine;
  };
  // What the events before it in an atomic group will have put into the same stream.
  struct Planned {
    std::uint64_t events = 0;
    format::StreamKind kind{};  // of the first, when there is one
  };

  void commit(std::vector<std::unique_ptr<Work>> works);
  Answers place_work(Work& work, GroupBuilder& group);
  Answers place_atomic(Work& work, GroupBuilder& group);
  std::optional<Refusal> rule_all(Work& work, const std::vector<std::optional<Answer>>& known,
                                  const GroupBuilder& group, std::vector<Ruling>& rulings);
  Answer place_event(CheckedEvent& event, std::uint64_t epoch, GroupBuilder& group);
  Answer place_attempt(Attempt& attempt, std::uint64_t epoch, GroupBuilder& group);
  Ruling rule(CheckedEvent& event, Position position, const Planned& planned);
  std::optional<Refusal> judge_place(const CheckedEvent& event, Position position,
                                     const Planned& planned) const;
  std::vector<SubmissionGroup> record_of_attempt(const CheckedEvent& event, const Refusal& refusal,
                                                 TimeUs recorded_at);
  Answer record(CheckedEvent& event, Ruling ruling, GroupBuilder& group);
  Answer refuse(CheckedEvent& event, Decision decision, GroupBuilder& group);
  std::optional<Answer> known_answer(const CheckedEvent& event, std::uint64_t epoch,
                                     const GroupBuilder& group) const;
  std::optional<Answer> repeated(const EventId& event, const Hash& fingerprint, std::uint64_t epoch,
                                 const GroupBuilder& group) const;
  void place_follow_ups(std::vector<SubmissionGroup> follow_ups, GroupBuilder& group);
  void record_clock_step(GroupBuilder& group);
  TimeUs stamp_time();
  Result<void> make_durable(GroupBuilder& group);
  void answer(std::vector<Answers>& answers, const GroupBuilder& group,
              const std::optional<Error>& failure);
  void guard_loop();

  const SequencerPlace place_;
  transparency::TileBuilder tree_;  // Sequencer only, as all below until the next comment.
  TimeUs last_recorded_at_;
  bool clock_is_behind_ = false;
  std::optional<format::ClockStepped> clock_step_;  // seen, not yet recorded

  mutable std::mutex head_mutex_;
  transparency::TreeHead durable_;           // Guarded by head_mutex_.
  std::atomic<std::uint64_t> durable_size_;  // of durable_, which is set first
  std::optional<Error> failure_;             // Guarded by head_mutex_.

  // The guard's tail is synced on a thread of its own while this one syncs the database.
  std::mutex guard_mutex_;
  std::condition_variable guard_wakes_;
  std::optional<transparency::TreeHead> guard_job_;  // Guarded by guard_mutex_.
  std::optional<Result<void>> guard_result_;         // Guarded by guard_mutex_.
  bool guard_stops_ = false;                         // Guarded by guard_mutex_.
  std::thread guard_thread_;
};

}  // namespace stafett::log
