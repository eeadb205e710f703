#pragma once
// GroupDefinition: what a group is made for, as its owner has said it.
//
// Threads: values.
// Limits:  a name of kGroupNameMax characters, kGroupTypesMax types.

#include <boost/json/value.hpp>
#include <set>
#include <string>

#include "server/content/recorded_read.h"

namespace stafett::server {

inline constexpr std::size_t kGroupNameMax = 64;
inline constexpr std::size_t kGroupTypesMax = 64;
inline constexpr std::size_t kReasonBytesMax = 500;

using GroupId = FixedBytes<16, struct GroupIdTag>;  // random

struct GroupDefinition {
  ReadPurpose purpose;
  std::set<std::string, std::less<>> types;  // empty: of all
  std::string from = "start";                // "start", "now", or the first position, in digits
  std::uint32_t lease_s = 30;                // for a member to answer; 1 to 3600
  std::uint32_t attempts = 10;               // then an event is parked; 1 to 1000
  std::uint32_t window = 256;                // events open at once; 1 to 1024
  friend bool operator==(const GroupDefinition& one, const GroupDefinition& other);
};

// {"purpose","visit","service"?,"types"?,"from"?: "start" | "now" | position,"lease"?,"attempts"?,
// "window"?}; nothing else.
// Errors: invalid_argument; the detail says what.
Result<GroupDefinition> parse_group_definition(const boost::json::value& json);
boost::json::object to_json(const GroupDefinition& definition);

// Letters in lower case, digits, '-', '_' and '.'; begins with a letter or digit.
bool is_group_name(std::string_view name);
// One line that is not empty, of kReasonBytesMax.
bool is_reason(std::string_view text);

}  // namespace stafett::server
