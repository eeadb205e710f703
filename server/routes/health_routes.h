#pragma once
// Whether the server lives, and whether its logs can be used.

#include "server/http/router.h"
#include "server/logs/log_set.h"

namespace stafett::server {

// The logs outlive the router.
void add_health_routes(Router& router, const LogSet& logs);

}  // namespace stafett::server
