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
  std::uint64_t step = 0;    // in which it was looked at last
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

// Nearer than that, what is new is among the log's latest, and else soon looked through; a case's
// streams take several lookups.
constexpr std::uint64_t kNear = 256;

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
      next_(request_.after ? request_.after->value() + 1 : 0) {}

Feed::~Feed() = default;

Result<bool> Feed::may_have_entries() const {
  ENGINE_TRY(directory, log_.gate.directory_known(log_.log.head().size));
  const TimeUs now = log_.log.clock().now();
  const bti::Registration* person = directory->person(request_.reader.person, {now});
  // Of no case in particular: only a grant for all covers it.
  return person && person->active && person->roles.has(bti::schema::Role::AUDITOR) &&
         directory->grant_covers(request_.reader.person, SubjectId{}, bti::local_date(now).days(),
                                 bti::Moment::after_all(now));
}

Result<std::optional<log::Refusal>> Feed::admit() {
  std::optional<log::Refusal> none;
  if (request_.entries_only) {
    ENGINE_TRY(may, may_have_entries());
    if (may) return none;
    return std::optional{log::Refusal{"entries-need-grant", "", "", std::nullopt}};
  }
  if (!request_.case_id) return none;
  ENGINE_TRY(admission, log_.reads.admit(*request_.case_id, request_.reader, request_.purpose));
  return admission.refusal;
}

Result<FeedStep> Feed::step(std::size_t events_max, TreeSize until) {
  FeedStep step;
  const TreeSize end{std::min(log_.log.head().size.value(), until.value())};
  if (request_.reader.expires_at <= log_.log.clock().now()) {
    step.looked_at = TreeSize{next_};
    step.end = FeedEnd{"token-expired", {}, {}};
    return step;
  }
  if (request_.entries_only) {
    ENGINE_TRY(may, may_have_entries());
    if (!may) {
      step.looked_at = TreeSize{next_};
      step.end = FeedEnd{"access-ended", "entries-need-grant", {}};
      return step;
    }
  }
  ++steps_;
  if (request_.case_id && !has_begun_) {
    ENGINE_TRY(decided, decide(*request_.case_id, step));
    if (decided->is_given && !decided->is_recorded)
      ENGINE_TRY_VOID(record_read(*request_.case_id, *decided, step));
  }
  has_begun_ = true;
  const auto enough = std::chrono::steady_clock::now() + kStepTime;
  if (!step.end && next_ < end.value()) ENGINE_TRY_VOID(read_ahead(end));
  std::size_t bytes = 0;
  while (!ahead_.empty() && !step.end && step.events.size() < events_max && bytes < kBytesAStep) {
    if (ahead_.front()->position.value() >= end.value()) break;
    if (std::chrono::steady_clock::now() >= enough) break;
    const StoredEntryPtr found = std::move(ahead_.front());
    ahead_.pop_front();
    next_ = found->position.value() + 1;
    const std::size_t count = step.events.size();
    ENGINE_TRY_VOID(give(found, step));
    if (step.events.size() > count) bytes += held_bytes(step.events.back());
  }
  if (ahead_.empty()) {
    if (!step.end) next_ = std::max(next_, read_to_);
    if (next_ >= end.value()) decisions_.clear();  // whoever waits holds nothing
  }
  step.looked_at = TreeSize{next_};
  return step;
}

Result<std::optional<FeedEnd>> Feed::end_now() {
  ENGINE_TRY(step, this->step(0, TreeSize{next_}));
  if (request_.case_id && !step.end) ENGINE_TRY_VOID(decide(*request_.case_id, step));
  return std::move(step.end);
}

void Feed::go_back_to(TreeSize looked_at, const std::vector<FeedEnd>& ended_cases) {
  next_ = looked_at.value();
  ahead_.clear();
  read_to_ = 0;
  places_.clear();
  versions_ = {};
  decisions_.clear();
  has_begun_ = false;
  for (const FeedEnd& one : ended_cases)
    if (one.case_id) given_.insert(*one.case_id);
}

// What an entry says never changes, so that it can be read before it is decided about.
Result<void> Feed::read_ahead(TreeSize end) {
  if (!ahead_.empty()) return {};
  bytes_ahead_ = 0;
  if (places_.empty() && end.value() - next_ <= kNear) {
    ENGINE_TRY(there, find_in_tail(end));
    return there ? Result<void>{} : find_in_log(end);
  }
  return request_.case_id ? find_in_case(end) : find_in_log(end);
}

storage::Scan Feed::keep(StoredEntryPtr found) {
  bytes_ahead_ += found->entry.size();
  for (const storage::PartRow& part : found->parts) bytes_ahead_ += part.sealed.size();
  ahead_.push_back(std::move(found));
  return ahead_.size() < kEntriesAhead && bytes_ahead_ < kBytesAhead ? storage::Scan::more
                                                                     : storage::Scan::stop;
}

// Of no case, or of another one than was asked for.
bool Feed::passes_over(const log::StreamRecord& stream) const {
  if (request_.entries_only) return false;
  const bool is_of_case =
      stream.kind == format::StreamKind::case_ || stream.kind == format::StreamKind::access;
  return !is_of_case || (request_.case_id && stream.subject != *request_.case_id);
}

// False: it is not there.
Result<bool> Feed::find_in_tail(TreeSize end) {
  ENGINE_TRY(latest, log_.tail.between(TreeSize{next_}, end));
  for (StoredEntryPtr& one : latest) {
    read_to_ = one->position.value() + 1;
    if (passes_over(one->stream)) continue;
    if (keep(std::move(one)) == storage::Scan::stop) break;
  }
  return !latest.empty();
}

