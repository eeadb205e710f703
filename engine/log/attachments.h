#pragma once
// Attachments: documents too large for a part. Sealed and stored chunk by chunk before the event
// that commits to them; without that event they are orphans, and the next open removes them.
//
// Threads:  any; one attachment of an event is written by one thread.
// Limits:   format::kAttachmentLengthMax; one chunk in memory at a time.

#include <functional>

#include "engine/format/part.h"
#include "engine/log/vault.h"
#include "engine/storage/store.h"

namespace stafett::log {

struct AttachmentPlace {
  storage::Store& store;
  Vault& vault;
  Random& random;
  const Hash& origin_hash;
};

// Fills the buffer as far as there are bytes, and says how many there were; 0 at the end.
using ReadSome = std::function<Result<std::size_t>(std::span<std::uint8_t>)>;
// What the event's intent then carries. Errors: too_large, conflict (the event has chunks already),
// those of `read`, io.
Result<format::PartCommitment> store_attachment(const AttachmentPlace& place, const EventId& event,
                                                const DomainId& domain, const ReadSome& read);

using WriteSome = std::function<Result<void>(ByteView)>;
// In order, each chunk checked before it is handed out. Errors: not_found (erased, or none),
// corrupt (not what was committed to), io.
Result<void> read_attachment(const AttachmentPlace& place, const EventId& event,
                             const DomainId& domain, const format::PartCommitment& promised,
                             const WriteSome& write);

// Whether the stored chunks are those that an event commits to.
Result<bool> attachment_is_stored(const storage::Reads& reads, const EventId& event,
                                  const format::PartCommitment& promised);

}  // namespace stafett::log
