#pragma once
// Events for a subscription from the log's own feed.
//
// Threads: as EventSource.

#include "server/native/event_source.h"

namespace stafett::server::native {

OpenSource from_feed();

}  // namespace stafett::server::native
