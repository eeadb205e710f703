#pragma once
// ReportedCases: what one reporting consumer is given of a case, and in which order: keyed for this
// consumer, so that it tells nothing.
//
// Source:   docs/reference/visibility.md; docs/decisions/0027-what-a-consumer-cannot-join.md
// Threads:  any.
// Lifetime: log and gate outlive it; candidates borrow from the ViewedCase.

#include <boost/json/object.hpp>
#include <functional>
#include <set>
#include <vector>

#include "projections/gate/bti_gate.h"
#include "projections/viewer/viewed_case.h"
#include "server/reported/type_tally.h"

namespace stafett::server {

using EventTypeSet = std::set<bti::schema::EventType>;

// Types with fewer than `least` events in the tally's months.
EventTypeSet rare_types_of(const TypeTally& tally, int least);

class ReportedCases final {
 public:
  // `rare`: types of which nothing is given.
  ReportedCases(log::Log& log, bti::BtiGate& gate, const ActorId& consumer, EventTypeSet rare)
      : log_(log), gate_(gate), consumer_(consumer), rare_(std::move(rare)) {}

  Hash order_of(const SubjectId& case_id) const {
    return log_.index().name_for(consumer_, case_id.view());
  }

  // One event that may be given, at its place in the consumer's order.
  struct Candidate {
    Hash order;
    const bti::SeenEvent* seen;
  };
  // Of the events that `takes`, in that order.
  std::vector<Candidate> candidates(const bti::ViewedCase& viewed,
                                    const std::function<bool(Position)>& takes) const;
  // The form of bti::reported_event(). Errors: corrupt, io.
  Result<boost::json::object> open(const Candidate& candidate, const bti::ViewedCase& viewed) const;

 private:
  Hash order_of(const SubjectId& case_id, const EventId& event) const;
  bool is_rare(const bti::ViewedCase& viewed, const bti::Event& event) const;

  log::Log& log_;
  bti::BtiGate& gate_;
  const ActorId consumer_;
  const EventTypeSet rare_;
};

}  // namespace stafett::server
