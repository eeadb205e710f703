#include "projections/profile/profile.h"

#include "engine/base/check.h"
#include "engine/crypto/sha256.h"
#include "projections/labels/labels.h"
#include "projections/profile/canonical_json.h"
#include "projections/profile/profile_keys.h"

namespace stafett::bti {

namespace json = boost::json;

[[noreturn]] void throw_exception_from_error(const ProfileFault&,
                                             const boost::source_location& at) {
  check_failed("the profile is there", at.file_name(), static_cast<int>(at.line()));
}

Profile::Profile() {
  constexpr std::string_view kLevels = "0123";
  for (std::size_t level = 0; level < level_names.size(); ++level) {
    const auto name = [&](Language language) {
      return std::string{label(LabelGroup::level, kLevels.substr(level, 1), language)};
    };
    level_names[level] = {name(Language::nb), name(Language::nn), name(Language::en)};
  }
}

namespace {

json::string_view json_view(std::string_view text) {
  return {text.data(), text.size()};
}

json::value period_json(Period period) {
  if (period.unit == Period::Unit::calendar_days) return period.count;
  return json::string(std::to_string(period.count) + "wd");
}

json::value level_names_json(const Profile& profile) {
  json::object out;
  constexpr std::string_view kLevels = "0123";
  for (std::size_t i = 0; i < profile.level_names.size(); ++i) {
    const LevelName& name = profile.level_names[i];
    out.emplace(json_view(kLevels.substr(i, 1)),
                json::object{{"en", name.en}, {"nb", name.nb}, {"nn", name.nn}});
  }
  return out;
}

json::value key_json(const Profile& profile, const KeyKind& kind) {
  struct Print {
    const Profile& profile;
    json::value operator()(Period Profile::*member) const { return period_json(profile.*member); }
    json::value operator()(bool Profile::*member) const { return profile.*member; }
    json::value operator()(const IntKey& key) const { return profile.*key.member; }
    json::value operator()(const ChoiceKey& key) const {
      return json::string(json_view(key.words[key.get(profile)]));
    }
    json::value operator()(LevelNamesKey) const { return level_names_json(profile); }
    json::value operator()(LanguagesKey) const {
      json::array out;
      for (const std::string& language : profile.languages) out.emplace_back(language);
      return out;
    }
    json::value operator()(ClosedDaysKey) const {
      json::array out;
      for (const Date day : profile.extra_closed_days) out.emplace_back(day.to_text());
      return out;
    }
  };
  return std::visit(Print{profile}, kind);
}

}  // namespace

json::object to_json(const Profile& profile) {
  json::object out;
  for (const ProfileKey& key : profile_keys())
    out.emplace(json_view(key.name), key_json(profile, key.kind));
  return out;
}

std::string canonical_json(const Profile& profile) {
  return canonical_json(to_json(profile));
}

Hash profile_digest(const Profile& profile) {
  return crypto::sha256(as_bytes(canonical_json(profile)));
}

}  // namespace stafett::bti
