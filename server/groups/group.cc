#include "server/groups/group.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "engine/format/entry.h"
#include "engine/transparency/tree.h"
#include "server/stream/cloud_event.h"

namespace stafett::server {
namespace {

// Progress through what is for nobody here is kept that often.
constexpr std::int64_t kIdleKeepUs = 1'000'000;
constexpr std::uint64_t kIdleKeepEntries = 4096;
constexpr std::uint64_t kFirstLook = 128;  // doubled while nothing is found

std::string new_life(Random& random) {
  return to_hex(ByteView{random_id<GroupId>(random).data(), 8});
}

Result<SubjectId> case_at(const ServedLog& log, Position position) {
  ENGINE_TRY(entry, log.log.store().entry(position));
  ENGINE_TRY(stream, format::stream_of_entry(entry));
  ENGINE_TRY(record, log.log.index().stream(stream));
  if (!record) return Error{Errc::corrupt, "a stream without its index row"};
  return record->subject;
}

Result<Hash> leaf_before(const ServedLog& log, TreeSize size) {
  if (size.value() == 0) return Hash{};
  ENGINE_TRY(entry, log.log.store().entry(Position{size.value() - 1}));
  return transparency::leaf_hash(entry);
}

// Counts one as long as it lives.
struct OneMore {
  explicit OneMore(std::atomic<unsigned>& all) : count(all), before(all.fetch_add(1)) {}
  ~OneMore() { count.fetch_sub(1); }
  OneMore(const OneMore&) = delete;
  OneMore& operator=(const OneMore&) = delete;
  std::atomic<unsigned>& count;
  const unsigned before;
};

}  // namespace

// One call of take().
struct Group::Taking {
  const SignedIn& reader;
  const std::string& member;
  const std::size_t count_max;
  const TimeUs now;
  ShownEvents shown;
  TakenBatch batch{};
  bool is_full() const { return batch.deliveries.size() >= count_max; }
};

Group::Group(ServedLog& log, GroupStore& store, const GroupLimits& limits, StoredGroup stored)
    : log_(log),
      store_(store),
      limits_(limits),
      id_(stored.id),
      record_(std::move(stored.record)),
      life_(new_life(log.log.random())),
      state_(limits, stored.progress.looked_at),
      webhook_(record_.webhook),
      kept_low_(stored.progress.looked_at),
      kept_leaf_(stored.progress.leaf),
      kept_looked_at_(stored.progress.looked_at) {}

Result<void> Group::begin(std::map<Position, OpenEvent> unfinished,
                          std::map<Position, ParkedEvent> parked) {
  const std::lock_guard lock{mutex_};
  const TreeSize looked_at = state_.looked_at();
  is_of_other_history_ = looked_at > log_.log.head().size;
  if (!is_of_other_history_) {
    ENGINE_TRY(leaf, leaf_before(log_, looked_at));
    is_of_other_history_ = leaf != kept_leaf_;
  }
  if (!is_of_other_history_) {
    for (const auto& [position, open] : unfinished) {
      ENGINE_TRY(case_id, case_at(log_, position));
      state_.restore(position, case_id, open);
    }
    for (const auto& [position, one] : parked) {
      ENGINE_TRY(case_id, case_at(log_, position));
      state_.restore_parked(position, case_id, one);
    }
  }
  kept_low_ = state_.low_water();
  kept_parked_ = std::move(parked);
  note_figures();
  return {};
}

Result<void> Group::is_usable() const {
  if (is_removed_) return Error{Errc::not_found, "no such group"};
  if (is_of_other_history_)
    return Error{Errc::conflict, "the group has read another history of this log; make it anew"};
  return {};
}

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
  ENGINE_TRY(directory, log_.gate.directory_known(log_.log.head().size));
  const bti::Registration* person = directory->person(reader.person, {log_.log.clock().now()});
  if (!person || !person->active) return Error{Errc::refused, "not-active"};
  return {};
}

Result<TakenBatch> Group::take(const SignedIn& reader, const std::string& member,
                               std::size_t count_max) {
  const OneMore one{takes_};
  if (one.before >= kTakesAtOnce)
    return Error{Errc::too_large, "as many are taking from the group as may be"};
  return take_alone(reader, member, count_max);
}

