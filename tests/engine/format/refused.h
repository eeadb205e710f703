#pragma once
// Messages changed in one field, and what refuses them.

#include <capnp/blob.h>

#include <boost/test/unit_test.hpp>
#include <ostream>

#include "engine/base/result.h"

namespace stafett::format {

template <class Builder>
struct Changed {
  const char* name;
  void (*change)(Builder);
  Errc want;
};
template <class Builder>
std::ostream& operator<<(std::ostream& out, const Changed<Builder>& changed) {
  return out << changed.name;
}

// REQUIRES: size <= 512.
inline capnp::Data::Reader zeros(std::size_t size) {
  static const std::uint8_t bytes[512] = {};
  return {bytes, size};
}

template <auto decode>
void refused_by(ByteView bytes, Errc want) {
  const auto got = decode(bytes);
  BOOST_REQUIRE(!got);
  BOOST_TEST((got.error().code() == want), got.error().to_string());
}

}  // namespace stafett::format
