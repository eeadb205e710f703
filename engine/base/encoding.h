#pragma once
// Text encodings, strict in both directions: one text per value, everything else is refused.
//
// Source: RFC 4648 section 4 (base64 with padding, zero pad bits) and section 8 (hex, lower case);
// RFC 9562 (UUID text form).

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/base/ids.h"

namespace stafett {

std::string to_hex(ByteView bytes);
std::optional<Bytes> from_hex(std::string_view text);  // lower case, even length
std::string to_base64(ByteView bytes);
std::optional<Bytes> from_base64(std::string_view text);  // canonical only

// Decimal without sign, leading zero or overflow.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

// 8-4-4-4-12 lower-case hex.
std::string to_uuid_text(ByteView bytes16);
std::optional<std::array<std::uint8_t, 16>> parse_uuid(std::string_view text);

// Well-formed UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

}  // namespace stafett
