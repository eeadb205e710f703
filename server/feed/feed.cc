#include "server/feed/feed.h"

#include <algorithm>

#include "engine/format/entry.h"
#include "projections/catalogue/registry.h"
#include "projections/gate/event_source.h"
#include "server/logs/log_set.h"

namespace stafett::server {

using bti::Compartment;
using format::PartClass;

struct Feed::Decided {
  std::shared_ptr<const bti::PresentCase> present;
  bool is_given = false;     // what the visibility table gives of it
  bool is_recorded = false;  // the read; else before the first that is given
  bool is_told = false;      // something of it was given
  std::uint64_t step = 0;    // in which it was looked at last
  TreeSize sure_at{};        // of the log: nothing of it had changed what is decided
};

namespace {

log::Opening opening_of(bti::ClassSet classes) {
  log::Opening opening;
  opening.parts = {};
  if (classes.has_fact()) opening.parts.add(PartClass::fact);
  if (classes.has_narrative()) opening.parts.add(PartClass::narrative);
  if (classes.has_identity()) opening.parts.add(PartClass::identity);
  return opening;
}

std::size_t held_bytes(const FeedEvent& event) {
  std::size_t bytes = event.stored->entry.size();
  for (const format::OpenPart& part : event.opened.parts) bytes += part.plaintext.size();
  return bytes;
}

FeedEnd access_ended(const log::Refusal& refusal, std::optional<SubjectId> case_id) {
  return {"access-ended", refusal.code, case_id};
}

}  // namespace

Feed::Feed(ServedLog& log, FeedRequest request)
    : log_(log),
      request_(std::move(request)),
      ahead_(log, request_.case_id),
      next_(request_.after ? size_after(*request_.after) : TreeSize{0}) {}

Feed::~Feed() = default;

Result<std::optional<log::Refusal>> Feed::admit() {
  std::optional<log::Refusal> none;
  if (!request_.case_id) return none;
  ENGINE_TRY(admission, log_.reads.admit(*request_.case_id, request_.reader, request_.purpose));
  return admission.refusal;
}

Result<FeedStep> Feed::step(std::size_t events_max, TreeSize until) {
  FeedStep step;
  step.looked_at = next_;
  // Before anything is decided: what is recorded meanwhile is not in what is decided by.
  step_head_ = log_.log.size();
  step_at_ = log_.log.clock().now();
  const TreeSize end = std::min(step_head_, until);
  if (auto over = session_end(request_.reader, step_at_)) {
    step.end = std::move(over);
    return step;
  }
  ++steps_;
  if (request_.case_id && !has_begun_) {
    ENGINE_TRY(decided, decide(*request_.case_id, step));
    if (decided->is_given && !decided->is_recorded)
      ENGINE_TRY_VOID(record_read(*request_.case_id, *decided, step));
  }
  has_begun_ = true;
  has_waited_ = false;
  if (!step.end) ENGINE_TRY_VOID(look(events_max, end, step));
  if (has_waited_) ENGINE_TRY_VOID(take_back_what_changed(step));
  step.looked_at = next_;
  return step;
}

Result<void> Feed::look(std::size_t events_max, TreeSize end, FeedStep& step) {
  const auto enough = std::chrono::steady_clock::now() + kStepTime;
  if (ahead_.empty() && next_ < end) ENGINE_TRY_VOID(ahead_.read(next_, end));
  step.events.reserve(std::min(events_max, ahead_.count()));
  std::size_t bytes = 0;
  while (!ahead_.empty() && !step.end && step.events.size() < events_max && bytes < kBytesAStep) {
    if (ahead_.next().position.value() >= end.value()) break;
    if (std::chrono::steady_clock::now() >= enough) break;
    const StoredEntryPtr found = ahead_.take();
    next_ = size_after(found->position);
    const std::size_t count = step.events.size();
    ENGINE_TRY_VOID(give(found, step));
    if (step.events.size() > count) bytes += held_bytes(step.events.back());
  }
  if (!ahead_.empty()) return {};
  if (!step.end) next_ = std::max(next_, ahead_.read_to());
  if (next_ >= end) decisions_.clear();  // whoever waits holds nothing
  return {};
}

// While a read was being recorded, what had been decided before may have become nobody's business.
Result<void> Feed::take_back_what_changed(FeedStep& step) {
  const bti::PresentCase* asked = nullptr;
  for (auto at = step.events.begin(); at != step.events.end(); ++at) {
    if (at->decided_by.get() == asked) continue;
    asked = at->decided_by.get();
    ENGINE_TRY(holds, asked->is_still(log_.gate));
    if (holds) continue;
    next_ = TreeSize{at->position.value()};
    ahead_.clear();
    decisions_.clear();
    step.events.erase(at, step.events.end());
    return {};
  }
  return {};
}

Result<std::optional<FeedEnd>> Feed::end_now() {
  ENGINE_TRY(step, this->step(0, next_));
  if (request_.case_id && !step.end) ENGINE_TRY_VOID(decide(*request_.case_id, step));
  return std::move(step.end);
}

void Feed::go_back_to(TreeSize looked_at, const std::vector<FeedEnd>& ended_cases) {
  next_ = looked_at;
  ahead_.clear();
  decisions_.clear();
  has_begun_ = false;
  for (const FeedEnd& one : ended_cases)
    if (one.case_id) given_.insert(*one.case_id);
}

Result<bool> Feed::still_holds(const Decided& decided) const {
  const std::chrono::microseconds age{step_at_.value() - decided.present->at().value()};
  if (age.count() < 0 || age > kStepTime) return false;
  if (decided.sure_at == step_head_) return true;
  return decided.present->is_still(log_.gate);
}

Result<Feed::Decided*> Feed::decide(const SubjectId& case_id, FeedStep& step) {
  if (const auto known = decisions_.find(case_id); known != decisions_.end()) {
    Decided& decided = known->second;
    if (decided.step == steps_) return &decided;
    ENGINE_TRY(holds, still_holds(decided));
    decided.step = steps_;
    if (holds) {
      decided.sure_at = step_head_;
      return &decided;
    }
  }
  if (decisions_.size() >= kDecisionsKept) decisions_.clear();
  ENGINE_TRY(present, log_.reads.present(case_id, request_.reader));
  Decided& decided = decisions_[case_id];
  decided = {.present = std::move(present), .step = steps_, .sure_at = step_head_};
  decided.is_given = RecordedReads::has_basis(*decided.present, request_.purpose);
  // Whoever asked for the case, or was given something of it, is told by the gate.
  if (!decided.is_given && (request_.case_id || given_.count(case_id) != 0))
    ENGINE_TRY_VOID(record_read(case_id, decided, step));
  return &decided;
}

// The gate decides; what is given is then decided by what it has accepted.
Result<void> Feed::record_read(const SubjectId& case_id, Decided& decided, FeedStep& step) {
  has_waited_ = has_waited_ || !step.events.empty();
  ENGINE_TRY(admission, log_.reads.admit(case_id, request_.reader, request_.purpose,
                                         std::move(decided.present)));
  decided.present = std::move(admission.present);
  decided.is_given = decided.is_recorded = !admission.refusal;
  if (!admission.refusal) return {};
  if (request_.case_id)
    step.end = access_ended(*admission.refusal, {});
  else if (given_.erase(case_id) != 0)
    step.ended_cases.push_back(access_ended(*admission.refusal, case_id));
  return {};
}

Result<void> Feed::end_of_erased(const SubjectId& case_id, FeedStep& step) {
  const log::Refusal erased{"erased", "", "the case was erased", {}};
  if (request_.case_id)
    step.end = access_ended(erased, {});
  else if (given_.erase(case_id) != 0)
    step.ended_cases.push_back(access_ended(erased, case_id));
  return {};
}

Result<bti::Sight> Feed::sight_of(const StoredEntry& found, const bti::PresentCase& present) const {
  const bti::Visibility& visibility = present.visibility();
  const auto compartment = static_cast<Compartment>(found.stream.lane);
  if (compartment != Compartment::access) {
    ENGINE_TRY(outline, format::outline_of_own_entry(found.entry));
    bti::EventRef ref;
    ref.id = outline.event_id;
    ref.compartment = compartment;
    return visibility.sight(ref);
  }
  // What an event of the access stream says decides with it.
  ENGINE_TRY(event,
             log_.gate.source().scanned(found.position, found.entry, found.parts, found.stream, {},
                                        opening_of(bti::ClassSet::fact_and_identity())));
  return event ? visibility.sight(*event) : bti::Sight{};
}

// Of what type it is, its facts tell.
Result<bool> Feed::is_asked_for(const StoredEntry& found) const {
  if (request_.types.empty()) return true;
  ENGINE_TRY(event,
             log_.gate.source().scanned(found.position, found.entry, found.parts, found.stream, {},
                                        opening_of(bti::ClassSet::fact())));
  const bti::EventInfo* info = event ? bti::registry().find(event->type) : nullptr;
  return info && request_.types.count(info->name) != 0;
}

Result<void> Feed::give(const StoredEntryPtr& found, FeedStep& step) {
  const SubjectId& case_id = found->stream.subject;
  Result<Decided*> decision = decide(case_id, step);
  if (!decision && decision.error().code() == Errc::erased) return end_of_erased(case_id, step);
  if (!decision) return decision.error();
  Decided* decided = *decision;
  if (!decided->is_given) return {};
  ENGINE_TRY(sight, sight_of(*found, *decided->present));
  if (sight.classes.empty()) return {};
  ENGINE_TRY(asked_for, is_asked_for(*found));
  if (!asked_for) return {};
  if (!decided->is_recorded) {
    ENGINE_TRY_VOID(record_read(case_id, *decided, step));
    if (!decided->is_given) return {};
    ENGINE_TRY(now, sight_of(*found, *decided->present));
    sight = now;
    if (sight.classes.empty()) return {};
  }
  log::Opening opening;
  opening.parts = opening_of(sight.classes).parts & opening_of(request_.classes).parts;
  ENGINE_TRY(opened, log_.log.opener().open_seals(found->position, found->entry, found->parts,
                                                  found->stream, opening));
  step.events.push_back(
      {found->position, case_id, sight, found, std::move(opened), decided->present});
  if (!request_.case_id && !decided->is_told) {
    if (given_.size() >= kCasesGivenMax) given_.erase(given_.begin());
    given_.insert(case_id);
    decided->is_told = true;
  }
  return {};
}

}  // namespace stafett::server
