#pragma once
// Consumer groups: making, seeing and removing them, and taking their events.

#include "server/groups/groups.h"
#include "server/http/router.h"

namespace stafett::server {

inline constexpr std::size_t kTakeMax = 256;        // deliveries in one answer
inline constexpr std::uint64_t kTakeWaitMaxS = 30;  // seconds

// Logs and groups outlive the router.
void add_group_routes(Router& router, const LogSet& logs, const GroupsOfLogs& groups);

}  // namespace stafett::server
