#pragma once
// Documents of a case: taken with the event that names them, and given to whoever is shown that
// event whole.
//
// Source: docs/decisions/0013-attachments-before-the-event.md

#include "server/http/router.h"
#include "server/logs/log_set.h"

namespace stafett::server {

// Documents on their way in, and on their way out, at once; more are told to come again.
inline constexpr std::size_t kUploadsMax = 4;
inline constexpr std::size_t kDownloadsMax = 4;

// The logs outlive the router.
void add_attachment_routes(Router& router, const LogSet& logs);

}  // namespace stafett::server
