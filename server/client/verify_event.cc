#include "server/client/verify_event.h"

#include <algorithm>

#include "engine/transparency/tree.h"

namespace stafett::server::client {

Result<ReceivedEvent> verify_event(const Hash& origin_hash, Position position, Bytes entry,
                                   std::vector<format::OpenPart> openings) {
  const std::string where = "position " + std::to_string(position.value());
  Result<format::Entry> decoded = format::decode_entry(entry);
  if (!decoded) return Error{Errc::corrupt, where + ": " + decoded.error().detail()};
  const format::Intent& intent = decoded->intent;
  if (intent.origin_hash != origin_hash) return Error{Errc::corrupt, where + ": of another log"};
  for (const format::OpenPart& opening : openings) {
    const format::PartCommitment made = format::commit(opening, intent.event_id);
    const bool opens = std::ranges::any_of(intent.parts, [&](const format::PartCommitment& part) {
      return part.part_class == made.part_class && part.length == made.length &&
             part.commitment == made.commitment;
    });
    if (!opens) return Error{Errc::corrupt, where + ": an opening that opens nothing"};
  }
  const Hash leaf_hash = transparency::leaf_hash(entry);
  return ReceivedEvent{position,  std::move(entry),    std::move(*decoded),
                       leaf_hash, std::move(openings), std::nullopt};
}

}  // namespace stafett::server::client
