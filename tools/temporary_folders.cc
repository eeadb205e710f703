#include "tools/temporary_folders.h"

#include <pthread.h>

#include <algorithm>
#include <filesystem>

#include "engine/storage/private_places.h"

namespace stafett::tools {
namespace {

namespace fs = std::filesystem;

// Wakes the watcher, which waits for signals.
int wake() {
  return SIGRTMIN;
}

bool is_ignored(int signal) {
  struct sigaction now {};
  return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

TemporaryFolders::TemporaryFolders() {
  sigemptyset(&signals_);
  for (const int one : {SIGINT, SIGTERM, SIGHUP})
    if (!is_ignored(one)) sigaddset(&signals_, one);
  sigaddset(&signals_, wake());
  pthread_sigmask(SIG_BLOCK, &signals_, &mask_before_);
  watcher_ = std::thread{[this] { watch(); }};
}

TemporaryFolders::~TemporaryFolders() {
  {
    const std::lock_guard lock{mutex_};
    done_ = true;
  }
  pthread_kill(watcher_.native_handle(), wake());
  watcher_.join();
  remove_all();
  pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

Result<std::string> TemporaryFolders::make(const std::string& before) {
  const std::lock_guard lock{mutex_};
  ENGINE_TRY(path, storage::make_new_folder(before));
  paths_.push_back(path);
  return std::move(path);
}

std::vector<std::string> TemporaryFolders::others(const std::string& before) {
  const fs::path start{before};
  std::vector<std::string> found;
  std::error_code error;
  for (fs::directory_iterator at{start.parent_path(), error}, end; !error && at != end;
       at.increment(error))
    if (at->path().filename().string().starts_with(start.filename().string()))
      found.push_back(at->path().string());
  std::ranges::sort(found);
  return found;
}

void TemporaryFolders::watch() {
  for (;;) {
    const int signal = sigwaitinfo(&signals_, nullptr);
    if (signal < 0) continue;
    if (signal == wake()) {
      const std::lock_guard lock{mutex_};
      if (done_) return;
      continue;
    }
    remove_all();
    std::signal(signal, SIG_DFL);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal);
    pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
    std::raise(signal);  // ends the program
  }
}

// Others may be writing into them still.
void TemporaryFolders::remove_all() {
  constexpr int kTriesMax = 1000;
  const std::lock_guard lock{mutex_};
  for (const std::string& path : paths_)
    for (int tries = 0; tries < kTriesMax; ++tries) {
      std::error_code error;
      fs::remove_all(path, error);
      if (!fs::exists(fs::symlink_status(path, error))) break;
    }
}

std::string temporary_bundles() {
  std::error_code error;
  const fs::path place = fs::temp_directory_path(error);
  return (error ? fs::path{"/tmp"} : place) / "stafett-bundle-";
}

}  // namespace stafett::tools