Result<TakenBatch> Group::take_alone(const SignedIn& reader, const std::string& member,
                                     std::size_t count_max) {
  const std::lock_guard lock{mutex_};
  ENGINE_TRY_VOID(is_usable());
  ENGINE_TRY_VOID(check_active(reader));
  const TimeUs now = log_.log.clock().now();
  Taking taking{reader, member, count_max, now, ShownEvents{log_}};
  if (state_.expire(now) != 0) is_changed_ = true;
  Result<void> done = take_all(taking);
  if (done) done = keep_when_due(now, taking.batch.deliveries.empty());
  if (!done) {
    give_back(taking.batch);
    note_figures();
    return done.error();
  }
  TakenBatch& batch = taking.batch;
  batch.is_window_full = state_.room() == 0;
  batch.has_more = state_.looked_at() < log_.log.head().size;
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
    // Each of them is outstanding or done afterwards.
    for (const Position position : ready) ENGINE_TRY_VOID(take_one(taking, position));
  }
  return {};
}

// Decided as if it had never been handed out.
Result<void> Group::take_one(Taking& taking, Position position) {
  std::optional<Position> after;
  if (position.value() > 0) after = Position{position.value() - 1};
  Feed feed{log_, request(taking.reader, after)};
  ENGINE_TRY(step, feed.step(1, size_after(position)));
  if (step.end) return Error{Errc::refused, step.end->why};
  if (!step.events.empty()) {
    ENGINE_TRY(shown, taking.shown.json(step.events.front()));
    if (shown) {
      deliver(taking, position, *shown);
      return {};
    }
  }
  state_.withhold(position);
  is_changed_ = true;
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
  const TreeSize head = log_.log.head().size;
  const std::uint64_t first = state_.looked_at().value();
  const std::uint64_t last = std::min<std::uint64_t>(head.value(), first + kEntriesATake);
  if (first >= last) return {};
  std::optional<Position> after;
  if (first > 0) after = Position{first - 1};
  Feed feed{log_, request(taking.reader, after)};
  std::uint64_t stretch = kFirstLook;
  while (!taking.is_full() && state_.room() > 0 && state_.looked_at().value() < last) {
    const std::uint64_t at = state_.looked_at().value();
    const std::size_t open_before = state_.open();
    ENGINE_TRY_VOID(look(taking, feed, TreeSize{std::min(last, at + stretch)}));
    if (state_.open() == open_before)
      stretch = std::min<std::uint64_t>(2 * stretch, Feed::kEntriesAStep);
  }
  return {};
}

Result<void> Group::look(Taking& taking, Feed& feed, TreeSize until) {
  const std::size_t most =
      std::min(state_.room(), taking.count_max - taking.batch.deliveries.size());
  ENGINE_TRY(step, feed.step(most, until));
  if (step.end) return Error{Errc::refused, step.end->why};
  for (const FeedEvent& event : step.events) {
    ENGINE_TRY(shown, taking.shown.json(event));
    if (!shown) continue;
    state_.add(event.position, *event.case_id);
    // Else it waits for what is before it in its case.
    if (state_.may_take(event.position, taking.now)) deliver(taking, event.position, *shown);
  }
  state_.look_to(step.looked_at);
  return {};
}

void Group::give_back(const TakenBatch& batch) {
  for (const Delivery& one : batch.deliveries)
    if (const auto parsed = parse(one.id))
      (void)state_.give_back(parsed->first, parsed->second);  // it is ours: just taken
}

std::optional<std::pair<Position, TakeNumber>> Group::parse(std::string_view delivery) const {
  const std::size_t first = delivery.find('-');
  const std::size_t second = delivery.rfind('-');
  if (first == std::string_view::npos || first == second) return std::nullopt;
  const auto position = parse_decimal(delivery.substr(0, first));
  const auto number = parse_decimal(delivery.substr(second + 1));
  if (!position || !number) return std::nullopt;
  // Of an earlier life: no number that is given out now.
  const bool is_ours = delivery.substr(first + 1, second - first - 1) == life_;
  return std::pair{Position{*position}, is_ours ? *number : TakeNumber{0}};
}

Settled Group::settle_one(const Settling& settling, const std::string& delivery, TimeUs now) {
  const auto parsed = parse(delivery);
  if (!parsed) return Settled::stale;
  const auto [position, number] = *parsed;
  switch (settling.how) {
    case Settling::How::acknowledge:
      return state_.acknowledge(position, number);
    case Settling::How::retry:
      return state_.retry(position, number, now, settling.delay_us, settling.reason);
    default:
      return state_.park(position, number, now, settling.reason);
  }
}

Result<std::vector<Group::Outcome>> Group::settle(const Settling& settling) {
  std::vector<Outcome> out;
  {
    const std::lock_guard lock{mutex_};
    ENGINE_TRY_VOID(is_usable());
    if (settling.how == Settling::How::park &&
        state_.parked().size() + settling.deliveries.size() > limits_.parked_max)
      return Error{Errc::too_large, "no room for so many parked events"};
    const TimeUs now = log_.log.clock().now();
    for (const std::string& delivery : settling.deliveries) {
      const Settled settled = settle_one(settling, delivery, now);
      if (settled == Settled::done) is_changed_ = true;
      out.push_back({delivery, settled});
    }
    // What was settled before, and could not be kept then, is tried again.
    if (is_changed_) ENGINE_TRY_VOID(keep());
    note_figures();
  }
  tell_waiters();
  return out;
}

