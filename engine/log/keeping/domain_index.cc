#include "engine/log/keeping/domain_index.h"

namespace stafett::log {

bool is_domain_kind(std::uint8_t value) {
  return value >= static_cast<std::uint8_t>(DomainKind::content) &&
         value <= static_cast<std::uint8_t>(DomainKind::index);
}

std::size_t DomainIndex::place_of(const DomainId& id) const {
  const std::size_t mask = table_.size() - 1;
  std::size_t place = IdHash{}(id)&mask;
  while (table_[place] != 0 && ids_[table_[place] - 1] != id) place = (place + 1) & mask;
  return place;
}

std::optional<std::uint32_t> DomainIndex::find(const DomainId& id) const {
  if (table_.empty()) return std::nullopt;
  const std::uint32_t entry = table_[place_of(id)];
  if (entry == 0) return std::nullopt;
  return entry - 1;
}

void DomainIndex::grow() {
  // By an eighth: doubling would leave half of the memory unused.
  if (ids_.size() == ids_.capacity()) {
    const std::size_t capacity = ids_.size() + ids_.size() / 8 + 64;
    ids_.reserve(capacity);
    kinds_.reserve(capacity);
  }
  if (4 * (ids_.size() + 1) <= 3 * table_.size()) return;
  table_.assign(table_.empty() ? 64 : 2 * table_.size(), 0);
  for (std::size_t record = 0; record < ids_.size(); ++record)
    table_[place_of(ids_[record])] = static_cast<std::uint32_t>(record + 1);
}

bool DomainIndex::add(const DomainId& id, DomainKind kind) {
  if (ids_.size() == kDomainsMax) return false;
  grow();
  const std::size_t place = place_of(id);
  if (table_[place] != 0) return false;
  ids_.push_back(id);
  kinds_.push_back(kind);
  table_[place] = static_cast<std::uint32_t>(ids_.size());
  return true;
}

std::size_t DomainIndex::memory_bytes() const {
  return ids_.capacity() * sizeof(DomainId) + kinds_.capacity() * sizeof(DomainKind) +
         table_.capacity() * sizeof(std::uint32_t);
}

}  // namespace stafett::log
