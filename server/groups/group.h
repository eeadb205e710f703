#pragma once
// Group: one consumer group of a log: what its members take and settle, as its owner may see it.
//
// Source:   docs/reference/http.md
// Threads:  any; what is asked of a group waits for the disk, and for what others ask of it.
//           figures(), changes(), add(), remove() do not.
// Lifetime: the served log and the store outlive it.
// Limits:   GroupLimits; kEntriesATake entries are looked at in one take.
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
  bool is_window_full = false;       // nothing new is looked at before something is settled
  bool has_more = false;             // not all of the log has been looked at
  std::uint64_t change = 0;          // changes() when it was decided
  std::optional<TimeUs> next_due{};  // when something is to be taken without any change
};

struct Settling {
  enum class How { acknowledge, retry, park } how = How::acknowledge;
  std::vector<std::string> deliveries;
  std::optional<std::int64_t> delay_us{};  // of a retry
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
  static constexpr unsigned kTakesAtOnce = 6;  // so that no group keeps a whole pool waiting

  Group(ServedLog& log, GroupStore& store, const GroupLimits& limits, StoredGroup stored);
  // Where it was. REQUIRES: before all else. Errors: corrupt, io.
  Result<void> begin(std::map<Position, OpenEvent> unfinished,
                     std::map<Position, ParkedEvent> parked);

  const GroupRecord& record() const { return record_; }  // its webhook: see webhook()

  // Errors: also too_large (kTakesAtOnce are under way).
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

  // Waiting for others to settle. Whoever has compared changes() on the timer's executor and then
  // waits there misses nothing.
  std::uint64_t changes() const { return changes_; }
  void add(const Waiter& waiter);
  void remove(const Waiter& waiter);

 private:
  struct Taking;
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
  void deliver(Taking& taking, Position position, const boost::json::object& shown);
  void give_back(const TakenBatch& batch);
  Settled settle_one(const Settling& settling, const std::string& delivery, TimeUs now);
  Result<void> keep();
  Result<void> keep_when_due(TimeUs now, bool is_idle);
  void note_figures();
  void tell_waiters();
  std::optional<std::pair<Position, TakeNumber>> parse(std::string_view delivery) const;

  ServedLog& log_;
  GroupStore& store_;
  const GroupLimits limits_;
  const GroupId id_;
  const GroupRecord record_;
  const std::string life_;  // in the ids of what is handed out: none of an earlier life is taken

  mutable std::mutex mutex_;  // guards all below
  GroupState state_;
  std::optional<WebhookSetting> webhook_;
  std::map<Position, ParkedEvent> kept_parked_;
  TreeSize kept_low_;
  TimeUs kept_at_{};
  Hash kept_leaf_;
  TreeSize kept_looked_at_;
  bool is_changed_ = false;  // what has been settled is not on the disk yet
  bool is_of_other_history_ = false;

  std::atomic<bool> is_removed_{false};
  std::atomic<unsigned> takes_{0};
  std::atomic<std::uint64_t> changes_{0};
  mutable std::mutex figures_mutex_;
  GroupFigures figures_;  // Guarded by figures_mutex_.
  std::mutex waiters_mutex_;
  std::set<Waiter> waiters_;  // Guarded by waiters_mutex_.
};

}  // namespace stafett::server
