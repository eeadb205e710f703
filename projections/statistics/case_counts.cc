#include "projections/statistics/case_counts.h"

#include <algorithm>
#include <map>
#include <string>

#include "projections/findings/evaluate.h"
#include "projections/state/case_fold.h"
#include "projections/state/consent.h"
#include "projections/state/wire.h"

namespace stafett::bti {

using schema::EventType;

namespace {

// A place in the timeline, counted from 1; 0 is before all.
using Step = std::uint32_t;

// Wire value 0 of an enum is "absent", which no accepted event has.
template <class Enum>
std::size_t cell_of(Enum value) {
  return static_cast<std::size_t>(value) - 1;
}

// Goes through the timeline once, beside the fold: what is counted depends on what came before.
class CaseCounter final {
 public:
  CaseCounter(const SubjectId& case_id, const Directory& directory, DatePeriod period)
      : fold_(case_id), directory_(directory), period_(period) {}

  void take(const Event& event) {
    ++step_;
    day_ = local_date(event.occurred_at);
    in_period_ = period_.holds(day_);
    count(event);
    fold_.apply(event);
  }
  CaseCounts finish();

 private:
  void count(const Event& event);
  void concern_raised(const Event& event);
  void level0_decided(const Event& event);
  void log_opened(const Event& event);
  void log_closed(const Event& event);
  void measure_started(const Event& event);
  void measure_evaluated(const Event& event);
  void days_since(MedianId median, std::optional<Date> since) {
    if (in_period_ && since) counts_.days.push_back({median, day_ - *since});
  }
  bool child_rules_apply(Date day) const;

  // Of a measure: where the window of its next evaluation begins; 0: nothing is known of it.
  struct Window {
    Step from = 0;
    bool evaluated = false;
  };
  struct Evaluation {
    Date day;
    bool child_heard = false;
  };

  CaseFold fold_;
  const Directory& directory_;
  const DatePeriod period_;
  CaseCounts counts_;
  Step step_ = 0;
  Date day_;  // of the event looked at
  bool in_period_ = false;

