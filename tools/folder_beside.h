#pragma once
// A folder of its own beside what will be there: whoever sees OUT sees all of it.
//
// Threads: one.

#include <memory>
#include <string>

#include "engine/base/result.h"

namespace stafett::tools {

enum class OutForm { folder, file };

class FolderBeside final {
 public:
  // For its owner only. Errors: conflict (something is at `out`, other than an empty folder for a
  // folder), io.
  static Result<std::unique_ptr<FolderBeside>> make(const std::string& out, OutForm form);
  ~FolderBeside();  // removes what has not taken its place
  FolderBeside(const FolderBeside&) = delete;
  FolderBeside& operator=(const FolderBeside&) = delete;

  const std::string& path() const { return beside_; }
  // Of a file that takes the place when the folder does not.
  std::string file() const { return beside_ + "/packed"; }
  // `made`: the folder, or a file in it. Errors: io.
  Result<void> take_place(const std::string& made);

 private:
  FolderBeside(std::string target, std::string beside);

  const std::string target_;
  const std::string beside_;
};

}  // namespace stafett::tools
