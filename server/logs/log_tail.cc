#include "server/logs/log_tail.h"

namespace stafett::server {
namespace {

std::size_t bytes_of(const StoredEntry& one) {
  std::size_t bytes = one.entry.size();
  for (const storage::PartRow& part : one.parts) bytes += part.sealed.size();
  return bytes;
}

}  // namespace

std::vector<storage::PartView> StoredEntry::part_views() const {
  std::vector<storage::PartView> views;
  views.reserve(parts.size());
  for (const storage::PartRow& part : parts) views.push_back({part.part_class, part.sealed});
  return views;
}

StoredEntryPtr stored_entry(Position position, const log::StreamRecord& stream, ByteView entry,
                            std::span<const storage::PartView> parts) {
  auto stored = std::make_shared<StoredEntry>(
      StoredEntry{position, stream, Bytes(entry.begin(), entry.end()), {}});
  stored->parts.reserve(parts.size());
  for (const storage::PartView& part : parts)
    stored->parts.push_back({part.part_class, Bytes(part.sealed.begin(), part.sealed.end())});
  return stored;
}

Result<std::vector<StoredEntryPtr>> LogTail::between(TreeSize from, TreeSize end) {
  std::vector<StoredEntryPtr> found;
  if (from >= end || end.value() - from.value() > kEntriesMax) return found;
  const std::lock_guard lock{mutex_};
  if (size_ < from) {  // nobody has followed for a while
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
  return log_.store().scan_with_parts(
      Position{size_.value()}, Position{end.value()},
      [&](Position position, ByteView entry,
          std::span<const storage::PartView> parts) -> Result<storage::Scan> {
        ENGINE_TRY(stream, streams_.of(entry));
        entries_.push_back(stored_entry(position, stream, entry, parts));
        bytes_ += bytes_of(*entries_.back());
        size_ = size_after(position);
        drop_oldest();
        return storage::Scan::more;
      });
}

void LogTail::drop_oldest() {
  while (entries_.size() > kEntriesMax || bytes_ > kBytesMax) {
    bytes_ -= bytes_of(*entries_.front());
    entries_.pop_front();
  }
}

}  // namespace stafett::server
