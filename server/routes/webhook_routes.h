#pragma once
// The webhook of a consumer group: setting and removing it.

#include "server/groups/groups.h"
#include "server/groups/webhook_sender.h"
#include "server/http/router.h"

namespace stafett::server {

// All of them outlive the router.
void add_webhook_routes(Router& router, const LogSet& logs, const GroupsOfLogs& groups,
                        WebhookSender& sender);

}  // namespace stafett::server
