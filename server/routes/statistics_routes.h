#pragma once
// The figures of a period: what is published, for everybody who is registered; all figures of any
// period, small numbers too, for administrators, auditors and data protection officers.

#include "server/http/router.h"
#include "server/logs/log_set.h"

namespace stafett::server {

// The logs outlive the router. Counting takes all cores: one count at a time.
void add_statistics_routes(Router& router, const LogSet& logs);

}  // namespace stafett::server
