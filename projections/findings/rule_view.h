#pragma once
// RuleView: what a rule asks about a case: acts by type and place, the open log, the profile of a
// day, consent status, deadlines.
//
// Threads:  one.
// Lifetime: the track outlives it and does not change meanwhile.

#include <algorithm>
#include <initializer_list>
#include <ranges>

#include "projections/findings/case_track.h"
#include "projections/findings/course_book.h"
#include "projections/state/consent.h"

namespace stafett::bti {

// Whether the closing of the log stops a clock.
enum class Closing : std::uint8_t { ends_it, is_nothing };

class RuleView final {
 public:
  explicit RuleView(const CaseTrack& track);

  const CaseState& state() const { return track_.state(); }
  std::span<const Act> acts() const { return track_.acts(); }
  // Acts of one type, in timeline order.
  auto all(EventType type) const {
    return track_.places_of(type) |
           std::views::transform(
               [acts = track_.acts()](std::uint32_t place) -> const Act& { return acts[place]; });
  }

  // The first act of these types after (or before: the latest) a place in the timeline, for which
  // `match` holds. Null: none.
  template <class Match>
  const Act* first_after(Moment place, std::initializer_list<EventType> types, Match match) const;
  const Act* first_after(Moment place, std::initializer_list<EventType> types) const {
    return first_after(place, types, [](const Act&) { return true; });
  }
  template <class Match>
  const Act* last_before(Moment place, std::initializer_list<EventType> types, Match match) const;
  const Act* last_before(Moment place, std::initializer_list<EventType> types) const {
    return last_before(place, types, [](const Act&) { return true; });
  }
  // The first anywhere.
  template <class Match>
  const Act* first(std::initializer_list<EventType> types, Match match) const {
    return first_after(kBeforeAll, types, match);
  }
  const Act* first(std::initializer_list<EventType> types) const {
    return first_after(kBeforeAll, types);
  }

  // The first LogOpened and LogClosed; null: none.
  const Act* opened() const { return opened_; }
  const Act* closed() const { return closed_; }
  const Act* closing_after(const Act& act) const {
    return closed_ && act.moment() < closed_->moment() ? closed_ : nullptr;
  }
  // At or after the opening, before the closing.
  bool in_open_log(Moment place) const;
  bool in_open_log(const Act& act) const { return in_open_log(act.moment()); }

  std::string_view name(NameNo number) const { return track_.names().name(number); }
  NameNo find_name(std::string_view name) const { return track_.names().find(name); }
  const ProfileVersion& rules_on(std::int32_t day) const {
    return track_.directory().profiles().in_force(Date{day});
  }
  const Profile& profile_on(std::int32_t day) const { return rules_on(day).profile; }
  bool is_school(NameNo service) const;

  // At the place of the act, itself not counted; or just after it.
  ConsentStatus status_at(const Act& act, Scope scope) const;
  ConsentStatus status_after(const Act& act, Scope scope) const;
  ConsentView consents_on(std::int32_t day) const {
    return {state(), profile_on(day), track_.directory().profiles()};
  }
  bool is_child() const { return state().subject_kind == schema::SubjectKind::CHILD; }
  // The birthday of a child whose birth date is known.
  std::optional<std::int32_t> birthday_of(int years) const;
  // The child is to be heard: of age by childHeardFromAge, or of unknown age.
  bool child_rules_apply(const Act& at) const;
  // The home service, while no log has been opened, needs no consent of its own.
  bool is_home_before_log(const Act& use, NameNo service) const;

  // What a telling begins with: the anchor and the profile of its day.
  Telling about(const Act& anchor, FindingRef ref) const;
  std::int32_t deadline(const Act& anchor, Period period) const {
    return profile_on(anchor.day).add(Date{anchor.day}, period).days();
  }
  // Unmet by `last_day`, the last day in time: true from the day after, until `met` (kNoDate: not
  // yet) or, if that ends it, the closing of the log. Tells nothing when it was met, or ended, in
  // time.
  void tell_deadline(CourseBook& book, Telling telling, std::int32_t last_day, std::int32_t met,
                     Closing closing) const;
  // From the anchor's day on, until the first of those given (null: not there).
  void tell_act(CourseBook& book, Telling telling,
                std::initializer_list<const Act*> clearing = {}) const;

 private:
  const CaseTrack& track_;
  const Act* opened_ = nullptr;
  const Act* closed_ = nullptr;
};

FindingRef ref_to(const Act& act);                          // the event
FindingRef ref_to(const Act& act, std::string_view local);  // the event and a text
FindingRef ref_to(std::string_view local);
FindingRef ref_to(const ActorId& person);
// The earlier day of two, where kNoDate is never.
std::int32_t earlier(std::int32_t a, std::int32_t b);
inline std::int32_t day_of(const Act* act) {
  return act ? act->day : kNoDate;
}

template <class Match>
const Act* RuleView::first_after(Moment place, std::initializer_list<EventType> types,
                                 Match match) const {
  const Act* best = nullptr;
  for (const EventType type : types) {
    const auto places = track_.places_of(type);
    auto next = std::ranges::upper_bound(places, place, {},
                                         [&](std::uint32_t i) { return acts()[i].moment(); });
    for (; next != places.end(); ++next) {
      const Act& act = acts()[*next];
      if (best && best->moment() < act.moment()) break;
      if (!match(act)) continue;
      best = &act;
      break;
    }
  }
  return best;
}

template <class Match>
const Act* RuleView::last_before(Moment place, std::initializer_list<EventType> types,
                                 Match match) const {
  const Act* best = nullptr;
  for (const EventType type : types) {
    const auto places = track_.places_of(type);
    auto end = std::ranges::lower_bound(places, place, {},
                                        [&](std::uint32_t i) { return acts()[i].moment(); });
    while (end != places.begin()) {
      const Act& act = acts()[*--end];
      if (best && act.moment() < best->moment()) break;
      if (!match(act)) continue;
      best = &act;
      break;
    }
  }
  return best;
}

}  // namespace stafett::bti
