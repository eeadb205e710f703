#include "tools/breach_file.h"

#include <toml++/toml.h>

#include <boost/json.hpp>
#include <charconv>

#include "engine/storage/files.h"
#include "projections/simulate/planters.h"

namespace stafett::tools {
namespace {

constexpr std::size_t kBreachFileBytesMax = std::size_t{1} << 16;
constexpr int kNoRule = 0;

// The number of "F07"; kNoRule: it is no rule that can be planted.
int rule_of(std::string_view key) {
  int rule = kNoRule;
  if (key.size() != 3 || key[0] != 'F') return kNoRule;
  const auto [end, error] = std::from_chars(key.data() + 1, key.data() + key.size(), rule);
  const bool known = error == std::errc{} && end == key.data() + key.size() && rule >= 1 &&
                     rule <= bti::kRules && bti::planter_of(rule) != nullptr;
  return known ? rule : kNoRule;
}

class Reader final {
 public:
  Result<void> take(std::string_view key, std::optional<std::int64_t> value) {
    const bool is_default = key == "default";
    const int rule = is_default ? kNoRule : rule_of(key);
    if (!is_default && rule == kNoRule)
      return Error{Errc::invalid_argument, std::string{key} + " is no rule that can be planted"};
    if (!value || *value < 0 || *value > bti::kCertain)
      return Error{Errc::invalid_argument, std::string{key} + " is a whole number, 0 to 10000"};
    const auto chance = static_cast<bti::Chance>(*value);
    if (is_default)
      default_ = chance;
    else
      named_.emplace_back(rule, chance);
    return {};
  }
  bti::Breaches done() const {
    bti::Breaches out;
    for (int rule = 1; rule <= bti::kRules; ++rule)
      if (bti::planter_of(rule)) out.chances[static_cast<std::size_t>(rule)] = default_;
    for (const auto& [rule, chance] : named_) out.chances[static_cast<std::size_t>(rule)] = chance;
    return out;
  }

 private:
  bti::Chance default_ = 0;
  std::vector<std::pair<int, bti::Chance>> named_;
};

Result<bti::Breaches> from_json(std::string_view text) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  if (error || !value.is_object())
    return Error{Errc::invalid_argument, "the breaches are no JSON object"};
  Reader reader;
  for (const auto& [key, chance] : value.get_object()) {
    const std::int64_t* number = chance.if_int64();
    ENGINE_TRY_VOID(
        reader.take({key.data(), key.size()}, number ? std::optional(*number) : std::nullopt));
  }
  return reader.done();
}

Result<bti::Breaches> from_toml(std::string_view text) {
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return Error{Errc::invalid_argument, "line " + std::to_string(error.source().begin.line) +
                                             ": " + std::string{error.description()}};
  }
  Reader reader;
  for (const auto& [key, chance] : table) {
    const auto* number = chance.as_integer();
    ENGINE_TRY_VOID(reader.take(key.str(), number ? std::optional(number->get()) : std::nullopt));
  }
  return reader.done();
}

}  // namespace

Result<bti::Breaches> read_breaches(const std::string& path) {
  ENGINE_TRY(bytes, storage::posix_files().read(path, kBreachFileBytesMax));
  const std::string_view text = as_text(bytes);
  return path.ends_with(".json") ? from_json(text) : from_toml(text);
}

}  // namespace stafett::tools
