#pragma once
// StoredEntry: an entry as the log has it, with its sealed parts; many of them share a block of
// memory, which lives as long as one of them.
//
// Threads:  a block is filled by one; then read from any.

#include <memory>
#include <span>
#include <vector>

#include "engine/log/sealed_index.h"
#include "engine/storage/reads.h"

namespace stafett::server {

struct StoredEntry {
  Position position;
  log::StreamRecord stream;
  ByteView entry;
  std::span<const storage::PartView> parts;  // sealed
};
using StoredEntryPtr = std::shared_ptr<const StoredEntry>;

class StoredBlock final {
 public:
  void add(Position position, const log::StreamRecord& stream, ByteView entry,
           std::span<const storage::PartView> parts);
  std::size_t count() const { return entries_.size(); }
  std::size_t bytes() const { return bytes_; }

  static StoredEntryPtr at(const std::shared_ptr<const StoredBlock>& block, std::size_t index) {
    return {block, &block->entries_[index]};
  }

 private:
  ByteView copied(ByteView bytes);
  std::byte* room(std::size_t bytes, std::size_t alignment);

  // Such pieces the allocator keeps at hand; larger ones come from the system each time.
  static constexpr std::size_t kFirstBytes = 4 << 10, kPieceBytes = 64 << 10;
  std::vector<std::unique_ptr<std::byte[]>> pieces_;
  std::span<std::byte> left_;  // of the last piece
  std::vector<StoredEntry> entries_;
  std::size_t bytes_ = 0;
};

}  // namespace stafett::server
