#include "projections/profile/canonical_json.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <vector>

namespace stafett::bti {

namespace {

void append_value(const boost::json::value& value, std::string& out);

void append_object(const boost::json::object& object, std::string& out) {
  std::vector<const boost::json::key_value_pair*> members;
  members.reserve(object.size());
  for (const auto& member : object) members.push_back(&member);
  std::sort(members.begin(), members.end(),
            [](const auto* a, const auto* b) { return a->key() < b->key(); });
  out += '{';
  for (const auto* member : members) {
    if (member != members.front()) out += ',';
    out += boost::json::serialize(boost::json::string_view{member->key()});
    out += ':';
    append_value(member->value(), out);
  }
  out += '}';
}

void append_value(const boost::json::value& value, std::string& out) {
  if (const auto* object = value.if_object()) {
    append_object(*object, out);
  } else if (const auto* array = value.if_array()) {
    out += '[';
    bool first = true;
    for (const auto& item : *array) {
      if (!first) out += ',';
      first = false;
      append_value(item, out);
    }
    out += ']';
  } else {
    out += boost::json::serialize(value);
  }
}

}  // namespace

std::string canonical_json(const boost::json::value& value) {
  std::string out;
  append_value(value, out);
  return out;
}

std::string canonical_json(const boost::json::object& object) {
  std::string out;
  append_object(object, out);
  return out;
}

}  // namespace stafett::bti
