#pragma once
// Group: one consumer group of a log: what its members take and settle, as its owner may see it.
//
// Source:   docs/reference/http.md
// Threads:  any; what is asked of a group waits for the disk, and for others whose outcomes are
//           being kept, but for no take. figures(), webhook(), changes(), add(), remove() wait for
//           nothing.
// Lifetime: the served log and the store outlive it.
// Limits:   GroupLimits; one take at a time, in which kEntriesATake entries are looked at.
// Errors:   not_found (removed), conflict (the log is not the one that the group has read),
//           refused (the reader's sign-in has ended, or he is not active any more), read_only,
//           queue_full, corrupt, io.
//
// Whether the owner may have an event is asked of a Feed whenever it is handed out, the first time
// and every other: nothing is kept but its position. What he may not have any more is done, and
// nobody is told. What is settled is on the disk before the answer.

#include <atomic>
#include <boost/json/object.hpp>
#include <mutex>
#include <set>

#include "server/feed/feed.h"
#include "server/groups/group_store.h"
#include "server/logs/log_set.h"
#include "server/stream/shown_events.h"

namespace stafett::server {

struct Delivery {
  std::string id;  // of this hand-out
  Position position;
  std::uint32_t attempt = 1;
  boost::json::object event;  // a CloudEvent
};

struct TakenBatch {
  std::vector<Delivery> deliveries;
  TimeUs lease_ends{};               // of all of them
  bool is_busy = false;              // another take was under way: nothing was decided
  bool is_window_full = false;       // nothing new is looked at before something is settled
  TreeSize looked_at{};              // everything below
  std::uint64_t change = 0;          // changes() of it when it was decided
  std::optional<TimeUs> next_due{};  // when something is to be taken without any change
};

struct Settling {
  // give_back: no attempt has been made.
  enum class How { acknowledge, retry, park, give_back } how = How::acknowledge;
  std::vector<std::string> deliveries;
  std::optional<std::int64_t> delay_us{};  // of a retry, or of what is given back
  std::string reason{};
};

// What was durable when it was looked at last.
struct GroupFigures {
  TreeSize low_water;
  std::size_t outstanding = 0, waiting = 0, parked = 0;
  std::set<std::string> members{};  // who has something outstanding
};

class Group final {
 public:
  static constexpr std::uint64_t kEntriesATake = 16'384;

  Group(ServedLog& log, GroupStore& store, const GroupLimits& limits, StoredGroup stored);
  // Where it was. REQUIRES: before all else. Errors: corrupt, io.
  Result<void> begin(std::map<Position, OpenEvent> unfinished,
                     std::map<Position, ParkedEvent> parked);

  const GroupRecord& record() const { return record_; }  // its webhook: see webhook()

  Result<TakenBatch> take(const SignedIn& reader, const std::string& member, std::size_t count_max);
  struct Outcome {
    std::string delivery;
    Settled settled;
  };
  // In the order given. Errors: also too_large (no room to park so many: nothing was settled).
  Result<std::vector<Outcome>> settle(const Settling& settling);

  Result<std::map<Position, ParkedEvent>> parked() const;
  enum class Unpark { replay, drop };
  // `positions`: none: all. How many there were.
  Result<std::size_t> unpark(Unpark how, const std::optional<std::vector<Position>>& positions);

  std::optional<WebhookSetting> webhook() const;
  Result<void> set_webhook(std::optional<WebhookSetting> setting);
  Result<void> remove();
  bool is_removed() const { return is_removed_; }

  GroupFigures figures() const;
  std::int64_t backoff_us(std::uint32_t attempts) const { return state_.backoff_us(attempts); }

  // Waiting for others to settle, or for the take that was under way to end. Whoever has compared
  // changes() on the timer's executor and then waits there misses nothing.
  std::uint64_t changes(const TakenBatch& since) const {
    return since.is_busy ? endings_ : changes_;
  }
  void add(const Waiter& waiter);
  void remove(const Waiter& waiter);

 private:
  struct Taking;
  struct Looked;
  class Ending;
  Result<void> is_usable() const;
  Result<void> check_active(const SignedIn& reader) const;
  Result<TakenBatch> take_alone(const SignedIn& reader, const std::string& member,
                                std::size_t count_max);
  FeedRequest request(const SignedIn& reader, std::optional<Position> after) const;
  Result<void> take_all(Taking& taking);
  Result<void> take_waiting(Taking& taking);
  Result<void> take_one(Taking& taking, Position position);
  Result<void> take_new(Taking& taking);
  Result<void> look(Taking& taking, Feed& feed, TreeSize until);
  Result<Looked> read(Taking& taking, Feed& feed, std::size_t events_max, TreeSize until);
  void deliver(Taking& taking, Position position, const boost::json::object& shown);
  void give_back(const TakenBatch& batch);
  Settled settle_one(const Settling& settling, const std::string& delivery, TimeUs now);
  Result<void> keep(TimeUs now);
  Result<void> keep_when_due(TimeUs now, bool is_idle);
  void note_figures();
  void tell_waiters();
  void wake();
  std::optional<std::pair<Position, TakeNumber>> parse(std::string_view delivery) const;

  ServedLog& log_;
  GroupStore& store_;
  const GroupLimits limits_;
  const GroupId id_;
  const GroupRecord record_;
  const std::string life_;  // in the ids of what is handed out: none of an earlier life is taken

  mutable std::mutex mutex_;  // guards all below; not held while entries are read for a take
  GroupState state_;
  std::map<Position, ParkedEvent> kept_parked_;
  TreeSize kept_low_;
  TimeUs kept_at_{};
  Hash kept_leaf_;
  TreeSize kept_looked_at_;
  bool is_changed_ = false;  // what has been settled is not on the disk yet

  bool is_of_other_history_ = false;  // Constant once begun.
  std::atomic<bool> is_removed_{false};
  std::atomic<bool> is_taking_{false}, is_awaited_{false};  // the end of a take
  std::atomic<std::uint64_t> changes_{0}, endings_{0};
  mutable std::mutex figures_mutex_;       // held for no more than a copy
  GroupFigures figures_;                   // Guarded by figures_mutex_.
  std::optional<WebhookSetting> webhook_;  // Guarded by figures_mutex_.
  std::mutex waiters_mutex_;
  std::set<Waiter> waiters_;  // Guarded by waiters_mutex_.
};

}  // namespace stafett::server
