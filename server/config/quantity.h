#pragma once
// Times and sizes as people write them: "250ms", "60s", "15m", "1h"; "512B", "16KiB", "1MiB".

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stafett::server {

// Digits and a unit, nothing else; empty: it is not of that form, or too large to count.
std::optional<std::chrono::milliseconds> parse_time(std::string_view text);
std::optional<std::int64_t> parse_size(std::string_view text);
// In the largest unit that is exact.
std::string time_text(std::chrono::milliseconds time);
std::string size_text(std::int64_t bytes);

}  // namespace stafett::server
