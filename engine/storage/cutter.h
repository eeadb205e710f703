#pragma once
// Cutter: ends a database at an earlier size. For a copy that nobody uses yet: cut short, it is
// neither the one nor the other, and is thrown away.
//
// Source:  docs/formats/storage.md (what follows from the entries)
// Threads: one; nobody else has the database open.
// Errors:  not_found, locked, corrupt, io. After any the database is of no use.
//
// What follows from an entry alone is dropped by whoever can read entries and labels; the rest by
// end_at(), last.

#include <memory>
#include <string>

#include "engine/storage/store.h"

namespace stafett::storage {

class Cutter final {
 public:
  static Result<std::unique_ptr<Cutter>> open(const std::string& database,
                                              const StoreOptions& options = {});

  // As it is now, what was dropped left out. REQUIRES: before end_at().
  const Reads& reads() const { return reads_; }

  // An entry's rows in `streams` and `events`.
  Result<void> drop_places(const StreamId& stream, Version version, const EventId& event);
  Result<void> drop_chunks(const EventId& event);
  Result<void> drop_label(ByteView key);
  Result<void> drop_labels_of(std::uint8_t tag);  // whose keys begin with it
  Result<void> put_label(const IndexRow& row);

  // Entries, parts, receipts, tiles and checkpoints that a log of this size does not have. When it
  // returns ok everything is on disk, and no file has an entry or part that was dropped.
  Result<void> end_at(TreeSize size);

 private:
  explicit Cutter(std::shared_ptr<ReadPoint> point) : point_(point), reads_(std::move(point)) {}
  Result<void> drop(Column column, ByteView key);
  Result<void> drop_range(Column column, ByteView first, ByteView end);
  Result<void> drop_tiles(TreeSize size);

  const std::shared_ptr<ReadPoint> point_;
  const ReadView reads_;
};

}  // namespace stafett::storage
