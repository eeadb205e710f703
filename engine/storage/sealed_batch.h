#pragma once
// What the sequencer hands down for one commit group: everything else in the database is derived
// from it deterministically. Values only.

#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/ids.h"

namespace stafett::storage {

struct PartRow {
  std::uint8_t part_class;
  Bytes sealed;
};

struct EntryRow {
  Bytes entry;  // stored and hashed as it is
  StreamId stream;
  Version version;
  EventId event;
  std::vector<PartRow> parts;  // each class at most once
};

struct IndexRow {
  Bytes key;
  Bytes value;
};

struct RefusalRow {
  EventId event;
  Bytes value;
};

struct SealedBatch {
  Position first;                 // of entries[0]; the store's size, also when there are none
  std::vector<EntryRow> entries;  // contiguous from `first`
  std::vector<IndexRow> labels;
  std::vector<RefusalRow> refusals;
  Bytes receipt_group;  // the receipts' group record; empty exactly when there are no entries
};

// A full tile that this group completed.
struct TileRow {
  std::uint8_t level;
  std::uint64_t index;
  Bytes hashes;  // kTileBytes
};

}  // namespace stafett::storage
