#pragma once
// DomainIndex: erasure domain -> number of its record in the key table, for hundreds of thousands
// of domains in at most 32 bytes each.
//
// Ids and kinds lie in record order; an open-addressing table of 32-bit record numbers, at most
// three quarters full, points into them. Ids are random, so their own bytes spread well.
//
// Threads: a value; the owner guards it.
// Limits:  kDomainsMax.

#include <optional>
#include <vector>

#include "engine/base/ids.h"

namespace stafett::log {

// Numbers are stored: append only.
enum class DomainKind : std::uint8_t {
  content = 1,    // a case's content
  access = 2,     // a case's accesses
  person = 3,     // a person's details
  audit = 4,      // the audit stream
  directory = 5,  // the directory
  index = 6,      // labels and other indexes
};
bool is_domain_kind(std::uint8_t value);

class DomainIndex final {
 public:
  static constexpr std::size_t kDomainsMax = std::size_t{1} << 27;

  // False: it is there already, or the index is full; nothing changes.
  bool add(const DomainId& id, DomainKind kind);
  std::optional<std::uint32_t> find(const DomainId& id) const;  // its record number
  std::size_t size() const { return ids_.size(); }
  const DomainId& id(std::size_t record) const { return ids_[record]; }
  DomainKind kind(std::size_t record) const { return kinds_[record]; }
  std::size_t memory_bytes() const;

 private:
  std::size_t place_of(const DomainId& id) const;  // of the id, or the free one where it belongs
  void grow();

  std::vector<DomainId> ids_;
  std::vector<DomainKind> kinds_;
  std::vector<std::uint32_t> table_;  // record number + 1; 0 is free; its size a power of two
};

}  // namespace stafett::log
