#pragma once
// Events of people who keep their own key: prepared here, signed there, committed here. The key
// itself is never sent.
//
// Source: docs/formats/intent.md, docs/formats/signed-groups.md

#include "server/http/router.h"
#include "server/logs/log_set.h"

namespace stafett::server {

// The logs outlive the router.
void add_own_key_routes(Router& router, const LogSet& logs);

}  // namespace stafett::server
