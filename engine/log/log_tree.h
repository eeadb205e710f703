#pragma once
// The log's tree over its database: derived on open, read for proofs, never stored twice.

#include "engine/storage/store.h"
#include "engine/transparency/tile_builder.h"

namespace stafett::log {

// The tree of the first `size` entries: full tiles from the database, the last leaves re-hashed.
Result<transparency::TileBuilder> derive_tree(const storage::Reads& reads, TreeSize size);

// Tiles of a tree of this size, partial ones included. Errors of the reader: as storage reads.
transparency::TileReader tile_reader(const storage::Reads& reads, TreeSize size);

// The root at a smaller or equal size.
Result<Hash> root_at(const storage::Reads& reads, TreeSize size);

}  // namespace stafett::log
