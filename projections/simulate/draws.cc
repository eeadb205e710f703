#include "projections/simulate/draws.h"

#include <algorithm>

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/crypto/sha256.h"

namespace stafett::bti {

namespace {

// exp(0.6 z) in thousandths, z the middle of each of 40 equally likely parts of the normal
// distribution.
constexpr std::array<std::int32_t, 40> kLongTail = {
    261,  344,  398,  443,  483,  519,  554,  587,  620,  651,  683,  714,  746,  778,
    810,  842,  876,  910,  945,  981,  1019, 1058, 1099, 1142, 1187, 1235, 1286, 1341,
    1400, 1464, 1535, 1614, 1703, 1805, 1925, 2071, 2256, 2510, 2910, 3838};

}  // namespace

std::uint64_t sub_seed(std::uint64_t seed, std::string_view what, std::uint64_t number) {
  Bytes text;
  for (const auto byte : big_endian(seed)) text.push_back(byte);
  for (const auto byte : big_endian(number)) text.push_back(byte);
  for (const char c : what) text.push_back(static_cast<std::uint8_t>(c));
  const Hash hash = crypto::sha256(text);
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < 8; ++i) out = out << 8 | hash.data()[i];
  return out;
}

void Draws::fill(std::span<std::uint8_t> out) {
  for (std::uint8_t& byte : out) {
    if (used_ == kept_.size()) {
      source_.fill(kept_);
      used_ = 0;
    }
    byte = kept_[used_++];
  }
}

std::uint32_t Draws::below(std::uint32_t count) {
  CHECK(count > 0);
  std::array<std::uint8_t, 4> bytes;
  fill(bytes);
  std::uint64_t drawn = 0;
  for (const std::uint8_t byte : bytes) drawn = drawn << 8 | byte;
  return static_cast<std::uint32_t>(drawn * count >> 32);
}

std::int32_t Draws::between(std::int32_t first, std::int32_t last) {
  CHECK(first <= last);
  return first + static_cast<std::int32_t>(below(static_cast<std::uint32_t>(last - first) + 1));
}

std::size_t Draws::weighted(std::span<const std::uint32_t> weights) {
  std::uint32_t total = 0;
  for (const std::uint32_t weight : weights) total += weight;
  std::uint32_t left = below(total);
  std::size_t index = 0;
  while (left >= weights[index]) left -= weights[index++];
  return index;
}

std::int32_t Draws::long_tailed(std::int32_t median) {
  const std::int64_t scaled = std::int64_t{median} * pick(kLongTail) / 1000;
  // Within a fortieth all are alike: a tenth to either side fills the gaps.
  return static_cast<std::int32_t>(scaled * between(900, 1100) / 1000);
}

}  // namespace stafett::bti
