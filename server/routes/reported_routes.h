#pragma once
// The de-identified feed, for reporting consumers.

#include "server/http/router.h"
#include "server/logs/log_set.h"

namespace stafett::server {

// The logs are all there, and outlive the router.
void add_reported_routes(Router& router, const LogSet& logs);

}  // namespace stafett::server