Result<void> Feed::find_in_log(TreeSize end) {
  const Position last{std::min<std::uint64_t>(end.value(), next_ + kEntriesAStep)};
  if (request_.entries_only)
    return log_.log.store().scan_entries(
        Position{next_}, last, [&](Position position, ByteView entry) -> Result<storage::Scan> {
          read_to_ = position.value() + 1;
          return keep(stored_entry(position, {}, entry, {}));
        });
  return log_.log.store().scan_with_parts(
      Position{next_}, last,
      [&](Position position, ByteView entry,
          std::span<const storage::PartView> parts) -> Result<storage::Scan> {
        ENGINE_TRY(stream, log_.streams.of(entry));
        read_to_ = position.value() + 1;
        if (passes_over(stream)) return storage::Scan::more;
        return keep(stored_entry(position, stream, entry, parts));
      });
}

// The case's streams say where its events are: nothing of other cases is looked at.
Result<void> Feed::find_in_case(TreeSize end) {
  if (places_.empty()) ENGINE_TRY_VOID(find_places(end));
  std::vector<Position> positions;
  for (const Place& place : places_) {
    if (positions.size() == kEntriesAhead) break;
    positions.push_back(place.position);
  }
  ENGINE_TRY_VOID(log_.log.store().visit_with_parts(
      positions,
      [&](Position position, ByteView entry,
          std::span<const storage::PartView> parts) -> Result<storage::Scan> {
        const std::uint8_t lane = places_.front().lane;
        places_.pop_front();
        return keep(stored_entry(position, lanes_[lane], entry, parts));
      }));
  read_to_ = places_.empty() ? places_end_.value() : places_.front().position.value();
  return {};
}

Result<void> Feed::find_places(TreeSize end) {
  ENGINE_TRY(record, log_.gate.source().subject(*request_.case_id));
  if (!record) return Error{Errc::not_found, "no such case"};
  for (std::uint8_t lane = 0; lane < record->streams.size(); ++lane) {
    const StreamId& id = record->streams[lane];
    if (id.is_zero()) continue;  // not begun
    if (lanes_[lane].subject.is_zero()) {
      ENGINE_TRY(stream, log_.log.index().stream(id));
      if (!stream) return Error{Errc::corrupt, "a stream without its index row"};
      lanes_[lane] = *stream;
    }
    ENGINE_TRY_VOID(log_.log.store().scan_stream(
        id, Version{versions_[lane]},
        [&](Version version, Position position) -> Result<storage::Scan> {
          if (position.value() >= end.value()) return storage::Scan::stop;
          if (position.value() >= next_) places_.push_back({position, lane});
          versions_[lane] = version.value() + 1;
          return storage::Scan::more;
        }));
  }
  std::ranges::sort(places_, {}, &Place::position);
  places_end_ = end;
  return {};
}

Result<bool> Feed::still_holds(const Decided& decided) const {
  const std::chrono::microseconds age{log_.log.clock().now().value() -
                                      decided.present->at().value()};
  if (age.count() < 0 || age > kStepTime) return false;
  return decided.present->is_still(log_.log, log_.gate);
}

Result<Feed::Decided*> Feed::decide(const SubjectId& case_id, FeedStep& step) {
  if (const auto known = decisions_.find(case_id); known != decisions_.end()) {
    Decided& decided = known->second;
    if (decided.step == steps_) return &decided;
    ENGINE_TRY(holds, still_holds(decided));
    decided.step = steps_;
    if (holds) return &decided;
  }
  if (decisions_.size() >= kDecisionsKept) decisions_.clear();
  ENGINE_TRY(present, log_.reads.present(case_id, request_.reader));
  Decided& decided = decisions_[case_id];
  decided = {std::move(present), false, false, steps_};
  decided.is_given = RecordedReads::has_basis(*decided.present, request_.purpose);
  // Whoever asked for the case, or was given something of it, is told by the gate.
  if (!decided.is_given && (request_.case_id || given_.count(case_id) != 0))
    ENGINE_TRY_VOID(record_read(case_id, decided, step));
  return &decided;
}

// The gate decides; what is given is then decided by what it has accepted.
Result<void> Feed::record_read(const SubjectId& case_id, Decided& decided, FeedStep& step) {
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
  ENGINE_TRY(event, log_.gate.source().scanned(found.position, found.entry, found.part_views(),
                                               found.stream, {},
                                               opening_of(bti::ClassSet::fact_and_identity())));
  return event ? visibility.sight(*event) : bti::Sight{};
}

// Of what type it is, its facts tell.
Result<bool> Feed::is_asked_for(const StoredEntry& found) const {
  if (request_.types.empty()) return true;
  ENGINE_TRY(event,
             log_.gate.source().scanned(found.position, found.entry, found.part_views(),
                                        found.stream, {}, opening_of(bti::ClassSet::fact())));
  const bti::EventInfo* info = event ? bti::registry().find(event->type) : nullptr;
  return info && request_.types.count(info->name) != 0;
}

Result<void> Feed::give(const StoredEntryPtr& found, FeedStep& step) {
  if (request_.entries_only) {
    step.events.push_back({found->position, std::nullopt, {}, found, {}, nullptr});
    return {};
  }
  const SubjectId& case_id = found->stream.subject;
  ENGINE_TRY(decided, decide(case_id, step));
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
  ENGINE_TRY(opened, log_.log.opener().open_seals(found->position, found->entry,
                                                  found->part_views(), found->stream, opening));
  step.events.push_back(
      {found->position, case_id, sight, found, std::move(opened), decided->present});
  if (!request_.case_id) {
    if (given_.size() >= kCasesGivenMax) given_.erase(given_.begin());
    given_.insert(case_id);
  }
  return {};
}

}  // namespace stafett::server
