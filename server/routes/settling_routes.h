#pragma once
// Settling what a consumer group has handed out, and seeing to what it has parked.

#include "server/groups/groups.h"
#include "server/http/router.h"

namespace stafett::server {

inline constexpr std::size_t kSettleMax = 1000;  // deliveries or positions in one request
inline constexpr std::uint64_t kRetryAfterMaxS = 86'400;

// Logs and groups outlive the router.
void add_settling_routes(Router& router, const LogSet& logs, const GroupsOfLogs& groups);

}  // namespace stafett::server
