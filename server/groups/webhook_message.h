#pragma once
// WebhookMessage: an event as it is pushed: a CloudEvent in structured form, signed.
//
// Source:  Standard Webhooks 1.0.0 (symmetric signatures, v1); CloudEvents 1.0.2, HTTP binding.
// Threads: pure functions and values.

#include <boost/json/object.hpp>
#include <string>

#include "engine/base/ids.h"

namespace stafett::server {

struct WebhookMessage {
  std::string id;         // of one event for one group: the same with every attempt
  std::string timestamp;  // of this attempt, seconds since 1970
  std::string signature;
  std::string body;
};

// `event`: a CloudEvent.
WebhookMessage webhook_message(const Hash& key, Position position, const boost::json::object& event,
                               TimeUs now);
// How the key is told to its receiver.
std::string webhook_secret(const Hash& key);

}  // namespace stafett::server
