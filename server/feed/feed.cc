#include "server/feed/feed.h"

#include <algorithm>

#include "engine/format/entry.h"
#include "projections/catalogue/registry.h"
#include "projections/gate/event_source.h"
#include "server/logs/log_set.h"

namespace stafett::server {

using bti::Compartment;
using format::PartClass;

// One case within a step.
struct Feed::Decided {
  std::shared_ptr<const bti::PresentCase> present;
  bool is_given = false;
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

FeedEnd access_ended(const log::Refusal& refusal, std::optional<SubjectId> case_id) {
  return {"access-ended", refusal.code, case_id};
}

}  // namespace

Feed::Feed(ServedLog& log, FeedRequest request)
    : log_(log),
      request_(std::move(request)),
      next_(request_.after ? request_.after->value() + 1 : 0) {}

bool Feed::may_have_entries() const {
  const auto directory = log_.gate.directory_known(log_.log.head().size);
  if (!directory) return false;
  const TimeUs now = log_.log.clock().now();
  const bti::Registration* person = (*directory)->person(request_.reader.person, {now});
  // Of no case in particular: only a grant for all covers it.
  return person && person->active && person->roles.has(bti::schema::Role::AUDITOR) &&
         (*directory)
             ->grant_covers(request_.reader.person, SubjectId{}, bti::local_date(now).days(),
                            bti::Moment::after_all(now));
}

Result<std::optional<log::Refusal>> Feed::admit() {
  std::optional<log::Refusal> none;
  if (request_.entries_only) {
    if (may_have_entries()) return none;
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
  if (request_.entries_only && !may_have_entries()) {
    step.looked_at = TreeSize{next_};
    step.end = FeedEnd{"access-ended", "entries-need-grant", {}};
    return step;
  }
  Decisions decisions;
  if (request_.case_id && !has_begun_) ENGINE_TRY_VOID(decide(*request_.case_id, decisions, step));
  has_begun_ = true;
  if (!step.end && next_ < end.value()) ENGINE_TRY_VOID(read_ahead(end));
  while (!ahead_.empty() && !step.end && step.events.size() < events_max) {
    if (ahead_.front().position.value() >= end.value()) break;
    Found found = std::move(ahead_.front());
    ahead_.pop_front();
    next_ = found.position.value() + 1;
    ENGINE_TRY_VOID(give(std::move(found), decisions, step));
  }
  if (ahead_.empty() && !step.end) next_ = std::max(next_, read_to_);
  step.looked_at = TreeSize{next_};
  return step;
}

// What an entry says never changes, so that it can be read before it is decided about.
Result<void> Feed::read_ahead(TreeSize end) {
  if (!ahead_.empty()) return {};
  if (request_.case_id) {
    ENGINE_TRY_VOID(find_in_case(end));
    read_to_ = end.value();
  } else {
    ENGINE_TRY_VOID(find_in_log(end));
    read_to_ = std::min<std::uint64_t>(end.value(), next_ + kEntriesAStep);
  }
  return {};
}

Result<const log::StreamRecord*> Feed::stream_of(ByteView entry) {
  ENGINE_TRY(id, format::stream_of_entry(entry));
  if (const auto known = streams_.find(id); known != streams_.end()) return &known->second;
  ENGINE_TRY(record, log_.log.index().stream(id));
  // The engine's stream has no row.
  if (!record) record = log::StreamRecord{format::StreamKind::engine, 0, {}, {}};
  if (streams_.size() >= kStreamsKept) streams_.clear();
  return &streams_.emplace(id, *record).first->second;
}

Result<void> Feed::find_in_log(TreeSize end) {
  const Position last{std::min<std::uint64_t>(end.value(), next_ + kEntriesAStep)};
  return log_.log.store().scan_entries(
      Position{next_}, last, [&](Position position, ByteView entry) -> Result<storage::Scan> {
        Found found{position, {}, Bytes(entry.begin(), entry.end())};
        if (!request_.entries_only) {
          ENGINE_TRY(stream, stream_of(entry));
          found.stream = *stream;
        }
        ahead_.push_back(std::move(found));
        return storage::Scan::more;
      });
}

// The case's streams say where its events are: nothing of other cases is looked at.
Result<void> Feed::find_in_case(TreeSize end) {
  ENGINE_TRY(record, log_.gate.source().subject(*request_.case_id));
  if (!record) return Error{Errc::not_found, "no such case"};
  for (std::size_t lane = 0; lane < record->streams.size(); ++lane) {
    const StreamId& id = record->streams[lane];
    if (id.is_zero()) continue;  // not begun
    ENGINE_TRY(stream, log_.log.index().stream(id));
    if (!stream) return Error{Errc::corrupt, "a stream without its index row"};
    ENGINE_TRY_VOID(log_.log.store().scan_stream(
        id, Version{versions_[lane]},
        [&](Version version, Position position) -> Result<storage::Scan> {
          if (position.value() >= end.value()) return storage::Scan::stop;
          if (position.value() >= next_) ahead_.push_back({position, *stream, {}});
          versions_[lane] = version.value() + 1;
          return storage::Scan::more;
        }));
  }
  std::ranges::sort(ahead_, {}, &Found::position);
  return {};
}

Result<const Feed::Decided*> Feed::decide(const SubjectId& case_id, Decisions& decisions,
                                          FeedStep& step) {
  if (const auto known = decisions.find(case_id); known != decisions.end()) return &known->second;
  Decided decided;
  if (request_.case_id) {
    ENGINE_TRY(admission, log_.reads.admit(case_id, request_.reader, request_.purpose));
    if (admission.refusal) step.end = access_ended(*admission.refusal, {});
    decided = {std::move(admission.present), !admission.refusal};
  } else {
    ENGINE_TRY_VOID(decide_one_of_all(case_id, decided, step));
  }
  return &decisions.emplace(case_id, std::move(decided)).first->second;
}

Result<void> Feed::decide_one_of_all(const SubjectId& case_id, Decided& decided, FeedStep& step) {
  ENGINE_TRY(present, log_.reads.present(case_id, request_.reader));
  decided.present = std::move(present);
  const bool was_given = given_.count(case_id) != 0;
  const bool has_basis = RecordedReads::has_basis(*decided.present, request_.purpose);
  if (!has_basis && !was_given) return {};
  ENGINE_TRY(admission,
             log_.reads.admit(case_id, request_.reader, request_.purpose, decided.present));
  if (admission.refusal) {
    if (was_given) step.ended_cases.push_back(access_ended(*admission.refusal, case_id));
    given_.erase(case_id);
    return {};
  }
  decided = {std::move(admission.present), true};
  if (given_.size() >= kCasesGivenMax) given_.erase(given_.begin());
  given_.insert(case_id);
  return {};
}

Result<bti::Sight> Feed::sight_of(const Found& found, const bti::PresentCase& present) const {
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
             log_.gate.source().at(found.position, opening_of(bti::ClassSet::fact_and_identity())));
  return event ? visibility.sight(*event) : bti::Sight{};
}

Result<void> Feed::give(Found found, Decisions& decisions, FeedStep& step) {
  if (request_.entries_only) {
    FeedEvent event;
    event.position = found.position;
    event.entry = std::move(found.entry);
    step.events.push_back(std::move(event));
    return {};
  }
  const format::StreamKind kind = found.stream.kind;
  if (kind != format::StreamKind::case_ && kind != format::StreamKind::access) return {};
  const SubjectId case_id = found.stream.subject;
  ENGINE_TRY(decided, decide(case_id, decisions, step));
  if (!decided->is_given) return {};
  if (found.entry.empty()) {
    ENGINE_TRY(bytes, log_.log.store().entry(found.position));
    found.entry = std::move(bytes);
  }
  ENGINE_TRY(sight, sight_of(found, *decided->present));
  if (sight.classes.empty()) return {};
  ENGINE_TRY(opened, log_.log.opener().open(found.position, opening_of(sight.classes)));
  ENGINE_TRY(asked_for, is_asked_for(opened));
  if (!asked_for) return {};
  const log::PartSet wanted = opening_of(request_.classes).parts;
  std::erase_if(opened.parts,
                [&](const format::OpenPart& part) { return !wanted.has(part.part_class); });
  step.events.push_back({found.position, case_id, sight, std::move(found.entry), std::move(opened),
                         decided->present});
  return {};
}

Result<bool> Feed::is_asked_for(const log::OpenedEntry& opened) const {
  if (request_.types.empty()) return true;
  for (const format::OpenPart& part : opened.parts) {
    if (part.part_class != PartClass::fact) continue;
    ENGINE_TRY(words, bti::opened_part(part.plaintext));
    const bti::EventInfo* info = bti::registry().find(words->part().getType());
    return info && request_.types.count(info->name) != 0;
  }
  return false;
}

}  // namespace stafett::server
