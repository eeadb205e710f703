#include "projections/review/case_course.h"

#include <algorithm>
#include <map>

#include "projections/catalogue/enum_name.h"

namespace stafett::bti {
namespace {

using enum EventType;

constexpr std::int32_t kAfterwards = 14;  // days

// A, B, ... Z, AA, ... in the order in which they come up.
class Letters final {
 public:
  std::string of(const ActorId& person) {
    if (person.is_zero()) return {};
    const auto [place, fresh] = letters_.try_emplace(person);
    if (fresh) place->second = letter(letters_.size() - 1);
    return place->second;
  }

 private:
  static std::string letter(std::size_t number) {
    std::string text;
    for (std::size_t rest = number + 1; rest > 0; rest = (rest - 1) / 26)
      text.insert(text.begin(), static_cast<char>('A' + (rest - 1) % 26));
    return text;
  }
  std::map<ActorId, std::string> letters_;
};

class CourseMaker final {
 public:
  CourseMaker(const CaseTrack& track, CaseCourse& course)
      : view_(track), state_(track.state()), course_(course) {}

  void make() {
    for (const Act& act : view_.acts()) take(act);
    consents();
    measures();
  }

 private:
  void take(const Act& act) {
    switch (act.type) {
      case CONCERN_RAISED:
        return level(act, 0);
      case LEVEL0_DECIDED:
        if (is_last_word(act)) end(course_.levels, act.day);
        return;
      case LOG_OPENED:
        level(act, act.word);
        return hold(act, view_.name(act.service));
      case LEVEL_CHANGED:
        return level(act, act.word);
      case HOLDER_APPOINTED:
        return hold(act, view_.name(act.service));
      case BATON_ACCEPTED:
        return hold(act, offered_service(act));
      case HOLDER_LEFT:
        // An earlier holder leaves, too.
        if (act.person == holder_) end(course_.holders, act.day);
        return;
      case LOG_CLOSED:
        end(course_.holders, act.day);
        return end(course_.levels, act.day);
      case MEETING_HELD:
        return mark(course_.meetings, Mark::Kind::meeting, act,
                    enum_name(static_cast<schema::MeetingKind>(act.word)));
      case CHILD_HEARD:
        return mark(course_.hearings, Mark::Kind::hearing, act, {});
      case MEASURE_EVALUATED:
        return mark(course_.evaluations, Mark::Kind::evaluation, act, view_.name(act.local));
      case ENTRY_READ:
        return mark(course_.reads,
                    act.basis == Basis::ok ? Mark::Kind::read : Mark::Kind::read_without_ground,
                    act, enum_name(static_cast<schema::Capacity>(act.word)));
      default:
        return;
    }
  }

  // At level 0: after a report somebody decides once more, after a level the log is opened.
  bool is_last_word(const Act& decided) const {
    return static_cast<schema::Level0Outcome>(decided.word) == schema::Level0Outcome::CLOSE &&
           !course_.levels.empty() && course_.levels.back().what == "0";
  }
  static void end(std::vector<Stretch>& stretches, std::int32_t day) {
    if (!stretches.empty() && stretches.back().until == kNoDate) stretches.back().until = day;
  }
  void level(const Act& act, std::uint16_t to) {
    end(course_.levels, act.day);
    course_.levels.push_back({act.day, kNoDate, act.position, {}, std::to_string(to), {}});
  }
  void hold(const Act& act, std::string_view service) {
    end(course_.holders, act.day);
    holder_ = act.person;
    course_.holders.push_back(
        {act.day, kNoDate, act.position, letters_.of(act.person), std::string{service}, {}});
  }
  std::string_view offered_service(const Act& accepted) const {
    const Act* offer = view_.last_before(accepted.moment(), {BATON_OFFERED}, [&](const Act& act) {
      return act.local == accepted.local;
    });
    return offer ? view_.name(offer->service) : std::string_view{};
  }
  static void mark(std::vector<Mark>& marks, Mark::Kind kind, const Act& act,
                   std::string_view what) {
    marks.push_back({kind, act.day, act.position, std::string{what}});
  }

  // As far as each went: to its end, or to when it was taken back or replaced.
  void consents() {
    for (const Act& granted : view_.all(CONSENT_GRANTED)) {
      const Consent* consent = state_.find_consent(view_.name(granted.local));
      if (!consent) continue;
      Stretch stretch{consent->from,
                      view_.consents_on(granted.day).effective_end(*consent).days(),
                      granted.position,
                      letters_.of(granted.person),
                      {},
                      {}};
      const Act* ended = view_.first_after(
          granted.moment(), {CONSENT_WITHDRAWN, CONSENT_GRANTED}, [&](const Act& act) {
            return act.type == CONSENT_WITHDRAWN ? act.local == granted.local && act.has(Act::whole)
                                                 : act.replaces == granted.local;
          });
      if (ended) stretch.until = std::min(stretch.until, ended->day);
      for (const NameNo service : granted.names) {
        if (!stretch.what.empty()) stretch.what += ", ";
        stretch.what += view_.name(service);
      }
      course_.consents.push_back(std::move(stretch));
    }
  }
  void measures() {
    for (const Act& planned : view_.all(MEASURE_PLANNED)) {
      const Measure* measure = state_.find_measure(view_.name(planned.local));
      if (!measure) continue;
      std::int32_t until = measure->ended_on;
      if (view_.closed()) until = earlier(until, view_.closed()->day);
      course_.measures.push_back({planned.day, until, planned.position,
                                  letters_.of(measure->responsible), measure->id,
                                  std::string{state_.service_name(measure->service)}});
    }
  }

  const RuleView view_;
  const CaseState& state_;
  CaseCourse& course_;
  Letters letters_;
  ActorId holder_;  // the latest
};

}  // namespace

CaseCourse course_of(const CaseTrack& track, const CaseReview& review, Date last) {
  CaseCourse course;
  course.id = review.id;
  const CaseState& state = track.state();
  course.opened = state.opened_on;
  course.closed = state.closed_on;
  course.last = last.days();
  course.first = last.days();
  std::int32_t latest = kNoDate;
  for (const Act& act : track.acts()) {
    course.first = std::min(course.first, act.day);
    latest = std::max(latest, act.day);
  }
  // What is over is not drawn out to the end of the period.
  if (!state.log_open() && latest != kNoDate)
    course.last = std::min(course.last, latest + kAfterwards);
  CourseMaker{track, course}.make();
  for (const CaseFinding& finding : review.findings)
    course.findings.push_back({Mark::Kind::finding, finding.first,
                               finding.proof.empty() ? Position{} : finding.proof.front().position,
                               rule_name(finding.rule)});
  std::ranges::sort(course.findings, {}, [](const Mark& mark) { return mark.day; });
  return course;
}

}  // namespace stafett::bti
