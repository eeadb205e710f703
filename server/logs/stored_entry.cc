#include "server/logs/stored_entry.h"

#include <cstring>

namespace stafett::server {

ByteView StoredBlock::copied(ByteView bytes) {
  auto* to = static_cast<std::uint8_t*>(memory_.allocate(bytes.size(), 1));
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  bytes_ += bytes.size();
  return {to, bytes.size()};
}

void StoredBlock::add(Position position, const log::StreamRecord& stream, ByteView entry,
                      std::span<const storage::PartView> parts) {
  std::pmr::polymorphic_allocator<storage::PartView> allocator{&memory_};
  storage::PartView* own = allocator.allocate(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i)
    allocator.construct(&own[i], storage::PartView{parts[i].part_class, copied(parts[i].sealed)});
  entries_.push_back({position, stream, copied(entry), {own, parts.size()}});
}

}  // namespace stafett::server
