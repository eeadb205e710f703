#pragma once
// Recording events as whoever has signed in.

#include "server/http/router.h"
#include "server/logs/log_set.h"

namespace stafett::server {

inline constexpr std::size_t kEventsAtOnceMax = 1000;

// The logs outlive the router.
void add_event_routes(Router& router, const LogSet& logs);

}  // namespace stafett::server
