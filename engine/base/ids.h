#pragma once
// Types that refuse mistakes: positions are not sizes, a stream id is not an event id.

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>

#include "engine/base/bytes.h"

namespace stafett {

template <class Tag>
class StrongU64 {
 public:
  constexpr StrongU64() = default;
  constexpr explicit StrongU64(std::uint64_t value) : value_(value) {}
  constexpr std::uint64_t value() const { return value_; }  // the only way out
  friend constexpr auto operator<=>(const StrongU64&, const StrongU64&) = default;

 private:
  std::uint64_t value_ = 0;
};
using Position = StrongU64<struct PositionTag>;  // 0-based place of one entry in the log
using TreeSize = StrongU64<struct TreeSizeTag>;  // a count: entries [0, size)
using Version = StrongU64<struct VersionTag>;    // 0-based place of one entry in its stream
constexpr TreeSize size_after(Position p) {
  return TreeSize{p.value() + 1};
}  // the only +1

// Fixed-size opaque bytes, ordered bytewise.
template <std::size_t N, class Tag>
class FixedBytes {
 public:
  static constexpr std::size_t kBytes = N;
  constexpr FixedBytes() = default;
  constexpr explicit FixedBytes(const std::array<std::uint8_t, N>& bytes) : bytes_(bytes) {}
  // Empty when `view` is not exactly N bytes.
  static std::optional<FixedBytes> from(ByteView view) {
    if (view.size() != N) return std::nullopt;
    FixedBytes out;
    std::memcpy(out.bytes_.data(), view.data(), N);
    return out;
  }
  ByteView view() const { return {bytes_.data(), N}; }
  std::uint8_t* data() { return bytes_.data(); }
  const std::uint8_t* data() const { return bytes_.data(); }
  const std::array<std::uint8_t, N>& array() const { return bytes_; }
  bool is_zero() const { return *this == FixedBytes{}; }
  friend auto operator<=>(const FixedBytes&, const FixedBytes&) = default;

 private:
  std::array<std::uint8_t, N> bytes_{};
};
using Hash = FixedBytes<32, struct HashTag>;            // SHA-256
using KeyId = FixedBytes<32, struct KeyIdTag>;          // SHA-256 of a public key
using EventId = FixedBytes<16, struct EventIdTag>;      // UUIDv7
using StreamId = FixedBytes<16, struct StreamIdTag>;    // random
using ActorId = FixedBytes<16, struct ActorIdTag>;      // random; a person's id inside the log
using SubjectId = FixedBytes<16, struct SubjectIdTag>;  // random; what streams belong to (a case)
using DomainId = FixedBytes<16, struct DomainIdTag>;    // random; an erasure domain

// Microseconds since 1970-01-01T00:00:00Z, UTC, without leap seconds.
class TimeUs {
 public:
  constexpr TimeUs() = default;
  constexpr explicit TimeUs(std::int64_t us) : us_(us) {}
  constexpr std::int64_t value() const { return us_; }
  friend constexpr auto operator<=>(const TimeUs&, const TimeUs&) = default;

 private:
  std::int64_t us_ = 0;
};

// For unordered maps over ids. Whoever hands in events chooses some of them, and must not be able
// to choose many that fall into one bucket: so the hash is keyed, anew in every process.
//
// Source: the folded 128-bit product of wyhash and its kin.
struct IdHash {
  template <std::size_t N, class Tag>
  std::size_t operator()(const FixedBytes<N, Tag>& id) const {
    static_assert(N % 16 == 0);
    std::uint64_t h = kKey[0];
    for (std::size_t at = 0; at < N; at += 16) {
      std::uint64_t a, b;
      std::memcpy(&a, id.data() + at, sizeof a);
      std::memcpy(&b, id.data() + at + 8, sizeof b);
      h = folded_product(a ^ h, b ^ kKey[1]);
    }
    return h;
  }

 private:
  static std::uint64_t folded_product(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{a} * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
  static const std::array<std::uint64_t, 2> kKey;
};

}  // namespace stafett
