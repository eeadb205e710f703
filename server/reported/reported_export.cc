#include "server/reported/reported_export.h"

#include <algorithm>
#include <boost/json.hpp>

#include "engine/base/clock.h"
#include "projections/gate/directory_source.h"
#include "projections/recorder/recorder.h"
#include "projections/viewer/viewer_reader.h"
#include "server/reported/reported_case.h"

namespace stafett::server {
namespace {

class Export final {
 public:
  Export(log::Log& log, bti::BtiGate& gate, const ActorId& consumer, EventTypeSet rare,
         TreeSize closed)
      : log_(log),
        gate_(gate),
        consumer_(consumer),
        cases_(log, gate, consumer, std::move(rare)),
        closed_(closed) {
    axes_.known.size = log.size();
    axes_.as_of = log.clock().now();
  }

  // The cases of which something is given, in the consumer's order.
  Result<void> choose() {
    ENGINE_TRY(all, bti::CaseReader(log_, gate_).all_cases());
    std::ranges::sort(all, {}, [&](const SubjectId& one) { return cases_.order_of(one); });
    for (const SubjectId& one : all) {
      ENGINE_TRY(erased, gate_.is_erased(one));
      if (erased) continue;
      ENGINE_TRY(viewed, view(one));
      if (!candidates(*viewed).empty()) chosen_.push_back(one);
    }
    return {};
  }

  Result<void> record_reads(const std::string& visit_name) {
    const bti::BookLabels labels{gate_.labels()};
    Result<void> first_failure;
    bti::Recorder recorder{log_, gate_};
    for (const SubjectId& one : chosen_) {
      bti::JsonEvent read;
      read.case_label = labels.case_id(one);
      read.type = "EntryRead";
      read.occurred_at = log_.clock().now();
      read.actor = labels.person(log_.system().actor());
      read.data = {{"reader", labels.person(consumer_)},
                   {"capacity", "reporter"},
                   {"purpose", "control"},
                   {"visit", visit_name}};
      if (!service().empty()) read.data["service"] = service();
      recorder.record(std::move(read), [&](const bti::Answer& answer) {
        Result<void> done;
        if (const auto* refusal = std::get_if<log::Refusal>(&answer.result))
          done = Error{Errc::refused, refusal->code};
        else if (const auto* error = std::get_if<Error>(&answer.result))
          done = *error;
        if (!done && first_failure) first_failure = done;
      });
    }
    recorder.drain();
    return first_failure;
  }

  Result<void> give(const ReportedVisit& visit) const {
    for (const SubjectId& one : chosen_) {
      ENGINE_TRY(viewed, view(one));
      for (const ReportedCases::Candidate& candidate : candidates(*viewed)) {
        ENGINE_TRY(event, cases_.open(candidate, *viewed));
        ENGINE_TRY_VOID(visit(event));
      }
    }
    return {};
  }

 private:
  Result<std::unique_ptr<bti::ViewedCase>> view(const SubjectId& case_id) const {
    return bti::ViewerReader(log_, gate_).view(case_id, consumer_, axes_);
  }
  std::vector<ReportedCases::Candidate> candidates(const bti::ViewedCase& viewed) const {
    return cases_.candidates(viewed,
                             [&](Position position) { return position.value() < closed_.value(); });
  }
  const std::string& service() const { return gate_.directory().person(consumer_)->service; }

  log::Log& log_;
  bti::BtiGate& gate_;
  const ActorId consumer_;
  const ReportedCases cases_;
  const TreeSize closed_;
  bti::Axes axes_;
  std::vector<SubjectId> chosen_;
};

}  // namespace

Result<void> for_each_reported(log::Log& log, bti::BtiGate& gate, const ActorId& consumer,
                               const std::string& visit_name, const ReportedVisit& visit) {
  ENGINE_TRY(directory, gate.directory_now());
  const bti::Registration* found = directory->person(consumer, {log.clock().now()});
  if (!found || !found->active || !found->roles.has(bti::schema::Role::REPORTER))
    return Error{Errc::refused, "not an active reporting consumer"};
  const RecordedWeeks weeks{log};
  const bti::Date until = weeks.this_week();
  ENGINE_TRY(closed, weeks.recorded_before(until));
  TypeTally tally{log, gate.source(), weeks};
  for (bool counted = false; !counted;) {
    ENGINE_TRY(done, tally.count_until(until, closed));
    counted = done;
  }
  const int least = directory->profiles().in_force(until).profile.small_cell_min;
  Export all{log, gate, consumer, rare_types_of(tally, least), closed};
  ENGINE_TRY_VOID(all.choose());
  ENGINE_TRY_VOID(all.record_reads(visit_name));
  return all.give(visit);
}

}  // namespace stafett::server
