#include "engine/format/receipt.h"

#include <boost/test/unit_test.hpp>

#include "tests/engine/format/golden.h"

BOOST_AUTO_TEST_SUITE(receipt_test)

using namespace stafett;
using namespace stafett::format;

BOOST_AUTO_TEST_CASE(receipt_group_is_read_as_written) {
  const ReceiptGroup group{Position{100}, 0x01020304, golden::repeated<crypto::Signature>(7)};
  const Bytes bytes = encode(group);
  const ReceiptGroup read = decode_receipt_group(Position{100}, bytes).value();
  BOOST_TEST((read.first == group.first));
  BOOST_TEST(read.count == group.count);
  BOOST_TEST((read.signature == group.signature));
}

BOOST_AUTO_TEST_CASE(receipt_group_of_another_length_is_corrupt) {
  const Bytes bytes = encode(ReceiptGroup{Position{0}, 1, {}});
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto read = decode_receipt_group(Position{0}, ByteView{bytes}.first(length));
    BOOST_REQUIRE(!read);
    BOOST_TEST((read.error().code() == Errc::corrupt));
  }
  Bytes longer = bytes;
  longer.push_back(0);
  BOOST_TEST(!decode_receipt_group(Position{0}, longer));
}

BOOST_AUTO_TEST_CASE(receipt_group_of_nothing_is_corrupt) {
  const auto read = decode_receipt_group(Position{0}, Bytes(68));
  BOOST_REQUIRE(!read);
  BOOST_TEST((read.error().code() == Errc::corrupt));
}

BOOST_AUTO_TEST_CASE(receipt_is_bound_to_origin_place_count_and_root) {
  const Hash a = golden::repeated<Hash>(1), b = golden::repeated<Hash>(2);
  const Bytes message = receipt_message(a, Position{1}, 1, b);
  BOOST_TEST(message.size() == 20u + 32 + 8 + 4 + 32);
  BOOST_TEST((message != receipt_message(b, Position{1}, 1, b)));
  BOOST_TEST((message != receipt_message(a, Position{256}, 1, b)));
  BOOST_TEST((message != receipt_message(a, Position{1}, 256, b)));
  BOOST_TEST((message != receipt_message(a, Position{1}, 1, a)));
}

BOOST_AUTO_TEST_SUITE_END()
