#include "projections/archive/closed_log.h"

#include <algorithm>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "engine/log/log_keys.h"
#include "projections/archive/archive_record.h"
#include "projections/catalogue/enum_name.h"
#include "projections/state/case_build.h"
#include "projections/state/wire.h"
#include "projections/viewer/seen_events.h"
#include "projections/viewer/seen_json.h"
#include "projections/viewer/viewer_reader.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

ViewerRows only_archivist() {
  ViewerRows rows;
  rows.add(ViewerRow::archivist);
  return rows;
}

Result<void> is_archivists(const ViewedCase& viewed, const ClosedLog& closed) {
  if (viewed.visibility().rows() != only_archivist())
    return Error{Errc::refused, closed.label + ": who takes it to the archive must be archivist, " +
                                    "and nothing else in this case"};
  return {};
}

// Those of compartment `open`: the archivist's service may have been released others, which the
// archive is not.
Result<std::vector<EventPtr>> open_events(BtiGate& gate, const ViewedCase& viewed) {
  std::vector<EventPtr> given;
  for (const SeenEvent& seen : viewed.seen()) {
    if (seen.event->compartment != Compartment::open) continue;
    ENGINE_TRY(event,
               gate.source().at(seen.event->position, opening_of(seen.sight.classes, nullptr)));
    if (event) given.push_back(std::move(event));
  }
  return given;
}

// The first LogOpened and the first LogClosed, as the state counts them.
void find_acts(const std::vector<TimelineEvent>& events, const BookLabels& labels,
               ClosedLog& closed) {
  for (const TimelineEvent& one : events) {
    const EventType type = one.event->type;
    if (one.voided || (type != EventType::LOG_OPENED && type != EventType::LOG_CLOSED)) continue;
    ClosedAct& act = type == EventType::LOG_OPENED ? closed.opened : closed.closed;
    if (act.at.empty()) act = {to_text(one.event->occurred_at), labels.person(one.event->actor)};
  }
}

Result<ClosedDocument> document_of(log::Log& log, const Event& added, const BookLabels& labels) {
  ENGINE_TRY(bytes, log.store().entry(added.position));
  ENGINE_TRY(entry, format::decode_entry(bytes));
  ENGINE_TRY(stream, log.index().stream(entry.intent.stream_id));
  if (!stream) return Error{Errc::corrupt, "a stream without its index row"};
  const auto told = added.narratives<schema::AttachmentAdded>();
  const auto digest = told.getDigest();
  ClosedDocument document{
      added.id,
      to_uuid_text(added.id.view()),
      std::string{text_of(told.getTitle())},
      std::string{text_of(added.facts<schema::AttachmentAdded>().getMediaType())},
      to_hex({digest.begin(), digest.size()}),
      labels.person(added.actor),
      to_text(added.occurred_at),
      stream->domain,
      {}};
  const auto promised = std::ranges::find(entry.intent.parts, format::PartClass::attachment,
                                          &format::PartCommitment::part_class);
  if (promised != entry.intent.parts.end()) document.kept = *promised;
  return document;
}

// In position order, as corrections have left them.
Result<void> find_documents(log::Log& log, const std::vector<TimelineEvent>& events,
                            const BookLabels& labels, ClosedLog& closed) {
  std::vector<EventPtr> added;
  for (const TimelineEvent& one : events)
    if (!one.voided && one.event->type == EventType::ATTACHMENT_ADDED) added.push_back(one.event);
  std::ranges::sort(added, {}, [](const EventPtr& one) { return one->position; });
  for (const EventPtr& one : added) {
    ENGINE_TRY(document, document_of(log, *one, labels));
    closed.documents.push_back(std::move(document));
  }
  return {};
}

