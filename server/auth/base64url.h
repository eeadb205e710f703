#pragma once
// Base64 with the alphabet of URLs and without padding, strict: one text per value.
//
// Source: RFC 4648 section 5, as JOSE uses it (RFC 7515 section 2).

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/bytes.h"

namespace stafett::server {

std::string to_base64url(ByteView bytes);
std::optional<Bytes> from_base64url(std::string_view text);

}  // namespace stafett::server
