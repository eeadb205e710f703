#pragma once
// The table of profile keys: name, type, range and the member that holds the value. Internal to the
// folder; sorted by name.

#include <boost/json/value.hpp>
#include <span>
#include <string_view>
#include <variant>

#include "projections/profile/profile.h"

namespace stafett::bti {

// A key of one of a few words; the member is an enum whose numbers are their indexes.
struct ChoiceKey {
  std::span<const std::string_view> words;
  std::size_t (*get)(const Profile&);
  void (*set)(Profile&, std::size_t);
};
struct IntKey {
  int Profile::*member;
  int min, max;
};
struct LevelNamesKey {};
struct LanguagesKey {};
struct ClosedDaysKey {};
using KeyKind = std::variant<Period Profile::*, bool Profile::*, IntKey, ChoiceKey, LevelNamesKey,
                             LanguagesKey, ClosedDaysKey>;

struct ProfileKey {
  std::string_view name;
  KeyKind kind;
};
std::span<const ProfileKey> profile_keys();
const ProfileKey* find_profile_key(std::string_view name);

}  // namespace stafett::bti
