#pragma once
// What a reader checks of an event before he believes it.
//
// Source:  docs/formats/entry.md, part.md.
// Threads: any.

#include "server/client/log_client.h"

namespace stafett::server::client {

// Errors: corrupt (not an entry, of another log, or an opening that opens nothing).
Result<ReceivedEvent> verify_event(const Hash& origin_hash, Position position, Bytes entry,
                                   std::vector<format::OpenPart> openings);

}  // namespace stafett::server::client
