#include "server/config/toml_section.h"

#include "server/config/quantity.h"

namespace stafett::server {

void TomlSource::fault(const toml::source_position& at, const std::string& key,
                       const std::string& what) {
  std::string place = name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  faults.push_back(std::move(place) + ": " + (key.empty() ? "" : key + ": ") + what);
}

const toml::node* TomlSection::take(std::string_view key) {
  known_.emplace(key);
  const toml::node* node = table_.get(key);
  if (node)
    provenance_[prefix_ + std::string{key}] = {source_.from,
                                               static_cast<unsigned>(node->source().begin.line)};
  return node;
}

void TomlSection::fault(std::string_view key, const std::string& what) {
  source_.fault(table_.get(key)->source().begin, prefix_ + std::string{key}, what);
}

const std::string* TomlSection::take_text(std::string_view key, const std::string& what) {
  const toml::node* node = take(key);
  if (!node) return nullptr;
  const auto* value = node->as_string();
  if (!value || value->get().empty() || value->get().find('\0') != std::string::npos) {
    fault(key, "is " + what);
    return nullptr;
  }
  return &value->get();
}

void TomlSection::text(std::string_view key, std::string& value, std::string_view what) {
  if (const std::string* found = take_text(key, "a text, " + std::string{what})) value = *found;
}

void TomlSection::texts(std::string_view key, std::vector<std::string>& values,
                        std::size_t count_max, std::string_view what) {
  const toml::node* node = take(key);
  if (!node) return;
  const toml::array* found = node->as_array();
  std::vector<std::string> all;
  if (found && found->size() <= count_max)
    for (const toml::node& one : *found)
      if (const auto* text = one.as_string()) all.push_back(text->get());
  if (!found || all.size() != found->size())
    return fault(key, "is a list of texts, each " + std::string{what} + "; at most " +
                          std::to_string(count_max));
  values = std::move(all);
}

void TomlSection::path(std::string_view key, std::string& value) {
  const std::string* found = take_text(key, "the path of a file or folder");
  if (found) value = (source_.folder / *found).lexically_normal().string();
}

void TomlSection::number(std::string_view key, std::int64_t& value, Bounds bounds) {
  const toml::node* node = take(key);
  if (!node) return;
  const auto* found = node->as_integer();
  if (!found || found->get() < bounds.min || found->get() > bounds.max)
    fault(key, "is a whole number from " + std::to_string(bounds.min) + " to " +
                   std::to_string(bounds.max));
  else
    value = found->get();
}

void TomlSection::bytes(std::string_view key, std::int64_t& value, Bounds bounds) {
  const std::string what = "a size from \"" + size_text(bounds.min) + "\" to \"" +
                           size_text(bounds.max) + "\" (B, KiB, MiB)";
  const std::string* text = take_text(key, what);
  if (!text) return;
  const auto found = parse_size(*text);
  if (!found || *found < bounds.min || *found > bounds.max)
    fault(key, "is " + what);
  else
    value = *found;
}

void TomlSection::duration(std::string_view key, std::chrono::milliseconds& value, Bounds bounds,
                           std::int64_t unit) {
  using std::chrono::milliseconds;
  const std::string what = "a time from \"" + time_text(milliseconds{bounds.min}) + "\" to \"" +
                           time_text(milliseconds{bounds.max}) + "\" (" +
                           (unit == 1 ? "ms, " : "") + "s, m, h)";
  const std::string* text = take_text(key, what);
  if (!text) return;
  const auto found = parse_time(*text);
  if (!found || found->count() < bounds.min || found->count() > bounds.max ||
      found->count() % unit != 0)
    fault(key, "is " + what);
  else
    value = *found;
}

void TomlSection::end() {
  for (const auto& [key, node] : table_)
    if (!known_.contains(key.str()))
      source_.fault(key.source().begin, prefix_ + std::string{key.str()}, "there is no such key");
}

}  // namespace stafett::server
