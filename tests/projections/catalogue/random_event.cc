#include "tests/projections/catalogue/random_event.h"

#include <algorithm>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "projections/calendar/calendar.h"
#include "projections/profile/profile.h"

namespace stafett::bti::test {

namespace json = boost::json;

namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t end) {
  return random() % end;
}
std::int64_t between(Random& random, std::int64_t first, std::int64_t last) {
  return first + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(last - first + 1));
}

std::string prose(Random& random, std::size_t count_max, bool many_lines) {
  static constexpr const char* kPieces[] = {"a",  "e",  "Å", "ø", "k", " ",
                                            "\"", "\\", "€", "🌱", "'"};
  std::string out = "t";
  for (std::size_t count = below(random, count_max); count > 0; --count)
    out += many_lines && below(random, 12) == 0 ? "\n" : kPieces[below(random, std::size(kPieces))];
  return out;
}

std::string numbered(std::string_view stem, std::size_t number) {
  return std::string{stem} + "-" + std::to_string(number);
}

std::string uuid(Random& random) {
  std::array<std::uint8_t, 16> bytes{};
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return to_uuid_text(bytes);
}

std::string digest(Random& random) {
  Bytes bytes(32);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return to_hex(bytes);
}

json::value profile_changes(Random& random) {
  const json::object all = to_json(Profile{});
  json::object out;
  for (const auto& member : all)
    if (below(random, 4) == 0) out.emplace(member.key(), member.value());
  return out;
}

json::value object_value(const FieldInfo& field, Random& random) {
  if (field.object == ObjectKind::profile) return profile_changes(random);
  json::object out;
  if (field.object == ObjectKind::lines) {
    for (const std::string_view key : field.object_keys)
      if (field.object_keys_required || below(random, 2) == 0)
        out.emplace(json::string_view{key.data(), key.size()}, prose(random, 30, false));
    return out;
  }
  for (std::size_t i = below(random, 4); i > 0; --i)
    out.emplace("figure" + std::to_string(i), between(random, 0, 1000));
  if (below(random, 2) == 0) out.emplace("by", json::object{{"school", nullptr}, {"share", 0.25}});
  return out;
}

json::value single_value(const FieldInfo& field, Random& random,
                         const RandomEventOptions& options) {
  switch (field.type) {
    case FieldType::LINE:
      return json::string(prose(random, 40, false));
    case FieldType::TEXT:
      return json::string(prose(random, options.text_max, true));
    case FieldType::DATE:
      return json::string(
          Date{static_cast<std::int32_t>(between(random, options.first_day, options.last_day))}
              .to_text());
    case FieldType::TIME: {
      const std::int64_t day = between(random, options.first_day, options.last_day);
      const std::int64_t us = between(random, 0, 86'399) * 1'000'000;
      return json::string(to_text(TimeUs{
          day * 86'400'000'000 + us + (below(random, 2) == 0 ? 0 : between(random, 1, 999'999))}));
    }
    case FieldType::BOOL:
      return below(random, 2) == 0;
    case FieldType::INT:
      return between(
          random, field.int_min,
          below(random, 4) == 0 ? field.int_max : std::min<std::int64_t>(field.int_max, 100));
    case FieldType::PERSON:
      return json::string(numbered("person", below(random, options.persons)));
    case FieldType::CASE:
      return json::string(numbered("case", below(random, 20)));
    case FieldType::EVENT:
      return json::string(uuid(random));
    case FieldType::SERVICE: {
      static constexpr const char* kServices[] = {"school", "ppt", "barnevern", "bup", "nav"};
      return json::string(kServices[below(random, std::size(kServices))]);
    }
    case FieldType::DIGEST:
      return json::string(digest(random));
    case FieldType::LANG: {
      static constexpr const char* kTags[] = {"nb", "nn", "en-GB", "so", "zh-Hant-TW", "se"};
      return json::string(kTags[below(random, std::size(kTags))]);
    }
    case FieldType::ENUMERATION: {
      const auto name = field.enum_values[1 + below(random, field.enum_values.size() - 1)];
      return json::string(json::string_view{name.data(), name.size()});
    }
    case FieldType::OBJECT:
      return object_value(field, random);
    default:
      return json::string(numbered(field.id_kind, below(random, options.local_ids)));
  }
}

json::value random_changes(Random& random, const RandomEventOptions& options, EventType type) {
  json::object out;
  const EventInfo* target = registry().find(type);
  if (target == nullptr) return out;
  for (const FieldInfo& field : target->fields) {
    if (field.fixed_in_corrections() || field.object == ObjectKind::changes) continue;
    if (below(random, 3) != 0) continue;
    json::value value = random_value(field, random, options);
    if (!field.required && below(random, 3) == 0) value = nullptr;
    out.emplace(json::string_view{field.name.data(), field.name.size()}, std::move(value));
  }
  return out;
}

}  // namespace

json::value random_value(const FieldInfo& field, Random& random,
                         const RandomEventOptions& options) {
  if (!field.list) return single_value(field, random, options);
  json::array out;
  for (std::size_t tries = below(random, 5) + (field.non_empty ? 1 : 0); tries > 0; --tries) {
    json::value item = single_value(field, random, options);
    if (std::find(out.begin(), out.end(), item) == out.end()) out.push_back(std::move(item));
  }
  return out;
}

json::object random_data(const EventInfo& event, Random& random, const RandomEventOptions& options,
                         EventType target_type, std::string_view target) {
  json::object out;
  const auto share = static_cast<std::uint64_t>(options.optional_share * 1000);
  for (const FieldInfo& field : event.fields) {
    if (!field.required && random() % 1000 >= share) continue;
    json::value value;
    if (field.object == ObjectKind::changes)
      value = random_changes(random, options, target_type);
    else if (event.type == EventType::ENTRY_CORRECTED && field.type == FieldType::EVENT)
      value = json::string(json::string_view{target.data(), target.size()});
    else
      value = random_value(field, random, options);
    out.emplace(json::string_view{field.name.data(), field.name.size()}, std::move(value));
  }
  return out;
}

}  // namespace stafett::bti::test
