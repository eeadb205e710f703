#pragma once
// A frozen image: a database as it was at one moment, made beside its writer by RocksDB's own
// checkpoint. Sorted files are linked, so it costs little and keeps what the writer drops
// meanwhile; the writer is neither asked nor held up, and no lock is taken. The image holds all
// that was acknowledged when freeze() was called.
//
// Source:  rocksdb/utilities/checkpoint.h, on a database opened for reading
// Threads: any; one image path each.
// Errors:  not_found (no database), corrupt, unsupported, conflict (the image is there), io (also:
//          the writer never paused).
// Limits:  an image on another file system is copied instead, which takes its time and its room.

#include <string>

#include "engine/storage/store.h"

namespace stafett::storage {

Result<void> freeze(const std::string& database, const std::string& image,
                    const StoreOptions& options = {});

// Removes a directory with everything in it, whole or half made. Ok when there is none.
Result<void> remove_tree(const std::string& directory);

// Gives a finished database its name, durably. Errors: conflict (there is something), io.
Result<void> move_database(const std::string& from, const std::string& to);

}  // namespace stafett::storage
