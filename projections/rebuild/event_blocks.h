#pragma once
// EventBlocks: the bounded queue from the thread that scans the log to the worker of some cases.
//
// The more of a case lies in one block, the warmer are its state and keys: so blocks are large, but
// the first ones, for which the workers wait.
//
// Threads: one pushes, one takes.
// Limits:  one block waits; a block that is full has the size given, and an event more.

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/storage/large_buffer.h"
#include "engine/storage/reads.h"

namespace stafett::bti {

// Entries and their parts, copied out of the scan into one buffer.
class EventBlock final {
 public:
  explicit EventBlock(std::size_t bytes) : bytes_(bytes + kEventBytesMax) {}

  struct Item {
    Position position;
    std::uint32_t case_number, stream;  // in the scan's own lists
    ByteView entry;                     // into the block
    std::span<const storage::PartView> parts;
  };
  void add(Position position, std::uint32_t case_number, std::uint32_t stream, ByteView entry,
           std::span<const storage::PartView> parts) {
    rows_.push_back({position, case_number, stream, static_cast<std::uint32_t>(bytes_.size()),
                     static_cast<std::uint32_t>(entry.size()),
                     static_cast<std::uint32_t>(parts_.size()),
                     static_cast<std::uint32_t>(parts.size())});
    bytes_.append(entry);
    for (const storage::PartView& part : parts) {
      parts_.push_back({part.part_class, static_cast<std::uint32_t>(bytes_.size()),
                        static_cast<std::uint32_t>(part.sealed.size())});
      bytes_.append(part.sealed);
    }
  }
  // All entries below this size have been given when this block has.
  std::optional<TreeSize> reaches;

  std::size_t bytes() const { return bytes_.size(); }
  void clear() {
    reaches.reset();
    bytes_.clear();
    rows_.clear();
    parts_.clear();
  }

  // Case by case, each in the order added. The views are the block's.
  template <class Visit>
  Result<void> for_each(Visit&& visit) {
    std::ranges::stable_sort(rows_, {}, &Row::case_number);
    std::vector<storage::PartView> parts;
    const ByteView all = bytes_.view();
    for (const Row& row : rows_) {
      parts.clear();
      for (std::size_t i = 0; i < row.part_count; ++i) {
        const Part& part = parts_[row.first_part + i];
        parts.push_back({part.part_class, all.subspan(part.offset, part.length)});
      }
      ENGINE_TRY_VOID(visit(Item{row.position, row.case_number, row.stream,
                                 all.subspan(row.offset, row.length), parts}));
    }
    return {};
  }

 private:
  // Room for the event that fills a block; a larger one moves all that is in it.
  static constexpr std::size_t kEventBytesMax = 2 * 1024 * 1024;
  struct Row {
    Position position;
    std::uint32_t case_number, stream, offset, length, first_part, part_count;
  };
  struct Part {
    std::uint8_t part_class;
    std::uint32_t offset, length;
  };
  storage::LargeBuffer bytes_;
  std::vector<Row> rows_;
  std::vector<Part> parts_;
};

class EventBlocks final {
 public:
  // False: the worker has given up, nothing is taken any more.
  bool push(std::unique_ptr<EventBlock> block) {
    std::unique_lock lock{mutex_};
    wakes_.wait(lock, [&] { return !waiting_ || given_up_; });
    if (given_up_) return false;
    waiting_ = std::move(block);
    wakes_.notify_all();
    return true;
  }
  void close() {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    wakes_.notify_all();
  }
  // Null: closed and empty.
  std::unique_ptr<EventBlock> take() {
    std::unique_lock lock{mutex_};
    wakes_.wait(lock, [&] { return closed_ || waiting_; });
    wakes_.notify_all();
    return std::move(waiting_);
  }
  // What the worker is done with, to be filled again: its memory is there already.
  void give_back(std::unique_ptr<EventBlock> block) {
    block->clear();
    const std::lock_guard lock{mutex_};
    spare_ = std::move(block);
  }
  std::unique_ptr<EventBlock> spare() {  // null: none
    const std::lock_guard lock{mutex_};
    return std::move(spare_);
  }
  void give_up() {
    const std::lock_guard lock{mutex_};
    given_up_ = true;
    wakes_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable wakes_;
  std::unique_ptr<EventBlock> waiting_;  // Guarded by mutex_, all below too.
  std::unique_ptr<EventBlock> spare_;
  bool closed_ = false;
  bool given_up_ = false;
};

}  // namespace stafett::bti
