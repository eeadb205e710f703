#pragma once
// CaseFold: adds up the events of one case, in timeline order, into its state.
//
// Total: an event that refers to something the fold does not hold (its creator was voided, or lies
// later) changes only the count of events and the time of the latest.
//
// Threads: one.

#include "projections/state/case_state.h"
#include "projections/state/references.h"

namespace stafett::bti {

class CaseFold final {
 public:
  explicit CaseFold(const SubjectId& case_id) { state_.id = case_id; }
  // Goes on from a state.
  explicit CaseFold(CaseState state) : state_(std::move(state)) {}

  // The next event of the timeline, with its corrections applied. Events of the audit and directory
  // streams, and of the access stream other than emergency access, change nothing.
  void apply(const Event& event);
  // The next event of the timeline, when a correction says that it did not happen.
  void apply_voided(const Event& event);

  const CaseState& state() const { return state_; }
  CaseState take() { return std::move(state_); }

 private:
  void index(const Event& event, const References& references, std::uint8_t flags);
  void dispatch(const Event& event);
  void access(const Event& event);

  ServiceNo number(std::string_view service);
  std::vector<ServiceNo> numbers(capnp::List<capnp::Text>::Reader services);

  // case_fold_family.cc: concern, family, consent.
  bool family(const Event& event);
  void concern_raised(const Event& event);
  void level0_decided(const Event& event);
  Guardian& guardian(const ActorId& person);
  void guardian_linked(const Event& event);
  void guardian_access(const ActorId& person, bool access);
  void consent_granted(const Event& event);
  void consent_refused(const Event& event);
  void consent_withdrawn(const Event& event);
  // case_fold_log.cc: log, baton, people, closing, archive, rights.
  bool log(const Event& event);
  void log_opened(const Event& event);
  void log_closed(const Event& event);
  void hold(const ActorId& person, ServiceNo service, std::int32_t since);
  void baton_offered(const Event& event);
  void baton_accepted(const Event& event);
  void participant_added(const Event& event);
  bool archive(const Event& event);
  bool rights(const Event& event);
  // case_fold_work.cc: goals, measures, meetings, notes, neighbouring regimes.
  bool work(const Event& event);
  void goal_set(const Event& event);
  void measure_planned(const Event& event);
  void measure_changed(const Event& event);
  void measure_evaluated(const Event& event);
  void meeting_called(const Event& event);
  void meeting_held(const Event& event);
  bool neighbours(const Event& event);
  bool shielding(const Event& event);

  CaseState state_;
};

}  // namespace stafett::bti
