#pragma once
// GroupState: what a consumer group has been given and has not done yet. A pure model: no clock, no
// disk, no content; positions and the cases that they are of.
//
// Source:   docs/reference/http.md (consumer groups)
// Threads:  one at a time.
// Limits:   GroupLimits: `window` events are open, `parked_max` parked.
//
// What has been looked at is in one of four places: done (not kept at all), waiting, outstanding
// with a member, or parked. So the state of a group is how far it has looked, and what of that is
// not done; whatever is lost of it in a crash is looked at again, and never passed over.
//
// Of a case one event is outstanding at a time, and it is the first that is not done: what waits
// to be tried again holds back what comes after it in its case, and nothing of other cases. What
// is parked holds nothing back.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/ids.h"

namespace stafett::server {

struct GroupLimits {
  std::size_t window = 256;
  std::size_t parked_max = 1000;
  std::uint32_t attempts_max = 10;  // then it is parked, by itself
  std::int64_t lease_us = 30'000'000;
  std::int64_t backoff_first_us = 1'000'000;  // doubled with each attempt, up to:
  std::int64_t backoff_max_us = 600'000'000;
};

// One hand-out: a later one of the same event has another number.
using TakeNumber = std::uint64_t;

enum class Settled {
  done,
  repeated,     // it was done before: a repetition, or what no one has to do any more
  stale,        // handed out anew since, or given back: the work is another's
  parked_full,  // nothing changed
};

struct OpenEvent {
  std::uint32_t attempts = 0;  // that have failed
};
struct ParkedEvent {
  std::uint32_t attempts = 0;
  std::string reason;
  TimeUs since;
};

class GroupState final {
 public:
  // `from`: the first that is looked at; 0: before the start.
  GroupState(GroupLimits limits, TreeSize from) : limits_(limits), looked_at_(from) {}

  // Looking. REQUIRES: `position` is not below looked_at(), room() is not 0. What is not added and
  // lies below looked_at() is done: nothing of it is for this group.
  void add(Position position, const SubjectId& case_id);
  void look_to(TreeSize size);  // never back
  // As it was kept. REQUIRES: below looked_at().
  void restore(Position position, const SubjectId& case_id, OpenEvent open);
  void restore_parked(Position position, const SubjectId& case_id, ParkedEvent parked);
  std::size_t room() const;

  // Handing out.
  bool may_take(Position position, TimeUs now) const;
  std::vector<Position> ready(TimeUs now, std::size_t count_max) const;       // in order
  TakeNumber take(Position position, const std::string& member, TimeUs now);  // REQUIRES: may_take
  std::optional<TimeUs> next_due() const;  // when something is to be taken again, or to expire

  // Settling. `number` is that of the hand-out.
  Settled acknowledge(Position position, TakeNumber number);
  // `delay_us`: none: doubled with each attempt. After attempts_max it is parked, when there is
  // room; else it goes on being tried.
  Settled retry(Position position, TakeNumber number, TimeUs now,
                std::optional<std::int64_t> delay_us, const std::string& reason);
  Settled park(Position position, TakeNumber number, TimeUs now, const std::string& reason);
  // Back, no attempt having been made.
  Settled give_back(Position position, TakeNumber number, TimeUs not_before = TimeUs{});
  // It is not to be given any more, whoever has it.
  void withhold(Position position);
  // Members that have not answered in time: an attempt that failed. How many.
  std::size_t expire(TimeUs now);

  // Parked. False: there is no such.
  bool replay(Position position);  // also when the window is full
  bool drop(Position position);
  const std::map<Position, ParkedEvent>& parked() const { return parked_; }

  TreeSize looked_at() const { return looked_at_; }
  // Everything below is done, or parked.
  TreeSize low_water() const;
  std::size_t open() const { return open_.size(); }
  std::size_t outstanding() const { return outstanding_; }
  std::map<Position, OpenEvent> unfinished() const;
  std::optional<OpenEvent> unfinished_at(Position position) const;
  std::set<std::string> members() const;  // who has something outstanding
  bool is_done(Position position) const;
  std::int64_t backoff_us(std::uint32_t attempts) const;

 private:
  struct Open {
    SubjectId case_id;
    std::uint32_t attempts = 0;
    TimeUs due{};                        // waiting: not before
    std::optional<TakeNumber> number{};  // outstanding, and until `due`
    std::string member{};
  };
  struct Case {
    std::set<Position> open;
    bool is_outstanding = false;
  };
  using Opened = std::map<Position, Open>;

  void insert(Position position, Open open);
  void finish(Opened::iterator at);
  void release(Open& open);
  Settled of(Position position, TakeNumber number, Opened::iterator& at);
  bool try_park(Opened::iterator at, TimeUs now, const std::string& reason);
  void fail(Opened::iterator at, TimeUs now, std::optional<std::int64_t> delay_us,
            const std::string& reason);

  const GroupLimits limits_;
  TreeSize looked_at_;
  Opened open_;
  std::map<SubjectId, Case> cases_;  // of what is open
  std::map<Position, ParkedEvent> parked_;
  std::map<Position, SubjectId> parked_cases_;
  std::size_t outstanding_ = 0;
  TakeNumber next_number_ = 1;
};

}  // namespace stafett::server
