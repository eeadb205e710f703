#pragma once
// Reads: everything that can be asked of a log's database, at one point of its life. A Store reads
// the latest acknowledged commit; a ReadView reads one moment, however long it lives.
//
// Threads: any, at the same time as a commit.
// Errors:  io, corrupt (naming column and key). not_found only where a method says so.
// Limits:  a scan holds what one row needs; visitors must not keep the views they are given.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/storage/columns.h"
#include "engine/storage/sealed_batch.h"

namespace stafett::storage {

struct ReadPoint;  // read_point.h

// A visitor's answer: `stop` ends the scan, which then returns ok; an error ends it and is
// returned.
enum class Scan { more, stop };

struct PartView {
  std::uint8_t part_class;
  ByteView sealed;
};

struct StreamHead {
  Version version;
  Position position;
};

struct ReceiptGroup {
  Position first;
  Bytes record;
};

struct StoredCheckpoint {
  TreeSize size;
  Bytes note;
};

// none: never seen; Position: recorded there; Bytes: refused, with the refusal's bytes.
using EventOutcome = std::variant<std::monostate, Position, Bytes>;

struct DamagedRow {
  std::string column;
  Bytes key;
  std::string detail;
};

class Reads {
 public:
  Reads(const Reads&) = delete;
  Reads& operator=(const Reads&) = delete;

  TreeSize size() const;

  // Entries. Errors: not_found at or past size(); corrupt when a row below it is missing.
  Result<Bytes> entry(Position position) const;
  Result<std::vector<Bytes>> entries(std::span<const Position> positions) const;  // in that order
  // The parts still there, by class; an erased part is simply absent.
  Result<std::vector<PartRow>> parts(Position position) const;
  Result<std::optional<Bytes>> part(Position position, std::uint8_t part_class) const;

  // Visits [first, min(end, size())) in order. Errors: corrupt at the first missing position.
  using EntryVisit = std::function<Result<Scan>(Position, ByteView entry)>;
  Result<void> scan_entries(Position first, Position end, const EntryVisit& visit) const;
  // The same with each entry's parts by class: two iterators in step, the fast way to rebuild.
  using PartsVisit =
      std::function<Result<Scan>(Position, ByteView entry, std::span<const PartView> parts)>;
  Result<void> scan_with_parts(Position first, Position end, const PartsVisit& visit) const;
  // The same of these positions, which rise: the history of a stream or a case. Errors: not_found
  // at or past size(); corrupt when a row below it is missing.
  Result<void> visit_with_parts(std::span<const Position> positions, const PartsVisit& visit) const;

  // Streams.
  Result<std::optional<StreamHead>> stream_head(const StreamId& stream) const;
  Result<std::optional<Position>> stream_position(const StreamId& stream, Version version) const;
  using VersionVisit = std::function<Result<Scan>(Version, Position)>;
  Result<void> scan_stream(const StreamId& stream, Version from, const VersionVisit& visit) const;
  using StreamVisit = std::function<Result<Scan>(const StreamId&, Version, Position)>;
  Result<void> scan_streams(const StreamVisit& visit) const;  // every row, by stream and version

  // Events, by idempotency key.
  Result<EventOutcome> event(const EventId& event) const;
  using EventVisit = std::function<Result<Scan>(const EventId&, const EventOutcome&)>;
  Result<void> scan_events(const EventVisit& visit) const;

  // Full tiles; empty when not written yet.
  Result<std::optional<Bytes>> tile(std::uint8_t level, std::uint64_t index) const;
  using TileVisit = std::function<Result<Scan>(std::uint8_t level, std::uint64_t index, ByteView)>;
  Result<void> scan_tiles(const TileVisit& visit) const;

  Result<std::optional<Bytes>> label(ByteView key) const;
  using RowVisit = std::function<Result<Scan>(ByteView key, ByteView value)>;
  Result<void> scan_labels(ByteView prefix, const RowVisit& visit) const;

  // Checkpoints, by size.
  Result<std::optional<StoredCheckpoint>> latest_checkpoint() const;
  Result<std::optional<Bytes>> checkpoint_at(TreeSize size) const;
  Result<std::optional<StoredCheckpoint>> checkpoint_covering(Position position) const;  // smallest
  Result<std::optional<StoredCheckpoint>> checkpoint_within(TreeSize size) const;        // largest
  using CheckpointVisit = std::function<Result<Scan>(TreeSize, ByteView note)>;
  Result<void> scan_checkpoints(TreeSize from, const CheckpointVisit& visit) const;

  // The group that recorded `position`. Errors: not_found at or past size().
  Result<ReceiptGroup> receipt_group_of(Position position) const;
  using GroupVisit = std::function<Result<Scan>(Position first, ByteView record)>;
  Result<void> scan_receipt_groups(Position from, const GroupVisit& visit) const;

  Result<std::optional<Bytes>> meta(std::string_view key) const;

  // Attachments.
  Result<std::optional<Bytes>> chunk(const EventId& event, std::uint32_t chunk) const;
  Result<std::vector<EventId>> attachment_events() const;  // events that have chunks, sorted

  // Every row of a column from `from` on, before `end` (empty: to the column's end), as it lies:
  // keys of any form, suffixes included. For verification, which must get past damage.
  Result<void> scan_rows(Column column, ByteView from, ByteView end, const RowVisit& visit) const;

  // Reads every checked row (attachments, refusals, labels, checkpoints, meta, receipts) and tells
  // of each damaged one without stopping. Ok when all could be visited, damaged or not.
  Result<void> verify_rows(const std::function<void(const DamagedRow&)>& visit) const;

 protected:
  explicit Reads(std::shared_ptr<ReadPoint> point) : point_(std::move(point)) {}
  ~Reads() = default;
  std::shared_ptr<ReadPoint> point_;
};

// One moment of the database. Short-lived: it keeps what compaction could otherwise drop.
// Lifetime: may outlive the Store object; the database closes when the last of them is gone.
class ReadView final : public Reads {
 public:
  explicit ReadView(std::shared_ptr<ReadPoint> point) : Reads(std::move(point)) {}
};

}  // namespace stafett::storage
