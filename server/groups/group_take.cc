// Taking: the part of a group that reads the log.

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "server/groups/group.h"
#include "server/stream/cloud_event.h"

namespace stafett::server {
namespace {

constexpr std::uint64_t kFirstLook = 128;  // doubled while nothing is found

// Lets go of a lock that is held, and takes it again.
struct Unlocked {
  explicit Unlocked(std::unique_lock<std::mutex>& held) : lock(held) { lock.unlock(); }
  ~Unlocked() { lock.lock(); }
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;
  std::unique_lock<std::mutex>& lock;
};

}  // namespace

// One call of take().
struct Group::Taking {
  const SignedIn& reader;
  const std::string& member;
  const std::size_t count_max;
  const TimeUs now;
  ShownEvents shown;
  std::unique_lock<std::mutex> lock;  // of mutex_; not held in read()
  TakenBatch batch{};
  bool is_cut = false;  // there was no room for what was read: it is read again
  bool is_full() const { return batch.deliveries.size() >= count_max; }
};

// What of a stretch of the log is for the group.
struct Group::Looked {
  struct Event {
    Position position;
    SubjectId case_id;
    boost::json::object shown;
  };
  std::vector<Event> events;
  TreeSize looked_at;
};

// Of a take.
class Group::Ending {
 public:
  explicit Ending(Group& group) : group_(group) {}
  ~Ending() {
    group_.is_taking_ = false;
    ++group_.endings_;
    // Whoever says so later sees that it has ended.
    if (group_.is_awaited_.exchange(false)) group_.wake();
  }
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;

