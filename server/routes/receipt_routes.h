#pragma once
// Receipts of what is recorded, for those who recorded it.

#include "server/http/router.h"
#include "server/logs/log_set.h"

namespace stafett::server {

// The receipt of an event as its actor got it; nothing: no such event of that actor. Opens no
// content. `signature`: that the entry must have, too. Errors: corrupt, io.
Result<std::optional<boost::json::object>> receipt_of_own(
    ServedLog& log, const ActorId& actor, const EventId& event,
    const std::optional<crypto::Signature>& signature);

// The logs outlive the router.
void add_receipt_routes(Router& router, const LogSet& logs);

}  // namespace stafett::server
