#include "server/groups/group.h"

#include <boost/asio/post.hpp>

#include "engine/base/encoding.h"
#include "server/groups/entries_read.h"

namespace stafett::server {
namespace {

// Progress through what is for nobody here is kept that often.
constexpr std::int64_t kIdleKeepUs = 1'000'000;
constexpr std::uint64_t kIdleKeepEntries = 4096;

std::string new_life(Random& random) {
  return to_hex(ByteView{random_id<GroupId>(random).data(), 8});
}

}  // namespace

Group::Group(ServedLog& log, GroupStore& store, const GroupLimits& limits, StoredGroup stored)
    : log_(log),
      store_(store),
      limits_(limits),
      id_(stored.id),
      record_(std::move(stored.record)),
      life_(new_life(log.log.random())),
      state_(limits, stored.progress.looked_at),
      kept_low_(stored.progress.looked_at),
      kept_leaf_(stored.progress.leaf),
      kept_looked_at_(stored.progress.looked_at),
      webhook_(record_.webhook) {}

Result<void> Group::begin(std::map<Position, OpenEvent> unfinished,
                          std::map<Position, ParkedEvent> parked) {
  const std::lock_guard lock{mutex_};
  const TreeSize looked_at = state_.looked_at();
  is_of_other_history_ = looked_at > log_.log.size();
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
    case Settling::How::give_back:
      return state_.give_back(position, number,
                              TimeUs{now.value() + settling.delay_us.value_or(0)});
    default:
      return state_.park(position, number, now, settling.reason);
  }
}

Result<std::vector<Group::Outcome>> Group::settle(const Settling& settling) {
  std::vector<Outcome> out;
  const TimeUs now = log_.log.clock().now();
  {
    const std::lock_guard lock{mutex_};
    ENGINE_TRY_VOID(is_usable());
    if (settling.how == Settling::How::park &&
        state_.parked().size() + settling.deliveries.size() > limits_.parked_max)
      return Error{Errc::too_large, "no room for so many parked events"};
    for (const std::string& delivery : settling.deliveries) {
      const Settled settled = settle_one(settling, delivery, now);
      if (settled == Settled::done) is_changed_ = true;
      out.push_back({delivery, settled});
    }
    // What was settled before, and could not be kept then, is tried again.
    if (is_changed_) ENGINE_TRY_VOID(keep(now));
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
  const TimeUs now = log_.log.clock().now();
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
    if (is_changed_) ENGINE_TRY_VOID(keep(now));
    note_figures();
  }
  tell_waiters();
  return count;
}

Result<void> Group::keep_when_due(TimeUs now, bool is_idle) {
  const std::uint64_t moved = state_.low_water().value() - kept_low_.value();
  const bool is_long_ago = now.value() - kept_at_.value() >= kIdleKeepUs || now < kept_at_;
  if (is_changed_ || moved >= kIdleKeepEntries || (is_idle && moved > 0 && is_long_ago))
    return keep(now);
  return {};
}

Result<void> Group::keep(TimeUs now) {
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
  kept_at_ = now;
  return {};
}

std::optional<WebhookSetting> Group::webhook() const {
  const std::lock_guard lock{figures_mutex_};
  return is_removed_ ? std::nullopt : webhook_;
}

Result<void> Group::set_webhook(std::optional<WebhookSetting> setting) {
  {
    const std::lock_guard lock{mutex_};
    if (is_removed_) return Error{Errc::not_found, "no such group"};
    GroupRecord record = record_;
    record.webhook = setting;
    ENGINE_TRY_VOID(store_.put_record(id_, record));
    const std::lock_guard shown{figures_mutex_};
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
  wake();
}

void Group::wake() {
  const std::lock_guard lock{waiters_mutex_};
  for (const Waiter& one : waiters_)
    boost::asio::post(one->get_executor(), [one] { one->cancel(); });
}

}  // namespace stafett::server
