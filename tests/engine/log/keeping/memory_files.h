#pragma once
// MemoryFiles: a disk in memory that can fail at any operation, lose power, or rot.
//
// Each step that a real file system can stop between is counted. At the step chosen by fail_at()
// the operation fails, done or not done, and from then on every operation fails, as for a process
// that is going down. What is left is seen through after_kill() (the page cache lives) or
// after_power_cut() (only what was synced is certain).
//
// Threads: what Files promises; the rest by one thread.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/storage/files.h"

namespace stafett::log {

enum class Applied { no, partly, yes };    // what the failing operation still did
enum class Unsynced { lost, half, kept };  // what the power cut left of unsynced bytes

class MemoryFiles final : public storage::Files {
 public:
  struct Inode {
    Bytes bytes;
    std::size_t synced = 0;  // a prefix: files are only appended to
  };
  using Names = std::map<std::string, std::shared_ptr<Inode>>;

  Result<Bytes> read(const std::string& path, std::size_t bytes_max) override;
  Result<std::unique_ptr<storage::ReadFile>> open_read(const std::string& path) override;
  Result<std::unique_ptr<storage::AppendFile>> open_append(const std::string& path) override;
  Result<void> replace(const std::string& path, ByteView bytes) override;
  Result<void> truncate(const std::string& path, std::uint64_t size) override;
  Result<void> remove(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> destroy(const std::string& path) override;
  Result<void> make_directory(const std::string& path) override;
  Result<bool> exists(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Result<std::unique_ptr<storage::FileLock>> lock(const std::string& path) override;

  void fail_at(std::size_t step, Applied applied) {
    fail_at_ = steps_ + step;
    applied_ = applied;
  }
  bool failed() const { return failed_; }
  std::size_t steps() const { return steps_; }

  std::unique_ptr<MemoryFiles> after_kill() const;
  std::unique_ptr<MemoryFiles> after_power_cut(Unsynced unsynced) const;
  // Writes past every rule: rot, or a stranger's hand.
  Bytes& raw(const std::string& path) { return names_.at(path)->bytes; }
  void put(const std::string& path, Bytes bytes);

  // Called before every changing step: `work` is done when the step succeeds, `part` when it fails
  // half done. False: it failed.
  template <class Work, class Part>
  bool step(Work&& work, Part&& part) {
    const std::lock_guard lock{*mutex_};
    if (failed_) return false;
    if (fail_at_ && steps_ == *fail_at_) {
      failed_ = true;
      if (applied_ == Applied::yes) work();
      if (applied_ == Applied::partly) part();
      return false;
    }
    ++steps_;
    work();
    return true;
  }
  template <class Work>
  bool step(Work&& work) {
    return step(work, [] {});
  }

 private:
  std::shared_ptr<std::mutex> mutex_ = std::make_shared<std::mutex>();  // open files share it
  Names names_;
  Names durable_names_;
  std::size_t steps_ = 0;
  std::optional<std::size_t> fail_at_;
  Applied applied_ = Applied::no;
  bool failed_ = false;
};

}  // namespace stafett::log
