#pragma once
// SealedCursor: where a list goes on, as one person carries it: sealed under a key of that person's
// own, always of one length for one list. It says nothing, cannot be made, and opens for nobody
// else.
//
// Threads:  any.
// Lifetime: the log outlives it; `context` too.

#include <string>
#include <string_view>

#include "engine/log/log.h"

namespace stafett::server {

class SealedCursor final {
 public:
  // `context`: of which list; text that no other list has.
  SealedCursor(log::Log& log, const ActorId& person, std::string_view context)
      : log_(log), person_(person), context_(context) {}

  std::string seal(ByteView place) const;
  // Errors: invalid_argument (not sealed for this person, list and log, of another length, or
  // changed since).
  Result<Bytes> open(std::string_view text, std::size_t place_bytes) const;

 private:
  void derive(std::span<std::uint8_t, 32> key) const;

  log::Log& log_;
  const ActorId person_;
  const std::string_view context_;
};

}  // namespace stafett::server
