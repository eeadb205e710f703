#include "server/native/sign_in_message.h"

#include "engine/base/check.h"

namespace stafett::server::native {

Bytes sign_in_message(const Hash& origin_hash, const Challenge& challenge, const KeyId& key,
                      ByteView binding) {
  constexpr std::string_view kContext{"stafett/sign-in/v1\0", 19};
  CHECK(binding.size() <= UINT8_MAX);
  Bytes message;
  append(message, as_bytes(kContext));
  append(message, origin_hash.view());
  append(message, challenge.view());
  append(message, key.view());
  message.push_back(static_cast<std::uint8_t>(binding.size()));
  append(message, binding);
  return message;
}

}  // namespace stafett::server::native
