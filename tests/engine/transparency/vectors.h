#pragma once
// The published known-good vectors (data/transparency.json) and conversions from them.

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>
#include <string>

#include "engine/base/encoding.h"
#include "engine/crypto/ed25519.h"
#include "engine/transparency/proof.h"

namespace stafett::transparency::vectors {

inline std::string read_data_file(const std::string& name) {
  std::ifstream in(std::string{STAFETT_SOURCE_DIR} + "/tests/engine/transparency/data/" + name,
                   std::ios::binary);
  BOOST_REQUIRE_MESSAGE(in, "cannot read " << name);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

inline const boost::json::object& all() {
  static const boost::json::value parsed = boost::json::parse(read_data_file("transparency.json"));
  return parsed.as_object();
}

inline std::string text(const boost::json::value& value) {
  return std::string{std::string_view{value.as_string()}};
}
inline Hash hash_from_base64(const boost::json::value& value) {
  return Hash::from(from_base64(text(value)).value()).value();
}
inline Hash hash_from_hex(const boost::json::value& value) {
  return Hash::from(from_hex(text(value)).value()).value();
}
inline Path path_from_base64(const boost::json::value& values) {
  Path path;
  for (const auto& value : values.as_array()) path.push_back(hash_from_base64(value));
  return path;
}
inline Path path_from_hex(const boost::json::value& values) {
  Path path;
  for (const auto& value : values.as_array()) path.push_back(hash_from_hex(value));
  return path;
}
inline std::uint64_t number(const boost::json::value& value) {
  return value.to_number<std::uint64_t>();
}
inline crypto::SigningKey key_from_hex(const boost::json::value& seed) {
  return crypto::SigningKey::from_seed(from_hex(text(seed)).value());
}

}  // namespace stafett::transparency::vectors
