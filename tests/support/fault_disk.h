#pragma once
// A disk in memory that knows what is durable and what only seems to be, and that fails where it is
// told to. Files (fault_files.h) and RocksDB (fault_rocksdb.h) can share one, so that a power cut
// meets both at the same moment.
//
// The model: bytes are durable after a sync of their file, names after a sync of their directory.
// A power cut drops the rest, or keeps a part of it, as the seed has it: a torn prefix of each
// file's unsynced bytes; all unsynced names or none. A failed sync loses the bytes it was to save
// for good (they read well until the power goes, then as zeros), as Linux does.
//
// Threads: any.

#include <cstdint>
#include <iosfwd>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "tests/support/rounds.h"

namespace stafett::testing {

enum class Fault : std::uint8_t {
  none,
  power_cut,         // this operation happens or not; all later ones fail
  io_error,          // this operation fails; a write may leave a prefix behind
  no_space,          // this and all later writes and new files fail
  failed_persisted,  // this operation happens, and says that it failed
};
const char* fault_name(Fault fault);
std::ostream& operator<<(std::ostream& out, Fault fault);

struct FaultPlan {
  Fault fault = Fault::none;
  std::uint64_t at = 0;    // the operation, counted from 0 since the plan was set
  std::uint64_t seed = 1;  // decides what survives
};
std::ostream& operator<<(std::ostream& out, const FaultPlan& plan);

enum class Outcome : std::uint8_t { ok, missing, exists, locked, full, failed };

// The directory that a path lies in, whether it ends with '/' or not.
std::string parent_of(std::string path);

class FaultDisk final {
 public:
  struct Node {
    bool is_directory = false;
    Bytes current;          // what a program reads
    Bytes durable;          // what a power cut leaves for certain
    std::size_t clean = 0;  // current and durable are equal in [0, clean)
  };
  // An open file. Dies with the power.
  struct Handle {
    std::shared_ptr<Node> node;
    std::uint64_t life = 0;
  };

  explicit FaultDisk(FaultPlan plan = {});  // with the directory "/disk", durable

  // The test's side.
  bool fired() const;
  std::uint64_t operations() const;  // since the plan was set
  void set_plan(FaultPlan plan);
  void power_cycle(FaultPlan next = {});  // drops what does not survive; open files and locks die
  void damage(const std::string& path, std::size_t offset, std::uint8_t mask);  // a flipped bit
  // Every file's bytes, one after the other: to look for what must not be there.
  Bytes all_bytes() const;

  // The programs' side. Counted: whatever changes the disk.
  Outcome create(const std::string& path, bool empty_it, Handle& handle);  // or opens
  Outcome open(const std::string& path, Handle& handle);
  Outcome write(const Handle& handle, ByteView bytes);  // at the end
  Outcome sync(const Handle& handle);
  Outcome truncate(const Handle& handle, std::uint64_t size);
  Outcome read(const Handle& handle, std::uint64_t offset, std::size_t bytes, Bytes& out) const;
  std::uint64_t size(const Handle& handle) const;
  Outcome rename(const std::string& from, const std::string& to);
  Outcome link(const std::string& from, const std::string& to);
  Outcome remove(const std::string& path);
  Outcome make_directory(const std::string& path);
  Outcome sync_directory(const std::string& path);
  Outcome list(const std::string& path, std::vector<std::string>& names) const;  // sorted
  Outcome stat(const std::string& path, bool& is_directory) const;
  Outcome lock(const std::string& path);  // creates the file, not counted
  void unlock(const std::string& path);

 private:
  enum class Operation : std::uint8_t { write, create, sync, other };
  struct Verdict {
    bool apply;
    Outcome outcome;
  };
  using Names = std::map<std::string, std::shared_ptr<Node>>;

  Verdict next(Operation operation);
  bool coin() { return (random_() & 1u) != 0; }
  bool alive(const Handle& handle) const { return !off_ && handle.life == life_; }
  bool survives(const std::string& path) const;

  mutable std::mutex mutex_;  // guards all below
  FaultPlan plan_;
  std::mt19937_64 random_;
  std::uint64_t operations_ = 0;
  std::uint64_t life_ = 1;
  bool fired_ = false;
  bool off_ = false;
  Names names_;
  Names durable_names_;
  std::set<std::string> locks_;
};

}  // namespace stafett::testing
