#include "server/logs/log_tail.h"

namespace stafett::server {
namespace {

std::size_t bytes_of(const StoredEntry& one) {
  std::size_t bytes = one.entry.size();
  for (const storage::PartView& part : one.parts) bytes += part.sealed.size();
  return bytes;
}

}  // namespace

Result<StoredEntries> LogTail::between(TreeSize from, TreeSize end) {
  static const auto kNone = std::make_shared<const std::vector<StoredEntryPtr>>();
  if (from >= end || end.value() - from.value() > kEntriesMax) return kNone;
  const std::lock_guard lock{mutex_};
  if (size_ < end && end.value() - size_.value() > kEntriesMax) {  // nobody has followed
    entries_.clear();
    bytes_ = 0;
    size_ = from;
  }
  if (size_ < end) {
    newest_.reset();
    ENGINE_TRY_VOID(read_until(end));
  }
  if (newest_ && end == size_ && from == newest_from_) return newest_;
  if (from < begin()) return kNone;
  const auto first = entries_.begin() + static_cast<std::ptrdiff_t>(from.value() - begin().value());
  auto found = std::make_shared<const std::vector<StoredEntryPtr>>(
      first, first + static_cast<std::ptrdiff_t>(end.value() - from.value()));
  if (end == size_) {
    newest_ = found;
    newest_from_ = from;
  }
  return StoredEntries{std::move(found)};
}

void LogTail::forget() {
  const std::lock_guard lock{mutex_};
  entries_.clear();
  newest_.reset();
  bytes_ = 0;
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