  std::optional<Date> raised_, consented_, met_;
  std::optional<Date> decided_;
  std::vector<Date> opened_;  // in the period
  std::size_t holder_changes_ = 0;
  Step child_heard_ = 0;
  std::map<std::string, Window, std::less<>> windows_;
  std::vector<Evaluation> evaluations_;  // in the period
};

void CaseCounter::count(const Event& event) {
  switch (event.type) {
    case EventType::CONCERN_RAISED:
      return concern_raised(event);
    case EventType::LEVEL0_DECIDED:
      return level0_decided(event);
    case EventType::CONSENT_GRANTED:
      if (!consented_ && is_yes(event.facts<schema::ConsentGranted>().getOpenLog()))
        consented_ = day_;
      return;
    case EventType::LOG_OPENED:
      return log_opened(event);
    case EventType::HOLDER_APPOINTED:
    case EventType::BATON_ACCEPTED:
      if (fold_.state().log_open()) ++holder_changes_;
      return;
    case EventType::LOG_CLOSED:
      return log_closed(event);
    case EventType::MEETING_HELD:
      met_ = day_;
      return;
    case EventType::CHILD_HEARD:
      child_heard_ = step_;
      return;
    case EventType::MEASURE_PLANNED:
      windows_.try_emplace(std::string{text_of(event.facts<schema::MeasurePlanned>().getMeasure())},
                           Window{step_, false});
      return;
    case EventType::MEASURE_STARTED:
      return measure_started(event);
    case EventType::MEASURE_EVALUATED:
      return measure_evaluated(event);
    case EventType::ENTRY_READ:
      if (in_period_)
        counts_.add(TableId::reads, cell_of(event.facts<schema::EntryRead>().getCapacity()));
      return;
    default:
      return;
  }
}

void CaseCounter::concern_raised(const Event& event) {
  raised_ = day_;
  if (!in_period_) return;
  const schema::ServiceKind kind =
      directory_.service_kind(text_of(event.facts<schema::ConcernRaised>().getService()));
  counts_.add(TableId::raised,
              cell_of(kind == schema::ServiceKind::ABSENT ? schema::ServiceKind::OTHER : kind));
}

void CaseCounter::level0_decided(const Event& event) {
  if (in_period_)
    counts_.add(TableId::decided, cell_of(event.facts<schema::Level0Decided>().getOutcome()));
  if (!decided_) decided_ = day_;
}

void CaseCounter::log_opened(const Event& event) {
  if (!in_period_) return;
  const auto level = static_cast<std::size_t>(event.facts<schema::LogOpened>().getLevel());
  counts_.add(TableId::opened, level - 1);
  opened_.push_back(day_);
}

void CaseCounter::log_closed(const Event& event) {
  if (!in_period_) return;
  counts_.add(TableId::closed, cell_of(event.facts<schema::LogClosed>().getReason()));
  if (fold_.state().log_open())
    counts_.add(TableId::holder_changes, std::min<std::size_t>(holder_changes_, 3));
}

void CaseCounter::measure_started(const Event& event) {
  days_since(MedianId::meeting_to_measure, met_);
  Window& window =
      windows_[std::string{text_of(event.facts<schema::MeasureStarted>().getMeasure())}];
  if (!window.evaluated) window.from = step_;
}

void CaseCounter::measure_evaluated(const Event& event) {
  const std::string_view id = text_of(event.facts<schema::MeasureEvaluated>().getMeasure());
  Window& window = windows_[std::string{id}];
  if (in_period_) {
    const Measure* measure = fold_.state().find_measure(id);
    if (measure && measure->evaluate_by != kNoDate) {
      CaseCounts::Part& share = counts_.part(ShareId::evaluated_in_time);
      ++share.of;
      if (day_.days() <= measure->evaluate_by) ++share.n;
    }
    evaluations_.push_back({day_, window.from > 0 && child_heard_ > window.from});
  }
  window = {step_, true};
}

bool CaseCounter::child_rules_apply(Date day) const {
  const CaseState& state = fold_.state();
  if (state.subject_kind != schema::SubjectKind::CHILD) return false;
  const int from_age = directory_.profiles().in_force(day).profile.child_heard_from_age;
  return state.birth_date == kNoDate || has_reached(state, from_age, day);
}

CaseCounts CaseCounter::finish() {
  const CaseState& state = fold_.state();
  if (state.log_open()) {
    // An import may raise the concern in an open log: its level is 0 then, which has no cell.
    if (state.level > 0)
      counts_.add(TableId::open_at_end, static_cast<std::size_t>(state.level - 1));
    if (state.has_holder) counts_.holder = state.latest_holder->person;
  }
  // What is imported may come out of order: a log opened before its consent has less than no days.
  if (decided_ && raised_ && period_.holds(*decided_))
    counts_.days.push_back({MedianId::concern_to_decision, *decided_ - *raised_});
  if (consented_)
    for (const Date day : opened_)
      counts_.days.push_back({MedianId::consent_to_log, day - *consented_});
  // At the end, when all is known of the subject.
  for (const Evaluation& evaluation : evaluations_) {
    if (!child_rules_apply(evaluation.day)) continue;
    CaseCounts::Part& share = counts_.part(ShareId::evaluated_with_child);
    ++share.of;
    if (evaluation.child_heard) ++share.n;
  }
  return std::move(counts_);
}

}  // namespace

CaseCounts count_case(const SubjectId& case_id, std::span<const EventPtr> recorded,
                      const Directory& directory, Knowledge known, DatePeriod period) {
  // Every case begins in its content streams: reads alone are what an erasure left.
  const bool erased = std::ranges::all_of(
      recorded, [](const EventPtr& event) { return event->compartment == Compartment::access; });
  if (erased) return {};
  CaseCounter counter{case_id, directory, period};
  const TimeUs as_of = end_of_day(period.to);
  for (const TimelineEvent& one : timeline(recorded, known, as_of))
    if (!one.voided) counter.take(*one.event);
  CaseCounts counts = counter.finish();
  for (const Finding& finding : evaluate(case_id, recorded, directory, known, as_of))
    if (period.holds(Date{finding.first}))
      counts.add(TableId::findings, std::size_t{finding.rule} - 1);
  return counts;
}

}  // namespace stafett::bti
