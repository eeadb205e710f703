#include "projections/views/log_events.h"

#include "engine/transparency/tree.h"

namespace stafett::bti {

Result<std::optional<log::StreamRecord>> LogEvents::record_of(const StreamId& stream) {
  if (stream == log_.streams().engine) return std::optional<log::StreamRecord>{};
  if (const auto found = streams_.find(stream); found != streams_.end())
    return std::optional{found->second};
  ENGINE_TRY(record, log_.index().stream(stream));
  if (!record) return Error{Errc::corrupt, "a stream without its index row"};
  if (streams_.size() >= kStreamsKept) streams_.clear();
  streams_.emplace(stream, *record);
  return record;
}

Result<LogStretch> LogEvents::read(TreeSize first, TreeSize end,
                                   const EventSource::PartsOf& parts_of) {
  LogStretch stretch;
  ENGINE_TRY_VOID(log_.store().scan_with_parts(
      Position{first.value()}, Position{end.value()},
      [&](Position position, ByteView entry,
          std::span<const storage::PartView> parts) -> Result<storage::Scan> {
        ENGINE_TRY(stream, format::stream_of_entry(entry));
        ENGINE_TRY(record, record_of(stream));
        if (record) {
          const bool of_case = !record->subject.is_zero();
          ENGINE_TRY(event, source_.scanned(position, entry, parts, *record,
                                            of_case ? parts_of : EventSource::PartsOf{}));
          if (event) stretch.events.push_back(std::move(event));
        }
        if (size_after(position) == end) {
          ENGINE_TRY(last, format::decode_own_entry(entry));
          stretch.recorded_at = last.stamp.recorded_at;
          stretch.leaf = transparency::leaf_hash(entry);
        }
        stretch.end = size_after(position);
        return storage::Scan::more;
      }));
  if (stretch.end != end) return Error{Errc::corrupt, "the log ends before its size"};
  return stretch;
}

}  // namespace stafett::bti
