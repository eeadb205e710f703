#include "server/logs/log_tail.h"

namespace stafett::server {
namespace {

std::size_t bytes_of(const StoredEntry& one) {
  std::size_t bytes = one.entry.size();
  for (const storage::PartView& part : one.parts) bytes += part.sealed.size();
  return bytes;
}

}  // namespace

Result<std::vector<StoredEntryPtr>> LogTail::between(TreeSize from, TreeSize end) {
  std::vector<StoredEntryPtr> found;
  if (from >= end || end.value() - from.value() > kEntriesMax) return found;
  const std::lock_guard lock{mutex_};
  if (size_ < end && end.value() - size_.value() > kEntriesMax) {  // nobody has followed
    entries_.clear();
    bytes_ = 0;
    size_ = from;
  }
  if (size_ < end) ENGINE_TRY_VOID(read_until(end));
  if (from < begin()) return found;
  const auto first = entries_.begin() + static_cast<std::ptrdiff_t>(from.value() - begin().value());
  found.assign(first, first + static_cast<std::ptrdiff_t>(end.value() - from.value()));
  return found;
}

Result<void> LogTail::read_until(TreeSize end) {
  const auto block = std::make_shared<StoredBlock>();
  const Result<void> scanned = log_.store().scan_with_parts(
      Position{size_.value()}, Position{end.value()},
      [&](Position position, ByteView entry,
          std::span<const storage::PartView> parts) -> Result<storage::Scan> {
        ENGINE_TRY(stream, streams_.of(entry));
        block->add(position, stream, entry, parts);
        return storage::Scan::more;
      });
  for (std::size_t i = 0; i < block->count(); ++i) {
    entries_.push_back(StoredBlock::at(block, i));
    bytes_ += bytes_of(*entries_.back());
    size_ = size_after(entries_.back()->position);
    drop_oldest();
  }
  return scanned;
}

void LogTail::drop_oldest() {
  while (entries_.size() > kEntriesMax || bytes_ > kBytesMax) {
    bytes_ -= bytes_of(*entries_.front());
    entries_.pop_front();
  }
}

}  // namespace stafett::server
