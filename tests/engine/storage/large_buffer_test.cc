#include "engine/storage/large_buffer.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

namespace stafett::storage {
BOOST_AUTO_TEST_SUITE(large_buffer_test)
namespace {

BOOST_AUTO_TEST_CASE(a_large_buffer_stays_where_it_is_until_it_is_full) {
  constexpr std::size_t kCapacity = 3'000'000;
  Bytes piece(100'000);
  for (std::size_t i = 0; i < piece.size(); ++i) piece[i] = static_cast<std::uint8_t>(i * 37);
  LargeBuffer buffer{kCapacity};
  buffer.append({});
  BOOST_TEST(buffer.view().empty());
  for (int life = 0; life < 2; ++life) {  // the second in memory that was written before
    Bytes all;
    const auto add = [&] {
      buffer.append(piece);
      append(all, piece);
    };
    add();
    const std::uint8_t* const place = buffer.view().data();
    while (buffer.size() + piece.size() <= kCapacity) add();
    BOOST_TEST(buffer.view().data() == place);
    for (int more = 0; more < 60; ++more) add();
    BOOST_TEST(std::ranges::equal(buffer.view(), all));
    buffer.clear();
    BOOST_TEST(buffer.size() == 0u);
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::storage
