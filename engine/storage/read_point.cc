#include "engine/storage/read_point.h"

#include "engine/storage/checked_row.h"

namespace stafett::storage {

Result<bool> ReadPoint::get(Column column, ByteView key, rocksdb::PinnableSlice& row) const {
  const rocksdb::Status status =
      database->db->Get(options(), database->column(column), to_slice(key), &row);
  if (status.IsNotFound()) return false;
  ENGINE_TRY_VOID(from_status(status, Errc::io));
  return true;
}

Result<std::uint64_t> ReadPoint::stored_size() const {
  const auto it = iterate(Column::entries, options());
  it->SeekToLast();
  ENGINE_TRY_VOID(from_status(it->status(), Errc::io));
  if (!it->Valid()) return std::uint64_t{0};
  const auto last = read_u64(to_view(it->key()));
  if (!last) return damaged(Column::entries, to_view(it->key()), "not a position");
  return *last + 1;
}

Error damaged(Column column, ByteView key, const char* what) {
  return Error{Errc::corrupt, row_name(column, key) + ": " + what};
}

Result<EventOutcome> read_event_row(ByteView key, ByteView value) {
  if (!value.empty() && value[0] == kEventPositionTag) {
    if (const auto position = read_u64(value.subspan(1))) return EventOutcome{Position{*position}};
  } else if (!value.empty() && value[0] == kEventRefusalTag) {
    ENGINE_TRY(refused, open_row(Column::events, key, value));
    return EventOutcome{to_bytes(refused.subspan(1))};
  }
  return damaged(Column::events, key, "neither a position nor a refusal");
}

}  // namespace stafett::storage
