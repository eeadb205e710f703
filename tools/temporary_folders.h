#pragma once
// TemporaryFolders: folders for content in clear that must not outlast the command: gone with this
// object, and also when a signal ends the program.
//
// Source:  sigwaitinfo(2): SIGINT, SIGTERM and SIGHUP are blocked, and waited for by a thread that
//          removes the folders and then lets the signal do what it does. What was ignored stays so.
// Threads: made before any other thread, on the main one; make() from any.
// Limits:  SIGKILL and a power cut leave them behind.

#include <csignal>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/result.h"

namespace stafett::tools {

class TemporaryFolders final {
 public:
  TemporaryFolders();
  ~TemporaryFolders();
  TemporaryFolders(const TemporaryFolders&) = delete;
  TemporaryFolders& operator=(const TemporaryFolders&) = delete;

  // A new one that only its owner enters, called `before` and six characters. Errors: io.
  Result<std::string> make(const std::string& before);
  // Those that others called so and left behind, or are still using.
  static std::vector<std::string> others(const std::string& before);

 private:
  void watch();
  void remove_all();

  sigset_t signals_{};
  sigset_t mask_before_{};
  std::mutex mutex_;
  std::vector<std::string> paths_;  // Guarded by mutex_, as the next.
  bool done_ = false;
  std::thread watcher_;  // last: it uses what is above
};

// Before the names of folders where bundles are written and unpacked that are handed out as a file.
std::string temporary_bundles();

}  // namespace stafett::tools
