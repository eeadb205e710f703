#pragma once
// TablePlaces: where copies of the key table are kept, apart from the log and from its database's
// copies. Each is a directory with the newest table in it, `table`. A copy under an old root key
// opens nothing once that key is destroyed; so nothing is destroyed before every place has the new
// one, read back. A directory without a table of this log is no place: what is to be mounted there
// may be missing.
//
// Source:  docs/formats/key-table.md (places)
// Threads: one.
// Errors:  io, naming the place: it cannot be reached, has no table or another log's, that table
//          could not be destroyed, or what was written does not read back. (A read may be answered
//          from memory; what the place then loses nobody here can see.)
// Limits:  kPlacesMax.

#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/storage/files.h"

namespace stafett::log {

class TablePlaces final {
 public:
  static constexpr std::size_t kPlacesMax = 16;

  TablePlaces(storage::Files& files, std::vector<std::string> directories)
      : files_(files), directories_(std::move(directories)) {}

  std::size_t count() const { return directories_.size(); }
  // Writes the table beside the one that each place has, and reads it back. Errors: too_large
  // too; corrupt (it is no table).
  Result<void> confirm(ByteView table);
  // Every place then has this table, and its older one is destroyed.
  Result<void> settle(ByteView table);

 private:
  Result<void> confirm_at(const std::string& directory, ByteView table);
  Result<void> settle_at(const std::string& directory, ByteView table);
  Result<void> check_has_ours(const std::string& directory, ByteView table);
  Result<bool> holds(const std::string& path, ByteView table);

  storage::Files& files_;
  const std::vector<std::string> directories_;
};

// One directory a line; empty lines and lines that begin with # are passed over.
// Errors: malformed (not absolute, too many), io. No file: none.
Result<std::vector<std::string>> read_places(storage::Files& files, const std::string& path);

}  // namespace stafett::log
