#include "projections/archive/closed_log.h"

#include <algorithm>
#include <set>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "engine/transparency/checkpoint.h"
#include "projections/archive/archive_record.h"
#include "projections/archive/member_text.h"
#include "projections/catalogue/enum_name.h"
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

// The first LogOpened and the first LogClosed, as the state counts them.
void find_acts(ClosedLog& closed) {
  for (const json::value& one : closed.events) {
    const json::object& event = one.get_object();
    const std::string type = member_text(event, "type");
    ClosedAct* act = type == "LogOpened" ? &closed.opened : &closed.closed;
    if ((type != "LogOpened" && type != "LogClosed") || !act->at.empty()) continue;
    *act = {member_text(event, "occurredAt"), member_text(event, "actor")};
  }
}

std::set<std::string> voided(const json::array& events) {
  std::set<std::string> ids;
  for (const json::value& one : events) {
    const json::object& event = one.get_object();
    const json::object* data = event.at("data").if_object();
    if (member_text(event, "type") != "EntryCorrected" || !data) continue;
    if (const json::value* is = data->if_contains("void"); is && *is == true)
      ids.insert(member_text(*data, "target"));
  }
  return ids;
}

Result<void> find_documents(log::Log& log, ClosedLog& closed) {
  const std::set<std::string> gone = voided(closed.events);
  for (const json::value& one : closed.events) {
    const json::object& event = one.get_object();
    const json::object* data = event.at("data").if_object();
    const std::string id = member_text(event, "id");
    if (member_text(event, "type") != "AttachmentAdded" || !data || gone.contains(id)) continue;
    const Position position{event.at("position").to_number<std::uint64_t>()};
    ENGINE_TRY(bytes, log.store().entry(position));
    ENGINE_TRY(entry, format::decode_entry(bytes));
    ENGINE_TRY(stream, log.index().stream(entry.intent.stream_id));
    if (!stream) return Error{Errc::corrupt, "a stream without its index row"};
    ClosedDocument document{entry.intent.event_id,
                            id,
                            member_text(*data, "title"),
                            member_text(*data, "mediaType"),
                            member_text(*data, "digest"),
                            member_text(event, "actor"),
                            member_text(event, "occurredAt"),
                            stream->domain,
                            {}};
    const auto promised = std::ranges::find(entry.intent.parts, format::PartClass::attachment,
                                            &format::PartCommitment::part_class);
    if (promised != entry.intent.parts.end()) document.kept = *promised;
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
  ENGINE_TRY(state, reader.state(case_id, person, axes));
  closed.state = std::move(state);
  ENGINE_TRY(history, reader.history(case_id, person, axes));
  for (json::value& event : history)
    if (event.get_object().at("stream") == "open") closed.events.push_back(std::move(event));
  find_acts(closed);
  if (closed.closed.at.empty()) return Error{Errc::refused, closed.label + " is not closed"};
  ENGINE_TRY_VOID(find_documents(log, closed));
  ENGINE_TRY_VOID(find_names(opened, viewed->directory(), closed));
  ENGINE_TRY(note, log.checkpoint_now());
  const transparency::VerifierKey key{log.origin(), transparency::KeyType::ed25519,
                                      log.keyring().genesis()->log_key};
  ENGINE_TRY(checkpoint, transparency::open_checkpoint(note, key, log.origin()));
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
