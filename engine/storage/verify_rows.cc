// Every row that carries its own suffix, looked at without any key.

#include "engine/storage/checked_row.h"
#include "engine/storage/read_point.h"
#include "engine/storage/reads.h"

namespace stafett::storage {
namespace {

bool is_key_of(Column column, ByteView key) {
  switch (column) {
    case Column::attachments:
      return read_chunk_key(key).has_value();
    case Column::events:
      return EventId::from(key).has_value();
    case Column::checkpoints:
      return read_u64(key).has_value();
    case Column::meta:
      return !key.empty() && (key[0] == kMetaTextTag || read_group_key(key));
    case Column::labels:
    default:
      return true;  // opaque
  }
}

Result<void> verify_row(Column column, ByteView key, ByteView row) {
  if (!is_key_of(column, key)) return damaged(column, key, "not a key of this column");
  if (column == Column::events) {
    ENGINE_TRY(outcome, read_event_row(key, row));
    return {};
  }
  ENGINE_TRY(value, open_row(column, key, row));
  return {};
}

}  // namespace

Result<void> Reads::verify_rows(const std::function<void(const DamagedRow&)>& visit) const {
  for (const Column column :
       {Column::attachments, Column::events, Column::labels, Column::checkpoints, Column::meta}) {
    ENGINE_TRY_VOID(walk(*point_, column, point_->scan_options(), ByteView{}, ByteView{},
                         [&](ByteView key, ByteView row) -> Result<Scan> {
                           if (const Result<void> whole = verify_row(column, key, row); !whole)
                             visit(DamagedRow{std::string(column_name(column)), to_bytes(key),
                                              whole.error().detail()});
                           return Scan::more;
                         }));
  }
  return {};
}

}  // namespace stafett::storage
