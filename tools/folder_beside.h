#pragma once
// A folder of its own beside what will be there: whoever sees OUT sees all of it.
//
// Threads:  one.
// Lifetime: the TemporaryFolders outlive it; what has not taken its place goes with them.

#include <string>

#include "tools/temporary_folders.h"

namespace stafett::tools {

// A file that takes the place of one that is there: no link, no device.
enum class OutForm { folder, file, file_again };

class FolderBeside final {
 public:
  // Only its owner enters it. Tells of those that others left. Errors: conflict (something is at
  // `out`, other than an empty folder for a folder, or a regular file for one again), io.
  static Result<FolderBeside> make(const std::string& out, OutForm form, TemporaryFolders& folders);

  const std::string& path() const { return beside_; }
  // Of a file that takes the place when the folder does not.
  std::string file() const { return beside_ + "/packed"; }
  // `made`: the folder; or a file in it, which is synced first. Errors: io.
  Result<void> take_place(const std::string& made) const;

 private:
  FolderBeside(std::string target, std::string beside)
      : target_(std::move(target)), beside_(std::move(beside)) {}

  std::string target_, beside_;
};

// A folder of its own, called `before` and six characters. Tells of those that others left.
// Errors: io.
Result<std::string> make_telling(TemporaryFolders& folders, const std::string& before);

// For what is handed out packed or encrypted: OUT may be on a medium that leaves the house, so in
// clear it is elsewhere. Tells of those that others left. Errors: io.
Result<std::string> make_clear_folder(TemporaryFolders& folders);

}  // namespace stafett::tools
