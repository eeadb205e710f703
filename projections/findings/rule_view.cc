#include "projections/findings/rule_view.h"

namespace stafett::bti {

RuleView::RuleView(const CaseTrack& track) : track_(track) {
  opened_ = first({EventType::LOG_OPENED});
  closed_ = first({EventType::LOG_CLOSED});
}

bool RuleView::in_open_log(Moment place) const {
  return opened_ && opened_->moment() <= place && (!closed_ || place < closed_->moment());
}

bool RuleView::is_school(NameNo service) const {
  return track_.directory().service_kind(name(service)) == schema::ServiceKind::SCHOOL;
}

ConsentStatus RuleView::status_at(const Act& act, Scope scope) const {
  return consents_on(act.day).status(scope, act.moment());
}

ConsentStatus RuleView::status_after(const Act& act, Scope scope) const {
  Moment after = act.moment();
  ++after.order;
  return consents_on(act.day).status(scope, after);
}

std::optional<std::int32_t> RuleView::birthday_of(int years) const {
  if (!is_child() || state().birth_date == kNoDate) return std::nullopt;
  return birthday(Date{state().birth_date}, years).days();
}

bool RuleView::child_rules_apply(const Act& at) const {
  if (!is_child()) return false;
  const std::optional<std::int32_t> from = birthday_of(profile_on(at.day).child_heard_from_age);
  return !from || at.day >= *from;
}

bool RuleView::is_home_before_log(const Act& use, NameNo service) const {
  const bool before = !opened_ || use.moment() < opened_->moment();
  return before && name(service) == state().service_name(state().home_service);
}

Telling RuleView::about(const Act& anchor, FindingRef ref) const {
  Telling telling;
  telling.ref = std::move(ref);
  telling.anchor = &anchor;
  telling.span.first = anchor.day;
  telling.profile_version = rules_on(anchor.day).version;
  return telling;
}

void RuleView::tell_deadline(CourseBook& book, Telling telling, std::int32_t last_day,
                             std::int32_t met, Closing closing) const {
  const std::int32_t end = closing == Closing::ends_it ? earlier(met, day_of(closed_)) : met;
  if (end != kNoDate && end <= last_day) return;
  telling.span = {last_day + 1, end};
  if (end == kNoDate && telling.due == kNoDate) telling.due = last_day;
  if (end != kNoDate) telling.due = kNoDate;
  book.tell(telling);
}

void RuleView::tell_act(CourseBook& book, Telling telling,
                        std::initializer_list<const Act*> clearing) const {
  for (const Act* act : clearing) telling.span.cleared = earlier(telling.span.cleared, day_of(act));
  book.tell(telling);
}

FindingRef ref_to(const Act& act) {
  return {act.id, std::nullopt, {}};
}
FindingRef ref_to(const Act& act, std::string_view local) {
  return {act.id, std::nullopt, std::string{local}};
}
FindingRef ref_to(std::string_view local) {
  return {std::nullopt, std::nullopt, std::string{local}};
}
FindingRef ref_to(const ActorId& person) {
  return {std::nullopt, person, {}};
}

std::int32_t earlier(std::int32_t a, std::int32_t b) {
  if (a == kNoDate) return b;
  return b == kNoDate ? a : std::min(a, b);
}

}  // namespace stafett::bti
