#pragma once
// The name of an enumerant: in the schema it is the name in JSON.

#include <capnp/schema.h>

#include <string_view>

namespace stafett::bti {

// Empty: absent, or of the future.
template <class Enum>
std::string_view enum_name(Enum value) {
  const auto enumerants = capnp::Schema::from<Enum>().getEnumerants();
  const auto number = static_cast<unsigned>(value);
  if (number == 0 || number >= enumerants.size()) return {};
  const auto name = enumerants[number].getProto().getName();
  return {name.begin(), name.size()};
}

}  // namespace stafett::bti
