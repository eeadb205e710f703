#include "projections/gate/event_source.h"

#include <algorithm>

#include "engine/format/words.h"

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
  if (!opened.stream) return EventPtr{};
  const format::Intent& intent = opened.entry.intent;
  auto event = std::make_shared<Event>();
  event->id = intent.event_id;
  event->position = opened.position;
  event->actor = intent.actor;
  event->mode = static_cast<Mode>(static_cast<std::uint8_t>(opened.entry.stamp.mode) - 1);
  event->occurred_at = intent.occurred_at;
  event->recorded_at = opened.entry.stamp.recorded_at;
  event->compartment = compartment_of_stream(*opened.stream);
  event->case_id = opened.stream->subject;
  for (const format::OpenPart& part : opened.parts) {
    ENGINE_TRY(words, opened_part(part.plaintext));
    if (part.part_class == format::PartClass::fact) event->fact = words;
    if (part.part_class == format::PartClass::narrative) event->narrative = words;
    if (part.part_class == format::PartClass::identity) event->identity = words;
  }
  if (!event->fact) return EventPtr{};
  event->type = event->fact->part().getType();
  return EventPtr{event};
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

Result<EventSource::CaseEvents> EventSource::of_case_from(const log::SubjectRecord& record,
                                                          TreeSize size, const LaneVersions& from,
                                                          const log::Opening& opening) const {
  CaseEvents found{{}, from};
  std::vector<Position> positions;
  for (std::size_t lane = 0; lane < record.streams.size(); ++lane) {
    const std::uint32_t before = from[lane];
    bool is_there = before == 0;
    const auto visit = [&](Version version, Position position) -> Result<storage::Scan> {
      if (position.value() >= size.value()) return storage::Scan::stop;
      if (version.value() + 1 == before) {
        is_there = true;
        return storage::Scan::more;
      }
      positions.push_back(position);
      found.next_versions[lane] = static_cast<std::uint32_t>(version.value() + 1);
      return storage::Scan::more;
    };
    // From the last one that came before on, to see that it is there.
    if (!record.streams[lane].is_zero())
      ENGINE_TRY_VOID(
          reads_.scan_stream(record.streams[lane], Version{before == 0 ? 0 : before - 1}, visit));
    if (!is_there) return Error{Errc::not_found, "a stream holds less than it is said to"};
  }
  std::ranges::sort(positions);
  found.events.reserve(positions.size());
  for (const Position position : positions) {
    ENGINE_TRY(one, at(position, opening));
    if (one) found.events.push_back(std::move(one));
  }
  return found;
}

Result<void> EventSource::of_stream(const StreamId& stream, const Visit& visit) const {
  return reads_.scan_stream(stream, Version{0},
                            [&](Version, Position position) -> Result<storage::Scan> {
                              ENGINE_TRY(one, at(position));
                              if (one) ENGINE_TRY_VOID(visit(std::move(one)));
                              return storage::Scan::more;
                            });
}

}  // namespace stafett::bti