Result<std::map<Position, ParkedEvent>> Group::parked() const {
  const std::lock_guard lock{mutex_};
  ENGINE_TRY_VOID(is_usable());
  return state_.parked();
}

Result<std::size_t> Group::unpark(Unpark how,
                                  const std::optional<std::vector<Position>>& positions) {
  std::size_t count = 0;
  {
    const std::lock_guard lock{mutex_};
    ENGINE_TRY_VOID(is_usable());
    std::vector<Position> which;
    if (positions)
      which = *positions;
    else
      for (const auto& [position, one] : state_.parked()) which.push_back(position);
    for (const Position position : which)
      if (how == Unpark::replay ? state_.replay(position) : state_.drop(position)) ++count;
    if (count != 0) is_changed_ = true;
    if (is_changed_) ENGINE_TRY_VOID(keep());
    note_figures();
  }
  tell_waiters();
  return count;
}

Result<void> Group::keep_when_due(TimeUs now, bool is_idle) {
  const std::uint64_t moved = state_.low_water().value() - kept_low_.value();
  const bool is_long_ago = now.value() - kept_at_.value() >= kIdleKeepUs || now < kept_at_;
  if (is_changed_ || moved >= kIdleKeepEntries || (is_idle && moved > 0 && is_long_ago))
    return keep();
  return {};
}

Result<void> Group::keep() {
  GroupStore::Change change;
  if (state_.looked_at() != kept_looked_at_) {
    ENGINE_TRY(leaf, leaf_before(log_, state_.looked_at()));
    kept_leaf_ = leaf;
    kept_looked_at_ = state_.looked_at();
  }
  change.progress = {state_.looked_at(), kept_leaf_, state_.unfinished()};
  const std::map<Position, ParkedEvent>& parked = state_.parked();
  for (const auto& [position, one] : parked) {
    const auto kept = kept_parked_.find(position);
    if (kept == kept_parked_.end() || kept->second.since != one.since)
      change.parked.emplace(position, one);
  }
  for (const auto& [position, one] : kept_parked_)
    if (parked.count(position) == 0) change.unparked.push_back(position);
  ENGINE_TRY_VOID(store_.save(id_, change));
  is_changed_ = false;
  for (const auto& [position, one] : change.parked) kept_parked_.insert_or_assign(position, one);
  for (const Position position : change.unparked) kept_parked_.erase(position);
  kept_low_ = state_.low_water();
  kept_at_ = log_.log.clock().now();
  return {};
}

std::optional<WebhookSetting> Group::webhook() const {
  const std::lock_guard lock{mutex_};
  return is_removed_ ? std::nullopt : webhook_;
}

Result<void> Group::set_webhook(std::optional<WebhookSetting> setting) {
  {
    const std::lock_guard lock{mutex_};
    if (is_removed_) return Error{Errc::not_found, "no such group"};
    GroupRecord record = record_;
    record.webhook = setting;
    ENGINE_TRY_VOID(store_.put_record(id_, record));
    webhook_ = std::move(setting);
  }
  tell_waiters();
  return {};
}

Result<void> Group::remove() {
  {
    const std::lock_guard lock{mutex_};
    if (is_removed_) return Error{Errc::not_found, "no such group"};
    ENGINE_TRY_VOID(store_.remove(id_));
    is_removed_ = true;
  }
  tell_waiters();
  return {};
}

void Group::note_figures() {
  GroupFigures now{kept_low_, state_.outstanding(), state_.open() - state_.outstanding(),
                   kept_parked_.size(), state_.members()};
  const std::lock_guard lock{figures_mutex_};
  figures_ = std::move(now);
}

GroupFigures Group::figures() const {
  const std::lock_guard lock{figures_mutex_};
  return figures_;
}

void Group::add(const Waiter& waiter) {
  const std::lock_guard lock{waiters_mutex_};
  waiters_.insert(waiter);
}

void Group::remove(const Waiter& waiter) {
  const std::lock_guard lock{waiters_mutex_};
  waiters_.erase(waiter);
}

void Group::tell_waiters() {
  ++changes_;
  const std::lock_guard lock{waiters_mutex_};
  for (const Waiter& one : waiters_)
    boost::asio::post(one->get_executor(), [one] { one->cancel(); });
}

}  // namespace stafett::server
