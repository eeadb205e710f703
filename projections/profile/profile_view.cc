#include "projections/profile/profile_view.h"

#include "engine/base/check.h"

namespace stafett::bti {

namespace json = boost::json;

json::object keys_with_origin(const ProfileHistory& history, std::uint32_t version) {
  const std::vector<ProfileVersion>& versions = history.versions();
  CHECK(version >= 1 && version <= versions.size());
  std::vector<json::object> values;
  for (std::size_t i = 0; i < version; ++i) values.push_back(to_json(versions[i].profile));
  const json::object defaults = to_json(Profile{});
  json::object out;
  for (const auto& [key, value] : values.back()) {
    std::size_t origin = values.size() - 1;
    while (origin > 0 && values[origin - 1].at(key) == value) --origin;
    const json::value since =
        origin == 0 ? json::value(nullptr) : json::value(versions[origin].effective_from.to_text());
    out[key] = {{"value", value},
                {"default", defaults.at(key)},
                {"setBy", versions[origin].version},
                {"since", since}};
  }
  return out;
}

json::object difference(const Profile& from, const Profile& to) {
  const json::object before = to_json(from), after = to_json(to);
  json::object out;
  for (const auto& [key, value] : after)
    if (before.at(key) != value) out[key] = {{"from", before.at(key)}, {"to", value}};
  return out;
}

}  // namespace stafett::bti
