#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <unordered_set>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"

namespace stafett {
BOOST_AUTO_TEST_SUITE(base_test)
namespace {

namespace data = boost::unit_test::data;

BOOST_DATA_TEST_CASE(base64_that_is_not_canonical_is_refused,
                     data::make({"A", "AA", "AAA", "AAAA=", "AB==", "AAB=", "A===", "AA=A", "AA A",
                                 "AA-_", "AAAA\n"}),
                     text) {
  BOOST_TEST(!from_base64(text));
}

BOOST_AUTO_TEST_CASE(base64_round_trips_at_every_length) {
  Bytes bytes;
  for (std::uint8_t i = 0; i < 100; ++i) {
    BOOST_TEST((from_base64(to_base64(bytes)) == bytes));
    bytes.push_back(static_cast<std::uint8_t>(i * 37));
  }
}

BOOST_DATA_TEST_CASE(a_time_of_another_form_is_refused,
                     data::make({"2026-02-24T09:00:00", "2026-02-24T09:00:00+00:00",
                                 "2026-02-24T09:00:00.5Z", "2026-02-29T09:00:00Z",
                                 "2026-02-24 09:00:00Z", "2026-02-24T24:00:00Z", "x"}),
                     text) {
  BOOST_TEST(!parse_time(text));
}

BOOST_AUTO_TEST_CASE(times_round_trip) {
  for (const char* text : {"2026-02-24T09:00:00Z", "2024-02-29T23:59:59.000001Z",
                           "1969-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z"})
    BOOST_TEST(to_text(parse_time(text).value()) == text);
}

BOOST_AUTO_TEST_CASE(decimals_have_one_form) {
  BOOST_TEST(parse_decimal("0").value() == 0u);
  BOOST_TEST(parse_decimal("18446744073709551615").value() == 18446744073709551615u);
  for (const char* text : {"", "00", "01", "-1", "+1", "1 ", "18446744073709551616"})
    BOOST_TEST(!parse_decimal(text));
}

BOOST_AUTO_TEST_CASE(malformed_utf8_is_seen) {
  BOOST_TEST(is_utf8("blåbær \xf0\x9f\x8c\xb1"));
  for (const char* text :
       {"\x80", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3"})
    BOOST_TEST(!is_utf8(text));
}

// Ids that somebody chose: counters at either end, and ends that are all alike.
BOOST_AUTO_TEST_CASE(chosen_ids_spread_over_the_buckets_of_a_map) {
  constexpr std::size_t kCount = 4096;
  for (const std::size_t counter_at : {0u, 7u, 8u, 14u}) {
    std::unordered_set<EventId, IdHash> ids;
    for (std::size_t n = 0; n < kCount; ++n) {
      EventId id;
      id.data()[counter_at] = static_cast<std::uint8_t>(n);
      id.data()[counter_at + 1] = static_cast<std::uint8_t>(n >> 8);
      ids.insert(id);
    }
    BOOST_REQUIRE(ids.size() == kCount);
    std::size_t fullest = 0;
    for (std::size_t b = 0; b < ids.bucket_count(); ++b)
      fullest = std::max(fullest, ids.bucket_size(b));
    BOOST_TEST(fullest < 16u, "counter at " << counter_at << ": " << fullest);
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett
