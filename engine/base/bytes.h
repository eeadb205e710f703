#pragma once
// Byte views and buffers, and the few conversions that everything shares.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stafett {

using ByteView = std::span<const std::uint8_t>;  // borrowed: never outlives the buffer
using Bytes = std::vector<std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline void append(Bytes& to, ByteView bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

// Fixed-width integers. Big-endian in keys (so that byte order is number order), little-endian
// where a signed message says so.
template <class Int>
inline std::array<std::uint8_t, sizeof(Int)> big_endian(Int value) {
  std::array<std::uint8_t, sizeof(Int)> out{};
  for (std::size_t i = 0; i < sizeof(Int); ++i)
    out[i] = static_cast<std::uint8_t>(value >> (8 * (sizeof(Int) - 1 - i)));
  return out;
}
template <class Int>
inline std::array<std::uint8_t, sizeof(Int)> little_endian(Int value) {
  std::array<std::uint8_t, sizeof(Int)> out{};
  for (std::size_t i = 0; i < sizeof(Int); ++i)
    out[i] = static_cast<std::uint8_t>(value >> (8 * i));
  return out;
}
// REQUIRES: bytes.size() >= sizeof(Int); reads the first sizeof(Int).
template <class Int>
inline Int from_big_endian(ByteView bytes) {
  Int value = 0;
  for (std::size_t i = 0; i < sizeof(Int); ++i) value = static_cast<Int>((value << 8) | bytes[i]);
  return value;
}

}  // namespace stafett
