#pragma once
// Cases as whoever has signed in may see them.

#include "server/http/router.h"
#include "server/logs/log_set.h"

namespace stafett::server {

// The logs outlive the router.
void add_case_routes(Router& router, const LogSet& logs);

}  // namespace stafett::server
