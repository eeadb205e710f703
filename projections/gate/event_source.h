#pragma once
// EventSource: the log's entries as the domain's events.
//
// Threads:  any.
// Lifetime: the log outlives it.

#include <functional>
#include <vector>

#include "engine/log/log.h"
#include "projections/state/event.h"

namespace stafett::bti {

// A case's stream for each compartment; the access stream is one of them.
constexpr std::uint8_t lane_of(Compartment compartment) {
  return static_cast<std::uint8_t>(compartment);
}
inline constexpr std::uint8_t kCaseLanes = 5;
// Of the stream of each lane: how many events, which is the next one's version.
using LaneVersions = std::array<std::uint32_t, log::SubjectRecord::kLanesMax>;
log::LabelId label_id(ByteView id16);

// A part's plaintext as words. Errors: malformed.
Result<std::shared_ptr<const OpenedPart>> opened_part(ByteView plaintext);

class EventSource final {
 public:
  EventSource(const storage::Reads& reads, const log::SealedIndex& index, const log::Opener& opener)
      : reads_(reads), index_(index), opener_(opener) {}

  // Null for engine events, and for events whose fact part is erased.
  // Errors of all: not_found, corrupt, io.
  Result<EventPtr> event(const log::OpenedEntry& opened) const;
  Result<EventPtr> at(Position position, const log::Opening& opening = {}) const;
  // Of an entry scanned with others (Opener::open_seals). `parts_of`: which parts of an event of a
  // type are opened beside its facts; empty: all.
  using PartsOf = std::function<log::PartSet(schema::EventType)>;
  Result<EventPtr> scanned(Position position, ByteView entry,
                           std::span<const storage::PartView> parts,
                           const log::StreamRecord& stream, const PartsOf& parts_of = {},
                           log::Opening opening = {}) const;

  // Every event of a case below `size`, in position order; access events too.
  Result<std::vector<EventPtr>> of_case(const log::SubjectRecord& record, TreeSize size,
                                        const log::Opening& opening = {}) const;
  // The same as scanned() opens them.
  Result<std::vector<EventPtr>> of_case_scanned(const log::SubjectRecord& record, TreeSize size,
                                                const PartsOf& parts_of) const;
  // As of_case(), without what comes before version `from` of each lane, and where each lane then
  // is. Errors: not_found too, when a stream does not hold what `from` says came before.
  struct CaseEvents {
    std::vector<EventPtr> events;
    LaneVersions next_versions{};
  };
  Result<CaseEvents> of_case_from(const log::SubjectRecord& record, TreeSize size,
                                  const LaneVersions& from, const log::Opening& opening = {}) const;
  // Every event of one stream, in order, as scanned() opens them.
  using Visit = std::function<Result<void>(EventPtr)>;
  Result<void> of_stream(const StreamId& stream, const Visit& visit,
                         const log::Opening& opening = {}) const;

  Result<std::optional<log::SubjectRecord>> subject(const SubjectId& case_id) const {
    return index_.subject(case_id);
  }

 private:
  // Where a case's events are, and in which lane's stream.
  struct Place {
    Position position;
    std::uint8_t lane;
  };
  struct Places {
    std::vector<Place> places;  // by position
    LaneVersions next_versions{};
    std::vector<Position> positions() const;
  };
  Result<Places> places_of_case(const log::SubjectRecord& record, TreeSize size,
                                const LaneVersions& from) const;

  const storage::Reads& reads_;
  const log::SealedIndex& index_;
  const log::Opener& opener_;
};

}  // namespace stafett::bti
