#include "server/config/quantity.h"

#include <charconv>
#include <span>

namespace stafett::server {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};
// Smallest first.
constexpr Unit kTimes[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
constexpr Unit kSizes[] = {{"B", 1}, {"KiB", 1024}, {"MiB", 1024 * 1024}};
// No product with a factor overflows, and no setting is near it.
constexpr std::int64_t kNumberMax = 1'000'000'000'000;

std::optional<std::int64_t> parse(std::string_view text, std::span<const Unit> units) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0 || number > kNumberMax || text[0] == '-')
    return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  for (const Unit& unit : units)
    if (text == unit.name) return number * unit.factor;
  return std::nullopt;
}

std::string written(std::int64_t value, std::span<const Unit> units) {
  const Unit* best = &units[0];
  for (const Unit& unit : units)
    if (value != 0 && value % unit.factor == 0) best = &unit;
  return std::to_string(value / best->factor) + std::string{best->name};
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_time(std::string_view text) {
  const auto value = parse(text, kTimes);
  return value ? std::optional{std::chrono::milliseconds{*value}} : std::nullopt;
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  return parse(text, kSizes);
}

std::string time_text(std::chrono::milliseconds time) {
  if (time.count() == 0) return "0s";
  return written(time.count(), kTimes);
}

std::string size_text(std::int64_t bytes) {
  return written(bytes, kSizes);
}

}  // namespace stafett::server
