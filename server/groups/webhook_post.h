#pragma once
// Posting one message to a receiver.
//
// Source:  RFC 9112; Standard Webhooks 1.0.0 (no redirects, 2xx is success).
// Threads: one: the executor of whoever waits.
// Limits:  `deadline`, of the look-up of the name too; a header of kAnswerHeaderMax. The body of an
//          answer is not read.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>

#include "server/groups/webhook_hosts.h"
#include "server/groups/webhook_message.h"

namespace stafett::server {

inline constexpr std::uint32_t kAnswerHeaderMax = 8 * 1024;

// Trusts what this machine trusts. Errors: io.
Result<void> trust_this_machines_roots(boost::asio::ssl::context& trusted);

struct Posted {
  std::string failure;    // empty: taken (2xx). Else why not, for the list of parked events
  bool was_tried = true;  // false: its name was not found in time, maybe for another's that hangs
};
boost::asio::awaitable<Posted> post_webhook(WebUrl url, WebhookMessage message,
                                            std::chrono::milliseconds deadline,
                                            boost::asio::ssl::context& trusted);

}  // namespace stafett::server
