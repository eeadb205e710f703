#pragma once
// EventBlocks: the bounded queue from the thread that scans the log to the worker of some cases.
//
// Threads: one pushes, one takes.
// Limits:  kBlocksMax blocks of about kBlockBytes waiting.

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/storage/reads.h"

namespace stafett::bti {

// Entries and their parts, copied out of the scan into one buffer.
class EventBlock final {
 public:
  struct Item {
    Position position;
    std::uint32_t stream;  // number in the rebuild's own list
    ByteView entry;        // into the block
    std::span<const storage::PartView> parts;
  };
  static constexpr std::size_t kBlockBytes = 256 * 1024;

  void add(Position position, std::uint32_t stream, ByteView entry,
           std::span<const storage::PartView> parts) {
    rows_.push_back({position, stream, static_cast<std::uint32_t>(bytes_.size()),
                     static_cast<std::uint32_t>(entry.size()),
                     static_cast<std::uint32_t>(parts_.size()),
                     static_cast<std::uint32_t>(parts.size())});
    append(bytes_, entry);
    for (const storage::PartView& part : parts) {
      parts_.push_back({part.part_class, static_cast<std::uint32_t>(bytes_.size()),
                        static_cast<std::uint32_t>(part.sealed.size())});
      append(bytes_, part.sealed);
    }
  }
  // All entries below this size have been given when this block has.
  std::optional<TreeSize> reaches;

  bool full() const { return bytes_.size() >= kBlockBytes; }
  bool empty() const { return rows_.empty(); }

  // In the order added. The views are the block's.
  template <class Visit>
  Result<void> for_each(Visit&& visit) const {
    std::vector<storage::PartView> parts;
    const ByteView all{bytes_};
    for (const Row& row : rows_) {
      parts.clear();
      for (std::size_t i = 0; i < row.part_count; ++i) {
        const Part& part = parts_[row.first_part + i];
        parts.push_back({part.part_class, all.subspan(part.offset, part.length)});
      }
      ENGINE_TRY_VOID(
          visit(Item{row.position, row.stream, all.subspan(row.offset, row.length), parts}));
    }
    return {};
  }

 private:
  struct Row {
    Position position;
    std::uint32_t stream, offset, length, first_part, part_count;
  };
  struct Part {
    std::uint8_t part_class;
    std::uint32_t offset, length;
  };
  Bytes bytes_;
  std::vector<Row> rows_;
  std::vector<Part> parts_;
};

class EventBlocks final {
 public:
  static constexpr std::size_t kBlocksMax = 8;

  // False: the worker has given up, nothing is taken any more.
  bool push(std::unique_ptr<EventBlock> block) {
    std::unique_lock lock{mutex_};
    wakes_.wait(lock, [&] { return blocks_.size() < kBlocksMax || given_up_; });
    if (given_up_) return false;
    blocks_.push_back(std::move(block));
    wakes_.notify_all();
    return true;
  }
  void close() {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    wakes_.notify_all();
  }
  std::unique_ptr<EventBlock> take() {  // null: closed and empty
    std::unique_lock lock{mutex_};
    wakes_.wait(lock, [&] { return closed_ || !blocks_.empty(); });
    if (blocks_.empty()) return nullptr;
    std::unique_ptr<EventBlock> block = std::move(blocks_.front());
    blocks_.pop_front();
    wakes_.notify_all();
    return block;
  }
  void give_up() {
    const std::lock_guard lock{mutex_};
    given_up_ = true;
    wakes_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable wakes_;
  std::deque<std::unique_ptr<EventBlock>> blocks_;  // Guarded by mutex_, all below too.
  bool closed_ = false;
  bool given_up_ = false;
};

}  // namespace stafett::bti
