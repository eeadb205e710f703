#include "server/logs/stored_entry.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace stafett::server {

ByteView StoredBlock::copied(ByteView bytes) {
  auto* to = reinterpret_cast<std::uint8_t*>(room(bytes.size(), 1));
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  bytes_ += bytes.size();
  return {to, bytes.size()};
}

std::byte* StoredBlock::room(std::size_t bytes, std::size_t alignment) {
  const auto taken = [&]() -> std::byte* {
    void* at = left_.data();
    std::size_t space = left_.size();
    if (!std::align(alignment, bytes, at, space)) return nullptr;
    auto* const found = static_cast<std::byte*>(at);
    left_ = {found + bytes, space - bytes};
    return found;
  };
  if (std::byte* const found = taken()) return found;
  const std::size_t size = std::max(pieces_.empty() ? kFirstBytes : kPieceBytes, bytes + alignment);
  // Not value-initialized: it is written over.
  pieces_.push_back(std::unique_ptr<std::byte[]>{new std::byte[size]});
  left_ = {pieces_.back().get(), size};
  return taken();
}

void StoredBlock::add(Position position, const log::StreamRecord& stream, ByteView entry,
                      std::span<const storage::PartView> parts) {
  static_assert(std::is_trivially_destructible_v<storage::PartView>);
  storage::PartView* own = nullptr;
  if (!parts.empty())
    own =
        reinterpret_cast<storage::PartView*>(room(parts.size_bytes(), alignof(storage::PartView)));
  for (std::size_t i = 0; i < parts.size(); ++i)
    std::construct_at(&own[i], storage::PartView{parts[i].part_class, copied(parts[i].sealed)});
  entries_.push_back({position, stream, copied(entry), {own, parts.size()}});
}

}  // namespace stafett::server
