#include "projections/gate/event_source.h"

#include <algorithm>

#include "engine/format/words.h"
#include "projections/gate/opened_event.h"

namespace stafett::bti {
namespace {

Compartment compartment_of_stream(const log::StreamRecord& record) {
  switch (record.kind) {
    case format::StreamKind::directory:
      return Compartment::directory;
    case format::StreamKind::audit:
      return Compartment::audit;
    default:
      return static_cast<Compartment>(record.lane);
  }
}

Result<schema::EventType> type_of(ByteView fact) {
  return format::with_message<schema::Part>(
      fact, [](schema::Part::Reader part) -> Result<schema::EventType> { return part.getType(); },
      format::Trust::own);
}

Result<EventPtr> make_event(Position position, const format::EntryOutline& entry,
                            const log::StreamRecord& stream,
                            std::span<const format::OpenPart> parts) {
  auto event = std::make_shared<Event>();
  event->id = entry.event_id;
  event->position = position;
  event->actor = entry.actor;
  event->mode = static_cast<Mode>(static_cast<std::uint8_t>(entry.mode) - 1);
  event->occurred_at = entry.occurred_at;
  event->recorded_at = entry.recorded_at;
  event->compartment = compartment_of_stream(stream);
  event->case_id = stream.subject;
  for (const format::OpenPart& part : parts) {
    ENGINE_TRY(words, opened_part(part.plaintext));
    if (part.part_class == format::PartClass::fact)
      event->fact = std::move(words);
    else if (part.part_class == format::PartClass::narrative)
      event->narrative = std::move(words);
    else if (part.part_class == format::PartClass::identity)
      event->identity = std::move(words);
  }
  if (!event->fact) return EventPtr{};
  event->type = event->fact->part().getType();
  return EventPtr{event};
}

}  // namespace

log::LabelId label_id(ByteView id16) {
  log::LabelId id{};
  CHECK(id16.size() == id.size());
  std::ranges::copy(id16, id.begin());
  return id;
}

Result<std::shared_ptr<const OpenedPart>> opened_part(ByteView plaintext) {
  ENGINE_TRY(words, format::to_words(plaintext));
  return std::make_shared<const OpenedPart>(kj::mv(words));
}

Result<EventPtr> EventSource::event(const log::OpenedEntry& opened) const {
  return event_of(opened);
}

Result<EventPtr> event_of(const log::OpenedEntry& opened) {
  if (!opened.stream) return EventPtr{};
  return make_event(opened.position, format::outline_of(opened.entry), *opened.stream,
                    opened.parts);
}

Result<EventPtr> EventSource::scanned(Position position, ByteView entry,
                                      std::span<const storage::PartView> parts,
                                      const log::StreamRecord& stream, const PartsOf& parts_of,
                                      log::Opening opening) const {
  const log::PartChoice choice = [&](const format::OpenPart& fact) {
    const auto type = type_of(fact.plaintext);
    return type ? parts_of(*type) : log::PartSet::all();
  };
  if (parts_of) opening.choice = &choice;
  ENGINE_TRY(opened, opener_.open_seals(position, entry, parts, stream, opening));
  return make_event(opened.position, opened.entry, opened.stream, opened.parts);
}

Result<EventPtr> EventSource::at(Position position, const log::Opening& opening) const {
  ENGINE_TRY(opened, opener_.open(position, opening));
  return event(opened);
}

Result<std::vector<EventPtr>> EventSource::of_case(const log::SubjectRecord& record, TreeSize size,
                                                   const log::Opening& opening) const {
  ENGINE_TRY(all, of_case_from(record, size, {}, opening));
  return std::move(all.events);
}

std::vector<Position> EventSource::Places::positions() const {
  std::vector<Position> all;
  all.reserve(places.size());
  for (const Place& place : places) all.push_back(place.position);
  return all;
}

Result<EventSource::Places> EventSource::places_of_case(const log::SubjectRecord& record,
                                                        TreeSize size,
                                                        const LaneVersions& from) const {
  Places found{{}, from};
  for (std::size_t lane = 0; lane < record.streams.size(); ++lane) {
    const std::uint32_t before = from[lane];
    bool is_there = before == 0;
    const auto visit = [&](Version version, Position position) -> Result<storage::Scan> {
      if (position.value() >= size.value()) return storage::Scan::stop;
      if (version.value() + 1 == before) {
        is_there = true;
        return storage::Scan::more;
      }
      found.places.push_back({position, static_cast<std::uint8_t>(lane)});
      found.next_versions[lane] = static_cast<std::uint32_t>(version.value() + 1);
      return storage::Scan::more;
    };
    // From the last one that came before on, to see that it is there.
    if (!record.streams[lane].is_zero())
      ENGINE_TRY_VOID(
          reads_.scan_stream(record.streams[lane], Version{before == 0 ? 0 : before - 1}, visit));
    if (!is_there) return Error{Errc::not_found, "a stream holds less than it is said to"};
  }
  std::ranges::sort(found.places, {}, &Place::position);
  return found;
}

Result<EventSource::CaseEvents> EventSource::of_case_from(const log::SubjectRecord& record,
                                                          TreeSize size, const LaneVersions& from,
                                                          const log::Opening& opening) const {
  ENGINE_TRY(found, places_of_case(record, size, from));
  CaseEvents all{{}, found.next_versions};
  all.events.reserve(found.places.size());
  ENGINE_TRY_VOID(reads_.visit_with_parts(
      found.positions(),
      [&](Position position, ByteView entry,
          std::span<const storage::PartView> parts) -> Result<storage::Scan> {
        ENGINE_TRY(opened, opener_.open(position, entry, parts, opening));
        ENGINE_TRY(one, event(opened));
        if (one) all.events.push_back(std::move(one));
        return storage::Scan::more;
      }));
  return all;
}

Result<std::vector<EventPtr>> EventSource::of_case_scanned(const log::SubjectRecord& record,
                                                           TreeSize size,
                                                           const PartsOf& parts_of) const {
  ENGINE_TRY(found, places_of_case(record, size, {}));
  std::array<std::optional<log::StreamRecord>, log::SubjectRecord::kLanesMax> streams;
  std::vector<EventPtr> events;
  events.reserve(found.places.size());
  auto place = found.places.begin();
  ENGINE_TRY_VOID(reads_.visit_with_parts(
      found.positions(),
      [&](Position position, ByteView entry,
          std::span<const storage::PartView> parts) -> Result<storage::Scan> {
        const std::size_t lane = (place++)->lane;
        if (!streams[lane]) {
          ENGINE_TRY(stream, index_.stream(record.streams[lane]));
          if (!stream) return Error{Errc::corrupt, "a stream without its index row"};
          streams[lane] = stream;
        }
        ENGINE_TRY(one, scanned(position, entry, parts, *streams[lane], parts_of));
        if (one) events.push_back(std::move(one));
        return storage::Scan::more;
      }));
  return events;
}

Result<void> EventSource::of_stream(const StreamId& stream, const Visit& visit,
                                    const log::Opening& opening) const {
  ENGINE_TRY(record, index_.stream(stream));
  if (!record) return {};
  std::vector<Position> positions;
  ENGINE_TRY_VOID(reads_.scan_stream(stream, Version{0},
                                     [&](Version, Position position) -> Result<storage::Scan> {
                                       positions.push_back(position);
                                       return storage::Scan::more;
                                     }));
  return reads_.visit_with_parts(
      positions,
      [&](Position position, ByteView entry,
          std::span<const storage::PartView> parts) -> Result<storage::Scan> {
        ENGINE_TRY(one, scanned(position, entry, parts, *record, {}, opening));
        if (one) ENGINE_TRY_VOID(visit(std::move(one)));
        return storage::Scan::more;
      });
}

}  // namespace stafett::bti