 private:
  Group& group_;
};

FeedRequest Group::request(const SignedIn& reader, std::optional<Position> after) const {
  FeedRequest request;
  request.reader = reader;
  request.purpose = record_.definition.purpose;
  request.types = record_.definition.types;
  request.after = after;
  return request;
}

// What happens while somebody may not read at all is to wait for him, not to be passed over.
Result<void> Group::check_active(const SignedIn& reader) const {
  ENGINE_TRY(directory, log_.gate.directory_now());
  const bti::Registration* person = directory->person(reader.person, {log_.log.clock().now()});
  if (!person || !person->active) return Error{Errc::refused, "not-active"};
  return {};
}

Result<TakenBatch> Group::take(const SignedIn& reader, const std::string& member,
                               std::size_t count_max) {
  TakenBatch busy;
  busy.is_busy = true;
  busy.change = endings_;
  if (is_taking_.exchange(true)) {
    is_awaited_ = true;
    return busy;
  }
  const Ending ending{*this};
  return take_alone(reader, member, count_max);
}

Result<TakenBatch> Group::take_alone(const SignedIn& reader, const std::string& member,
                                     std::size_t count_max) {
  ENGINE_TRY_VOID(is_usable());
  ENGINE_TRY_VOID(check_active(reader));
  const TimeUs now = log_.log.clock().now();
  Taking taking{reader, member, count_max, now, ShownEvents{log_}, std::unique_lock{mutex_}};
  if (state_.expire(now) != 0) is_changed_ = true;
  Result<void> done = take_all(taking);
  if (done) done = is_usable();  // it may have been removed meanwhile
  if (done) done = keep_when_due(now, taking.batch.deliveries.empty());
  if (!done) {
    give_back(taking.batch);
    note_figures();
    return done.error();
  }
  TakenBatch& batch = taking.batch;
  batch.is_window_full = state_.room() == 0;
  batch.looked_at = state_.looked_at();
  batch.lease_ends = TimeUs{now.value() + limits_.lease_us};
  batch.next_due = state_.next_due();
  batch.change = changes_;
  note_figures();
  return std::move(batch);
}

Result<void> Group::take_all(Taking& taking) {
  ENGINE_TRY_VOID(take_waiting(taking));
  if (taking.is_full() || state_.room() == 0) return {};
  return take_new(taking);
}

Result<void> Group::take_waiting(Taking& taking) {
  while (!taking.is_full()) {
    const std::vector<Position> ready =
        state_.ready(taking.now, taking.count_max - taking.batch.deliveries.size());
    if (ready.empty()) return {};
    // Each of them is outstanding or done afterwards, or behind one that was handed back.
    for (const Position position : ready) ENGINE_TRY_VOID(take_one(taking, position));
  }
  return {};
}

// Decided as if it had never been handed out.
Result<void> Group::take_one(Taking& taking, Position position) {
  std::optional<Position> after;
  if (position.value() > 0) after = Position{position.value() - 1};
  Feed feed{log_, request(taking.reader, after)};
  ENGINE_TRY(looked, read(taking, feed, 1, size_after(position)));
  // One before it in its case may have been replayed meanwhile.
  if (!state_.may_take(position, taking.now)) return {};
  if (!looked.events.empty()) {
    deliver(taking, position, looked.events.front().shown);
  } else {
    state_.withhold(position);
    is_changed_ = true;
  }
  return {};
}

void Group::deliver(Taking& taking, Position position, const boost::json::object& shown) {
  const std::uint32_t attempts = state_.unfinished_at(position)->attempts;
  const TakeNumber number = state_.take(position, taking.member, taking.now);
  taking.batch.deliveries.push_back({fmt::format("{}-{}-{}", position.value(), life_, number),
                                     position, attempts + 1,
                                     cloud_event(shown, position, log_.log.origin())});
}

Result<void> Group::take_new(Taking& taking) {
  const TreeSize head = log_.log.size();
  const std::uint64_t first = state_.looked_at().value();
  const std::uint64_t last = std::min<std::uint64_t>(head.value(), first + kEntriesATake);
  if (first >= last) return {};
  std::optional<Position> after;
  if (first > 0) after = Position{first - 1};
  Feed feed{log_, request(taking.reader, after)};
  std::uint64_t stretch = kFirstLook;
  while (!taking.is_full() && !taking.is_cut && state_.room() > 0 &&
         state_.looked_at().value() < last) {
    const std::uint64_t at = state_.looked_at().value();
    const std::size_t open_before = state_.open();
    ENGINE_TRY_VOID(look(taking, feed, TreeSize{std::min(last, at + stretch)}));
    if (state_.open() == open_before)
      stretch = std::min<std::uint64_t>(2 * stretch, EntriesAhead::kLookedAtMax);
  }
  return {};
}

Result<void> Group::look(Taking& taking, Feed& feed, TreeSize until) {
  const std::size_t most =
      std::min(state_.room(), taking.count_max - taking.batch.deliveries.size());
  ENGINE_TRY(looked, read(taking, feed, most, until));
  for (const Looked::Event& event : looked.events) {
    // What was parked may have been replayed meanwhile.
    taking.is_cut = state_.room() == 0;
    if (taking.is_cut) return {};
    state_.add(event.position, event.case_id);
    // Else it waits for what is before it in its case.
    if (state_.may_take(event.position, taking.now)) deliver(taking, event.position, event.shown);
  }
  state_.look_to(looked.looked_at);
  return {};
}

// Others settle, replay and drop meanwhile.
Result<Group::Looked> Group::read(Taking& taking, Feed& feed, std::size_t events_max,
                                  TreeSize until) {
  const Unlocked reading{taking.lock};
  ENGINE_TRY(step, feed.step(events_max, until));
  if (step.end) return Error{Errc::refused, step.end->why};
  Looked looked{{}, step.looked_at};
  for (const FeedEvent& event : step.events) {
    ENGINE_TRY(shown, taking.shown.json(event));
    if (shown) looked.events.push_back({event.position, event.case_id, std::move(*shown)});
  }
  return looked;
}

void Group::give_back(const TakenBatch& batch) {
  for (const Delivery& one : batch.deliveries)
    if (const auto parsed = parse(one.id))
      (void)state_.give_back(parsed->first, parsed->second);  // it is ours: just taken
}

}  // namespace stafett::server
