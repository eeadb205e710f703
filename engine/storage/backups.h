#pragma once
// Backups: generations of one database in a directory of their own. A sorted file that several
// generations need is there once, so a new generation costs what is new.
//
// Source:   rocksdb/utilities/backup_engine.h: shared files are named by the session that wrote
//           them, so files of histories that parted never meet under one name
// Threads:  one.
// Lifetime: a Store that it opened may be used after the Backups is gone.
// Errors:   corrupt (a file is missing, or is not what was copied; named), not_found (no such
//           generation), io.
//
// Nothing here says that a generation is whole but for its bytes: who offers it does.

#include <memory>
#include <string>
#include <vector>

#include "engine/storage/store.h"

namespace stafett::storage {

enum class BackupAccess { read, write };  // write: one process at a time

class Backups final {
 public:
  static Result<std::unique_ptr<Backups>> open(const std::string& place, BackupAccess access);
  ~Backups();
  Backups(const Backups&) = delete;
  Backups& operator=(const Backups&) = delete;

  // Whose files are all there, of the right size; ascending.
  std::vector<std::uint32_t> generations() const;
  // Whose files are not.
  std::vector<std::uint32_t> damaged() const;

  // Copies what is new in the image, synced, under the next number. What it has copied when it
  // fails, or the process ends, is removed by the next add() or remove().
  Result<std::uint32_t> add(const std::string& image);
  // Frees what no generation needs any more.
  Result<void> remove(std::uint32_t generation);
  Result<void> remove_leftovers();

  // Reads every byte of it, and compares with what was read when it was copied.
  Result<void> check_bytes(std::uint32_t generation) const;
  struct File {
    std::string path;  // within the place
    std::uint64_t bytes;
  };
  Result<std::vector<File>> files(std::uint32_t generation) const;  // by path
  // The generation as a database, where it lies.
  Result<std::unique_ptr<Store>> open_store(std::uint32_t generation) const;
  // Makes the database anew. Errors: conflict (`database` is there).
  Result<void> restore(std::uint32_t generation, const std::string& database) const;

 private:
  struct Engine;
  explicit Backups(std::unique_ptr<Engine> engine);

  const std::unique_ptr<Engine> engine_;
};

}  // namespace stafett::storage
