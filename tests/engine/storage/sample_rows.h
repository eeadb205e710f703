#pragma once
// Groups made of numbers alone, so that a test can tell what a database must hold from its size.

#include <boost/test/unit_test.hpp>
#include <string>

#include "engine/storage/store.h"

namespace stafett::storage::testing {

inline constexpr std::uint64_t kSampleStreams = 3;

template <class Id>
Id sample_id(std::uint8_t tag, std::uint64_t number) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[0] = tag;
  const auto tail = big_endian(number);
  std::copy(tail.begin(), tail.end(), bytes.begin() + 8);
  return Id{bytes};
}
inline EventId sample_event(std::uint64_t number) {
  return sample_id<EventId>(0xe0, number);
}
inline StreamId sample_stream(std::uint64_t number) {
  return sample_id<StreamId>(0x50, number % kSampleStreams);
}
inline Bytes sample_bytes(std::string_view what, std::uint64_t number, std::size_t size = 40) {
  Bytes bytes = Bytes(as_bytes(what).begin(), as_bytes(what).end());
  append(bytes, as_bytes(std::to_string(number)));
  bytes.resize(size, static_cast<std::uint8_t>(number));
  return bytes;
}
inline Bytes sample_entry(std::uint64_t position) {
  return sample_bytes("entry", position, 300);
}

// Position p has p % 4 parts, of classes 1, 2, 3.
inline std::vector<PartRow> sample_parts(std::uint64_t position) {
  std::vector<PartRow> parts;
  for (std::uint8_t c = 1; c <= position % 4; ++c)
    parts.push_back({c, sample_bytes("part", position * 10 + c, 100)});
  return parts;
}

inline SealedBatch sample_group(std::uint64_t first, std::uint64_t count) {
  SealedBatch group;
  group.first = Position{first};
  for (std::uint64_t p = first; p < first + count; ++p)
    group.entries.push_back(EntryRow{sample_entry(p), sample_stream(p), Version{p / kSampleStreams},
                                     sample_event(p), sample_parts(p)});
  if (count > 0) group.receipt_group = sample_bytes("group", first);
  return group;
}

// Fails the test unless the store holds exactly the sample entries [0, size) and all that hangs
// on them.
void check_samples(const Reads& reads, std::uint64_t size);

template <class T>
std::string why(const Result<T>& result) {
  return result ? "" : result.error().to_string();
}
template <class T>
T& got(Result<T>& result) {
  BOOST_REQUIRE_MESSAGE(result.has_value(), why(result));
  return *result;
}
template <class T>
T got(Result<T>&& result) {
  BOOST_REQUIRE_MESSAGE(result.has_value(), why(result));
  return std::move(*result);
}
inline void ok(const Result<void>& result) {
  BOOST_REQUIRE_MESSAGE(result.has_value(), why(result));
}
template <class T>
void fails(const Result<T>& result, Errc want) {
  BOOST_REQUIRE(!result.has_value());
  BOOST_TEST(errc_name(result.error().code()) == errc_name(want), result.error().to_string());
}

}  // namespace stafett::storage::testing
