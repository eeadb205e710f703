#include "server/groups/webhook_message.h"

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"

namespace stafett::server {

WebhookMessage webhook_message(const Hash& key, Position position, const boost::json::object& event,
                               TimeUs now) {
  WebhookMessage message;
  // Not the event's own id: two groups of one receiver are told of an event each for itself.
  const Hash name = crypto::hmac_sha256(
      key.view(), {as_bytes("stafett/webhook-id/v1"), big_endian(position.value())});
  message.id = "msg_" + to_hex(name.view().first(16));
  message.timestamp = std::to_string(now.value() / 1'000'000);
  message.body = boost::json::serialize(event);
  const Hash signature = crypto::hmac_sha256(
      key.view(), {as_bytes(message.id), as_bytes("."), as_bytes(message.timestamp), as_bytes("."),
                   as_bytes(message.body)});
  message.signature = "v1," + to_base64(signature.view());
  return message;
}

std::string webhook_secret(const Hash& key) {
  return "whsec_" + to_base64(key.view());
}

}  // namespace stafett::server