// Names from the directory, and what kind each service is.
Result<void> find_names(BtiLog& opened, const Directory& directory, ClosedLog& closed) {
  log::Log& log = *opened.log;
  const BookLabels labels{opened.gate->labels()};
  const auto wanted = [](EventType type) {
    log::PartSet parts;
    if (type == EventType::PERSON_DETAILS_RECORDED) parts.add(format::PartClass::identity);
    return parts;
  };
  ENGINE_TRY(record, log.index().stream(log.streams().directory));
  if (!record) return {};
  std::vector<Position> positions;
  ENGINE_TRY_VOID(log.store().scan_stream(log.streams().directory, Version{0},
                                          [&](Version, Position at) -> Result<storage::Scan> {
                                            positions.push_back(at);
                                            return storage::Scan::more;
                                          }));
  ENGINE_TRY_VOID(log.store().visit_with_parts(
      positions,
      [&](Position position, ByteView entry,
          std::span<const storage::PartView> parts) -> Result<storage::Scan> {
        ENGINE_TRY(event, opened.gate->source().scanned(position, entry, parts, *record, wanted));
        if (!event) return storage::Scan::more;
        if (event->type == EventType::SERVICE_REGISTERED) {
          const auto id = event->facts<schema::ServiceRegistered>().getService();
          const std::string service{id.begin(), id.size()};
          closed.services[service] = std::string{enum_name(directory.service_kind(service))};
        }
        if (event->type != EventType::PERSON_DETAILS_RECORDED) return storage::Scan::more;
        const auto details = event->identities<schema::PersonDetailsRecorded>();
        const auto id = details.getPerson();
        const auto person = ActorId::from({id.begin(), id.size()});
        if (person && details.hasName())
          closed.names[labels.person(*person)] =
              std::string{details.getName().begin(), details.getName().size()};
        return storage::Scan::more;
      }));
  return {};
}

}  // namespace

std::string ClosedLog::uuid() const {
  return to_uuid_text(id.view());
}

std::string ClosedLog::name_of(const std::string& person) const {
  const auto known = names.find(person);
  return known == names.end() ? person : known->second;
}

Result<ClosedLog> take_closed_log(BtiLog& opened, const SubjectId& case_id,
                                  const std::string& archivist) {
  log::Log& log = *opened.log;
  BtiGate& gate = *opened.gate;
  const BookLabels labels{gate.labels()};
  ClosedLog closed;
  closed.id = case_id;
  closed.label = labels.case_id(case_id);
  closed.origin = log.origin();
  const ViewerReader reader{log, gate};
  ENGINE_TRY(person, reader.person_named(archivist));
  ENGINE_TRY_VOID(record_archive_read(opened, closed.label, person));
  ENGINE_TRY(axes, viewer_axes(log, {}));
  ENGINE_TRY(viewed, reader.view(case_id, person, axes));
  ENGINE_TRY_VOID(is_archivists(*viewed, closed));
  closed.subject = labels.person(viewed->whole().subject);
  closed.is_child = viewed->whole().subject_kind != schema::SubjectKind::PREGNANT;
  ENGINE_TRY(given, open_events(gate, *viewed));
  closed.state = to_json(build(case_id, given, axes.known, axes.as_of), axes.as_of,
                         viewed->directory().profiles(), labels);
  limit_state(closed.state, *viewed);
  ENGINE_TRY_VOID(for_each_seen(log, gate, *viewed, nullptr,
                                [&](const SeenEvent& seen, json::object event) -> Result<void> {
                                  if (seen.event->compartment == Compartment::open)
                                    closed.events.push_back(std::move(event));
                                  return {};
                                }));
  const std::vector<TimelineEvent> events = timeline(given, axes.known, axes.as_of);
  find_acts(events, labels, closed);
  if (closed.closed.at.empty()) return Error{Errc::refused, closed.label + " is not closed"};
  ENGINE_TRY_VOID(find_documents(log, events, labels, closed));
  ENGINE_TRY_VOID(find_names(opened, viewed->directory(), closed));
  ENGINE_TRY(note, log.checkpoint_now());
  ENGINE_TRY(checkpoint, log::open_log_checkpoint(note, log.keyring().log_keys()));
  closed.checkpoint = note;
  closed.head = checkpoint.head();
  return closed;
}

Result<void> read_document(BtiLog& opened, const ClosedDocument& document,
                           const log::WriteSome& write) {
  log::Log& log = *opened.log;
  return log::read_attachment({log.store(), log.vault(), log.random(), log.origin_hash()},
                              document.event, document.domain, *document.kept, write);
}

}  // namespace stafett::bti
