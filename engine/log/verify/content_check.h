#pragma once
// ContentCheck: an entry's sealed parts and attachments against what it promises; with keys, the
// plaintexts against their commitments.
//
// Threads:  any.
// Lifetime: everything referred to outlives it.

#include "engine/log/verify/block.h"
#include "engine/log/verify/findings.h"

namespace stafett::log {

struct CheckPlace;

class ContentCheck final {
 public:
  explicit ContentCheck(const CheckPlace& place) : place_(place) {}
  // Counts into the block.
  void check(const format::Entry& entry, Position position, std::span<const Block::Part> parts,
             Block& block) const;

 private:
  // Of a part or attachment: as promised, or missing, or something else.
  enum class Found { intact, missing, other };
  Found attachment(const EventId& event, const Hash& root) const;
  void missing(Position position, format::PartClass part_class, Block& block) const;
  void open(const format::Entry& entry, Position position, format::PartClass part_class,
            const Hash& commitment, ByteView sealed) const;

  const CheckPlace& place_;
};

const char* class_name(format::PartClass part_class);

}  // namespace stafett::log
