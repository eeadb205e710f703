#pragma once
// What anybody may ask: checkpoint, hash tiles, proofs.

#include "server/http/router.h"
#include "server/logs/log_set.h"

namespace stafett::server {

// The logs outlive the router.
void add_public_routes(Router& router, const LogSet& logs);

}  // namespace stafett::server
