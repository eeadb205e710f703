#include "server/groups/group_state.h"

#include <algorithm>

#include "engine/base/check.h"

namespace stafett::server {

void GroupState::insert(Position position, Open open) {
  cases_[open.case_id].open.insert(position);
  CHECK(open_.emplace(position, std::move(open)).second);
}

void GroupState::add(Position position, const SubjectId& case_id) {
  CHECK(position.value() >= looked_at_.value() && room() > 0);
  insert(position, {case_id});
  looked_at_ = size_after(position);
}

void GroupState::look_to(TreeSize size) {
  looked_at_ = std::max(looked_at_, size);
}

void GroupState::restore(Position position, const SubjectId& case_id, OpenEvent open) {
  CHECK(position.value() < looked_at_.value());
  insert(position, {case_id, open.attempts});
}

void GroupState::restore_parked(Position position, const SubjectId& case_id, ParkedEvent parked) {
  CHECK(position.value() < looked_at_.value());
  parked_.emplace(position, std::move(parked));
  parked_cases_.emplace(position, case_id);
}

std::size_t GroupState::room() const {
  return open_.size() >= limits_.window ? 0 : limits_.window - open_.size();
}

bool GroupState::may_take(Position position, TimeUs now) const {
  const auto at = open_.find(position);
  if (at == open_.end() || at->second.number || at->second.due > now) return false;
  const Case& of_case = cases_.at(at->second.case_id);
  return !of_case.is_outstanding && *of_case.open.begin() == position;
}

std::vector<Position> GroupState::ready(TimeUs now, std::size_t count_max) const {
  std::vector<Position> out;
  for (const auto& [position, open] : open_) {
    if (out.size() >= count_max) break;
    if (may_take(position, now)) out.push_back(position);
  }
  return out;
}

TakeNumber GroupState::take(Position position, const std::string& member, TimeUs now) {
  CHECK(may_take(position, now));
  Open& open = open_.at(position);
  open.number = next_number_++;
  open.member = member;
  open.due = TimeUs{now.value() + limits_.lease_us};
  cases_.at(open.case_id).is_outstanding = true;
  ++outstanding_;
  return *open.number;
}

std::optional<TimeUs> GroupState::next_due() const {
  std::optional<TimeUs> first;
  for (const auto& [position, open] : open_) {
    const Case& of_case = cases_.at(open.case_id);
    const bool is_next = !of_case.is_outstanding && *of_case.open.begin() == position;
    if (open.number || is_next) first = first ? std::min(*first, open.due) : open.due;
  }
  return first;
}

void GroupState::release(Open& open) {
  if (!open.number) return;
  open.number.reset();
  open.member.clear();
  open.due = TimeUs{};
  cases_.at(open.case_id).is_outstanding = false;
  --outstanding_;
}

void GroupState::finish(Opened::iterator at) {
  release(at->second);
  const auto of_case = cases_.find(at->second.case_id);
  of_case->second.open.erase(at->first);
  if (of_case->second.open.empty()) cases_.erase(of_case);
  open_.erase(at);
}

bool GroupState::is_done(Position position) const {
  return position.value() < looked_at_.value() && open_.count(position) == 0 &&
         parked_.count(position) == 0;
}

Settled GroupState::of(Position position, TakeNumber number, Opened::iterator& at) {
  if (is_done(position)) return Settled::repeated;
  at = open_.find(position);
  if (at == open_.end() || at->second.number != number) return Settled::stale;
  return Settled::done;
}

Settled GroupState::acknowledge(Position position, TakeNumber number) {
  Opened::iterator at;
  const Settled found = of(position, number, at);
  if (found == Settled::done) finish(at);
  return found;
}

std::int64_t GroupState::backoff_us(std::uint32_t attempts) const {
  std::int64_t delay = std::min(limits_.backoff_first_us, limits_.backoff_max_us);
  for (std::uint32_t i = 1; i < attempts && delay < limits_.backoff_max_us; ++i) delay *= 2;
  return std::min(delay, limits_.backoff_max_us);
}

bool GroupState::try_park(Opened::iterator at, TimeUs now, const std::string& reason) {
  if (parked_.size() >= limits_.parked_max) return false;
  parked_.emplace(at->first, ParkedEvent{at->second.attempts, reason, now});
  parked_cases_.emplace(at->first, at->second.case_id);
  finish(at);
  return true;
}

void GroupState::fail(Opened::iterator at, TimeUs now, std::optional<std::int64_t> delay_us,
                      const std::string& reason) {
  Open& open = at->second;
  release(open);
  if (open.attempts < UINT32_MAX) ++open.attempts;
  if (open.attempts >= limits_.attempts_max && try_park(at, now, reason)) return;
  open.due = TimeUs{now.value() + delay_us.value_or(backoff_us(open.attempts))};
}

Settled GroupState::retry(Position position, TakeNumber number, TimeUs now,
                          std::optional<std::int64_t> delay_us, const std::string& reason) {
  Opened::iterator at;
  const Settled found = of(position, number, at);
  if (found == Settled::done) fail(at, now, delay_us, reason);
  return found;
}

Settled GroupState::park(Position position, TakeNumber number, TimeUs now,
                         const std::string& reason) {
  Opened::iterator at;
  const Settled found = of(position, number, at);
  if (found != Settled::done) return found;
  return try_park(at, now, reason) ? Settled::done : Settled::parked_full;
}

Settled GroupState::give_back(Position position, TakeNumber number, TimeUs not_before) {
  Opened::iterator at;
  const Settled found = of(position, number, at);
  if (found != Settled::done) return found;
  release(at->second);
  at->second.due = not_before;
  return found;
}

void GroupState::withhold(Position position) {
  if (const auto at = open_.find(position); at != open_.end()) finish(at);
}

std::size_t GroupState::expire(TimeUs now) {
  std::size_t count = 0;
  for (auto at = open_.begin(); at != open_.end();) {
    const auto next = std::next(at);
    if (at->second.number && at->second.due <= now) {
      fail(at, now, 0, "no answer in time");
      ++count;
    }
    at = next;
  }
  return count;
}

bool GroupState::replay(Position position) {
  const auto at = parked_.find(position);
  if (at == parked_.end()) return false;
  insert(position, {parked_cases_.at(position)});
  parked_.erase(at);
  parked_cases_.erase(position);
  return true;
}

bool GroupState::drop(Position position) {
  parked_cases_.erase(position);
  return parked_.erase(position) == 1;
}

TreeSize GroupState::low_water() const {
  if (open_.empty()) return looked_at_;
  return TreeSize{open_.begin()->first.value()};
}

std::map<Position, OpenEvent> GroupState::unfinished() const {
  std::map<Position, OpenEvent> out;
  for (const auto& [position, open] : open_) out.emplace(position, OpenEvent{open.attempts});
  return out;
}

std::optional<OpenEvent> GroupState::unfinished_at(Position position) const {
  const auto at = open_.find(position);
  if (at == open_.end()) return std::nullopt;
  return OpenEvent{at->second.attempts};
}

std::set<std::string> GroupState::members() const {
  std::set<std::string> out;
  for (const auto& [position, open] : open_)
    if (open.number) out.insert(open.member);
  return out;
}

}  // namespace stafett::server
