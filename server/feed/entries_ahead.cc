#include "server/feed/entries_ahead.h"

#include <algorithm>

#include "projections/gate/bti_gate.h"
#include "server/logs/log_set.h"

namespace stafett::server {
namespace {

storage::Scan more_after(const StoredBlock& block) {
  const bool is_enough =
      block.count() >= EntriesAhead::kEntriesMax || block.bytes() >= EntriesAhead::kBytesMax;
  return is_enough ? storage::Scan::stop : storage::Scan::more;
}

// Of no case, or of another one than was asked for.
bool is_passed_over(const log::StreamRecord& stream, const std::optional<SubjectId>& case_id) {
  const bool is_of_case =
      stream.kind == format::StreamKind::case_ || stream.kind == format::StreamKind::access;
  return !is_of_case || (case_id && stream.subject != *case_id);
}

}  // namespace

StoredEntryPtr EntriesAhead::take() {
  StoredEntryPtr first = std::move(entries_.front());
  entries_.pop_front();
  return first;
}

void EntriesAhead::clear() {
  entries_.clear();
  read_to_ = {};
  ahead_.reset();
  places_.clear();
  versions_ = {};
}

Result<void> EntriesAhead::read(TreeSize from, TreeSize end) {
  CHECK(empty() && from < end);
  if (places_.empty() && end.value() - from.value() <= kNear) {
    ENGINE_TRY(there, find_among_latest(from, end));
    return there ? Result<void>{} : find_in_log(from, end);
  }
  return case_id_ ? find_in_case(from, end) : find_in_log(from, end);
}

void EntriesAhead::keep(const Block& block) {
  for (std::size_t i = 0; i < block->count(); ++i) entries_.push_back(StoredBlock::at(block, i));
}

// False: they are not there.
Result<bool> EntriesAhead::find_among_latest(TreeSize from, TreeSize end) {
  ENGINE_TRY(latest, log_.tail.between(from, end));
  if (latest->empty()) return false;
  read_to_ = end;
  std::ranges::copy_if(*latest, std::back_inserter(entries_), [this](const StoredEntryPtr& one) {
    return !is_passed_over(one->stream, case_id_);
  });
  return true;
}

EntriesAhead::Stretch EntriesAhead::stretch_of(ServedLog& log, std::optional<SubjectId> case_id,
                                               TreeSize from, TreeSize end) {
  const Position first{from.value()};
  const Position last{std::min<std::uint64_t>(end.value(), from.value() + kLookedAtMax)};
  Stretch stretch{std::make_shared<StoredBlock>(), from};
  stretch.outcome = log.log.store().scan_with_parts(
      first, last,
      [&](Position position, ByteView entry,
          std::span<const storage::PartView> parts) -> Result<storage::Scan> {
        ENGINE_TRY(stream, log.streams.of(entry));
        stretch.to = size_after(position);
        if (!is_passed_over(stream, case_id)) stretch.block->add(position, stream, entry, parts);
        return more_after(*stretch.block);
      });
  return stretch;
}

Result<void> EntriesAhead::find_in_log(TreeSize from, TreeSize end) {
  const auto pending = std::exchange(ahead_, nullptr);
  const Stretch stretch = pending && ahead_from_ == from && ahead_end_ <= end
                              ? pending->get()
                              : stretch_of(log_, case_id_, from, end);
  ENGINE_TRY_VOID(stretch.outcome);
  keep(stretch.block);
  read_to_ = stretch.to;
  // Of whoever catches up with all cases.
  if (case_id_ || read_to_ >= end || end.value() - read_to_.value() <= kNear) return {};
  ahead_from_ = read_to_;
  ahead_end_ = end;
  ahead_ = log_.ahead.begin<Stretch>(
      [&log = log_, from = ahead_from_, end] { return stretch_of(log, {}, from, end); });
  return {};
}

// Nothing of other cases is looked at.
Result<void> EntriesAhead::find_in_case(TreeSize from, TreeSize end) {
  if (places_.empty()) ENGINE_TRY_VOID(find_places(from, end));
  std::vector<Position> positions;
  for (const Place& place : places_) {
    if (positions.size() == kEntriesMax) break;
    positions.push_back(place.position);
  }
  const auto block = std::make_shared<StoredBlock>();
  const auto visit = [&](Position position, ByteView entry,
                         std::span<const storage::PartView> parts) -> Result<storage::Scan> {
    block->add(position, lanes_[places_.front().lane], entry, parts);
    places_.pop_front();
    return more_after(*block);
  };
  ENGINE_TRY_VOID(log_.log.store().visit_with_parts(positions, visit));
  keep(block);
  read_to_ = places_.empty() ? places_end_ : TreeSize{places_.front().position.value()};
  return {};
}

Result<void> EntriesAhead::find_places(TreeSize from, TreeSize end) {
  ENGINE_TRY(record, log_.gate.source().subject(*case_id_));
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
          if (position.value() >= from.value()) places_.push_back({position, lane});
          versions_[lane] = version.value() + 1;
          return storage::Scan::more;
        }));
  }
  std::ranges::sort(places_, {}, &Place::position);
  places_end_ = end;
  return {};
}

}  // namespace stafett::server
