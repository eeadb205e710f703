#pragma once
// What people are shown of a municipality's profile, and hand in to change it: each key with its
// default and the version that gave it its value; what differs between two versions; changes from a
// file.
//
// Source:  docs/reference/profile.md
// Threads: any.

#include "projections/profile/profile.h"

namespace stafett::bti {

// {KEY: {"value","default","setBy","since"}}, every key. `setBy`: the version that gave the key the
// value it has; `since`: the day from which that version is in force, null for version 1.
// REQUIRES: the history has this version.
boost::json::object keys_with_origin(const ProfileHistory& history, std::uint32_t version);

// {KEY: {"from","to"}}, the keys whose values differ.
boost::json::object difference(const Profile& from, const Profile& to);

// The keys of a TOML file ("levelNames" as tables; dates as strings or TOML dates), not judged:
// what no key can be is null. Errors: malformed (not TOML).
Result<boost::json::object> changes_from_toml(std::string_view toml);

}  // namespace stafett::bti
