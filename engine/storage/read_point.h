#pragma once
// What a Reads stands on: the database, and the moment. Internal to engine/storage.

#include <rocksdb/snapshot.h>

#include "engine/storage/database.h"
#include "engine/storage/status.h"

namespace stafett::storage {

struct ReadPoint {
  explicit ReadPoint(std::shared_ptr<Database> from) : database(std::move(from)) {}

  std::shared_ptr<Database> database;
  std::unique_ptr<rocksdb::ManagedSnapshot> snapshot;  // empty: the latest. Dies before `database`.
  std::atomic<std::uint64_t> size{0};                  // written by the committing thread only

  rocksdb::ReadOptions options() const {
    rocksdb::ReadOptions read;
    if (snapshot) read.snapshot = snapshot->snapshot();
    return read;
  }
  // For long scans: big reads, and nothing of them kept in the cache.
  rocksdb::ReadOptions scan_options() const {
    rocksdb::ReadOptions read = options();
    read.fill_cache = false;
    read.total_order_seek = true;
    return read;
  }
  std::unique_ptr<rocksdb::Iterator> iterate(Column column,
                                             const rocksdb::ReadOptions& read) const {
    return std::unique_ptr<rocksdb::Iterator>{
        database->db->NewIterator(read, database->column(column))};
  }
  // False when there is no such row.
  Result<bool> get(Column column, ByteView key, rocksdb::PinnableSlice& row) const;
  // Last position of entries, plus one. Errors: corrupt, io.
  Result<std::uint64_t> stored_size() const;
};

// Visits the rows from `from` (inclusive) to `end` (exclusive; empty: the column's end), in order.
// `visit`: Result<Scan>(ByteView key, ByteView value).
template <class Visit>
Result<void> walk(const ReadPoint& point, Column column, rocksdb::ReadOptions read, ByteView from,
                  ByteView end, Visit&& visit) {
  const rocksdb::Slice bound = to_slice(end);  // outlives the iterator
  if (!end.empty()) read.iterate_upper_bound = &bound;
  const auto it = point.iterate(column, read);
  for (it->Seek(to_slice(from)); it->Valid(); it->Next()) {
    const Result<Scan> seen = visit(to_view(it->key()), to_view(it->value()));
    if (!seen) return seen.error();
    if (*seen == Scan::stop) return {};
  }
  return from_status(it->status(), Errc::io);  // !Valid() is also how an error looks
}

Error damaged(Column column, ByteView key, const char* what);  // corrupt, naming the row

// The two kinds of values in `events`. Errors: corrupt.
Result<EventOutcome> read_event_row(ByteView key, ByteView value);

}  // namespace stafett::storage
