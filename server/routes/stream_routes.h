#pragma once
// Following events: those of one case, or of all cases that somebody may read.

#include "server/http/router.h"
#include "server/logs/log_set.h"

namespace stafett::server {

// The logs outlive the router.
void add_stream_routes(Router& router, const LogSet& logs);

}  // namespace stafett::server
