#include "engine/log/erasure/erasure_targets.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/format/entry.h"

namespace stafett::log {
namespace {

std::uint8_t scope_of(format::StreamKind kind) {
  if (kind == format::StreamKind::case_) return ErasureRecord::kContent;
  return kind == format::StreamKind::access ? ErasureRecord::kAccesses : 0;
}

Result<std::set<StreamId>> streams_named(const storage::Reads& reads, const ErasureOrder& order) {
  std::set<StreamId> streams;
  Position reached{0};
  for (const auto& range : order.ranges) {
    if (range.classes != kSealedClasses || range.first >= range.end)
      return Error{Errc::unsupported, "an order of parts of events is not carried out here"};
    // Rising, so that however many there are, no entry is looked at twice.
    if (range.first < reached || range.end > order.ordered.position)
      return Error{Errc::conflict, "the order names a position twice, or one that came after it"};
    reached = range.end;
    ENGINE_TRY_VOID(reads.scan_entries(range.first, range.end,
                                       [&](Position, ByteView bytes) -> Result<storage::Scan> {
                                         ENGINE_TRY(entry, format::decode_own_entry(bytes));
                                         streams.insert(entry.intent.stream_id);
                                         return storage::Scan::more;
                                       }));
  }
  return streams;
}

}  // namespace

Result<std::vector<Position>> positions_of(const storage::Reads& reads,
                                           const SubjectRecord& streams, const SealedIndex& index,
                                           std::uint8_t scope) {
  std::vector<Position> positions;
  for (const StreamId& id : streams.streams) {
    if (id.is_zero()) continue;
    ENGINE_TRY(record, index.stream(id));
    if (!record) return Error{Errc::corrupt, "a stream without its index row"};
    if ((scope_of(record->kind) & scope) == 0) continue;
    ENGINE_TRY_VOID(
        reads.scan_stream(id, Version{0}, [&](Version, Position position) -> Result<storage::Scan> {
          positions.push_back(position);
          return storage::Scan::more;
        }));
  }
  std::ranges::sort(positions);
  return positions;
}

std::vector<format::ErasureOrdered::Range> ranges_of(std::vector<Position> positions) {
  std::ranges::sort(positions);
  std::vector<format::ErasureOrdered::Range> ranges;
  for (const Position position : positions) {
    const Position end{position.value() + 1};
    if (!ranges.empty() && ranges.back().end == position)
      ranges.back().end = end;
    else
      ranges.push_back({position, end, kSealedClasses});
  }
  return ranges;
}

Result<std::vector<ErasureRecord>> targets_of(const storage::Reads& reads, const SealedIndex& index,
                                              const ErasureOrder& order) {
  std::map<SubjectId, ErasureRecord> targets;
  std::set<StreamId> known;
  ENGINE_TRY_VOID(index.for_each_erasure([&](const ErasureRecord& record) -> Result<storage::Scan> {
    if (record.order != order.id) return storage::Scan::more;
    targets.emplace(record.subject, record);
    for (const StreamId& stream : record.streams.streams) known.insert(stream);
    return storage::Scan::more;
  }));
  ENGINE_TRY(named, streams_named(reads, order));
  for (const StreamId& id : named) {
    if (known.contains(id)) continue;
    ENGINE_TRY(stream, index.stream(id));
    const std::uint8_t scope = stream ? scope_of(stream->kind) : 0;
    // A stream of nobody, once its subject is erased.
    if (scope != 0 && stream->subject.is_zero() && !targets.empty()) continue;
    if (scope == 0 || stream->subject.is_zero())
      return Error{Errc::conflict, "the order names what is of no subject, or was erased before"};
    ErasureRecord& target = targets[stream->subject];
    if (target.order == order.id && target.done) continue;
    if (target.streams.content.is_zero() && target.streams.access.is_zero()) {
      ENGINE_TRY(subject, index.subject(stream->subject));
      if (!subject) return Error{Errc::corrupt, "a stream's subject has no index row"};
      ENGINE_TRY(earlier, index.erasure(stream->subject));
      if (earlier && !earlier->done)
        return Error{Errc::conflict, "another order erases a subject of this one; end that first"};
      target.before = earlier ? earlier->all() : std::uint8_t{0};
      target.order = order.id;
      target.subject = stream->subject;
      target.streams = *subject;
    }
    target.scope = static_cast<std::uint8_t>(target.scope | scope);
  }
  std::vector<ErasureRecord> all;
  for (auto& [subject, target] : targets) all.push_back(target);
  if (all.empty()) return Error{Errc::conflict, "the order names nothing"};
  return all;
}

Result<void> check_whole(const storage::Reads& reads, const SealedIndex& index,
                         const ErasureOrder& order, const std::vector<ErasureRecord>& targets) {
  std::vector<Position> there, named;
  for (const ErasureRecord& target : targets) {
    ENGINE_TRY(positions, positions_of(reads, target.streams, index, target.scope));
    there.insert(there.end(), positions.begin(), positions.end());
  }
  for (const auto& range : order.ranges)
    for (std::uint64_t p = range.first.value();
         p < range.end.value() && named.size() <= there.size(); ++p)
      named.push_back(Position{p});
  std::ranges::sort(there);
  if (there == named) return {};
  return Error{Errc::conflict,
               "what is to be erased has changed since it was ordered: order it anew"};
}

}  // namespace stafett::log
