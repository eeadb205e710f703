#pragma once
// BtiGate: the rules of BTI at the log's gate: may this actor record this event now?
//
// Threads:  as log::Gate says; the recorder's questions (state_for, handle) from any thread.
// Lifetime: the log outlives it (and owns it, once started).

#include <atomic>
#include <memory>

#include "projections/gate/coming_documents.h"
#include "projections/gate/evidence_book.h"
#include "projections/gate/label_book.h"
#include "projections/gate/live_directory.h"
#include "projections/gate/system_events.h"

namespace stafett::bti {

// One event on its way, as the gate knows it. Also what the recorder hands in for an event whose
// content is not of the schema: then `fault` is set and there is no intent.
struct PreparedEvent final : log::Preparation {
  std::shared_ptr<Event> event;  // position and recordedAt are set at its turn
  CasePtr handle;                // null for the directory and audit streams
  std::vector<NewLabel> labels;
  std::optional<SchemaFault> fault;
  std::optional<Hash> intent_leaf;
  EventId event_id;
  std::optional<storage::IndexRow> evidence;  // of its sign-in, where the log has it not yet
  StreamId stream;
  bool expects_no_stream = false;
  bool stream_is_taken = false;        // the intent's stream belongs to something else
  std::optional<DomainId> person_key;  // PersonDetailsRecorded: the domain of the person
};

class BtiGate final : public log::Gate {
 public:
  // Folds the directory and audit streams. Errors: corrupt, io.
  static Result<std::unique_ptr<BtiGate>> open(log::Log& log,
                                               std::size_t cases_max = CaseTable::kCasesMaxDefault);

  Result<log::Prepared> prepare(const log::Candidate& candidate) override;
  log::Decision decide(log::Preparation& preparation, const log::Placement& placement) override;
  std::vector<log::SubmissionGroup> refused(const log::RefusedEvent& event) override;
  void begin_atomic() override;
  void end_atomic(Keep keep) override;
  void durable(TreeSize size) override;
  std::optional<log::Refusal> judge_engine_event(const format::Intent& intent,
                                                 const format::EngineEvent& event,
                                                 const log::Placement& placement) override;

  // For the recorder.
  LabelBook& labels() { return labels_; }
  EvidenceBook& evidence() { return evidence_; }
  ComingDocuments& documents() { return documents_; }
  const EventSource& source() const { return source_; }
  Result<CasePtr> handle(const SubjectId& case_id) { return cases_.acquire(case_id); }
  // Erased, or its erasure is under way.
  Result<bool> is_erased(const SubjectId& case_id) const;
  void close_case(const SubjectId& case_id) { cases_.close(case_id); }
  void reopen_case(const SubjectId& case_id) { cases_.reopen(case_id); }
  // Null: there is no such case. Errors: erased; as of all.
  Result<CasePtr> recorded_case(const SubjectId& case_id);
  // Type of a recorded event of any stream.
  std::optional<EventType> type_of(const EventId& event) const;

  // By all that is durable; never folded anew. Any thread. Errors: corrupt, io.
  Result<std::shared_ptr<const Directory>> directory_now();
  // By entries [0, size), as far as they are durable; folded anew when it has grown since. Any
  // thread. Errors: corrupt, io.
  Result<std::shared_ptr<const Directory>> directory_known(TreeSize size);
  // Sequencer only, or while nothing is submitted.
  const Directory& directory() const { return directory_; }

 private:
  BtiGate(log::Log& log, std::size_t cases_max);
  Result<void> prepare_stream(const log::Candidate& candidate, PreparedEvent& prepared);
  Result<DomainId> domain_for(PreparedEvent& prepared);
  Result<DomainId> shared_domain(const StreamId& stream) const;
  std::optional<Refusal> judge_event(PreparedEvent& prepared);
  std::optional<Refusal> judge_correction(PreparedEvent& prepared, Attempt attempt);
  log::Decision refuse(const PreparedEvent& prepared, const Refusal& refusal,
                       const log::Placement& placement);
  std::optional<log::Decision> check_stream(PreparedEvent& prepared);
  Result<void> accept(PreparedEvent& prepared, log::Decision& decision);
  Result<std::vector<EventPtr>> case_events(CaseHandle& handle) const;
  void remember_for_undo(const CasePtr& handle);

  log::Log& log_;
  EventSource source_;
  LabelBook labels_;
  EvidenceBook evidence_;
  ComingDocuments documents_;
  CaseTable cases_;
  SystemEvents system_events_;
  LiveDirectory live_directory_;
  Directory directory_{ProfileHistory{}};              // Sequencer only, as all below.
  std::vector<std::pair<Position, CasePtr>> touched_;  // accepted and not known to be durable
  struct Undo {
    CasePtr handle;
    log::SubjectRecord streams;
    bool recorded;
    CaseRecord record;
    LaneVersions next_versions;
    std::size_t not_durable;
  };
  std::vector<Undo> undo_;
  std::optional<Directory> directory_before_;  // of an atomic group, as the next
  std::size_t touched_before_ = 0;
  bool atomic_ = false;
};

}  // namespace stafett::bti
