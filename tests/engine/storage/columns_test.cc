#include "engine/storage/columns.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "engine/base/encoding.h"
#include "engine/storage/checked_row.h"
#include "tests/engine/storage/sample_rows.h"

namespace stafett::storage {
BOOST_AUTO_TEST_SUITE(columns_test)
namespace {

using namespace stafett::storage::testing;

const EventId kEvent = *EventId::from(*from_hex("0197aabbccdd7eef8123456789abcdef"));
const StreamId kStream = *StreamId::from(*from_hex("000102030405060708090a0b0c0d0e0f"));

struct GoldenKey {
  const char* name;
  Bytes key;
  const char* hex;
};
std::ostream& operator<<(std::ostream& out, const GoldenKey& golden) {
  return out << golden.name;
}
template <std::size_t N>
Bytes bytes(const std::array<std::uint8_t, N>& key) {
  return {key.begin(), key.end()};
}

const GoldenKey kGolden[] = {
    {"entries", bytes(position_key(Position{258})), "0000000000000102"},
    {"parts", bytes(part_key(Position{258}, 3)), "000000000000010203"},
    {"attachments", bytes(chunk_key(kEvent, 49)), "0197aabbccdd7eef8123456789abcdef00000031"},
    {"streams", bytes(stream_key(kStream, 9999)), "000102030405060708090a0b0c0d0e0f0000270f"},
    {"tiles", bytes(tile_key(2, 0x0102030405060708)), "020102030405060708"},
    {"checkpoints", bytes(checkpoint_key(TreeSize{0xffffffffffffffff})), "ffffffffffffffff"},
    {"meta text", meta_key("format"), "74666f726d6174"},
    {"meta group", bytes(group_key(Position{1})), "670000000000000001"},
};

BOOST_DATA_TEST_CASE(key_has_its_golden_bytes, boost::unit_test::data::make(kGolden), golden) {
  BOOST_TEST(to_hex(golden.key) == golden.hex);
}

BOOST_AUTO_TEST_CASE(keys_read_back) {
  BOOST_TEST(*read_u64(position_key(Position{258})) == 258u);
  const auto part = read_part_key(part_key(Position{258}, 3));
  BOOST_TEST((part->position == Position{258} && part->part_class == 3));
  const auto chunk = read_chunk_key(chunk_key(kEvent, 49));
  BOOST_TEST((chunk->event == kEvent && chunk->chunk == 49));
  const auto stream = read_stream_key(stream_key(kStream, 9999));
  BOOST_TEST((stream->stream == kStream && stream->version == Version{9999}));
  const auto tile = read_tile_key(tile_key(2, 77));
  BOOST_TEST((tile->level == 2 && tile->index == 77));
  BOOST_TEST((read_group_key(group_key(Position{5})) == Position{5}));
}

BOOST_AUTO_TEST_CASE(keys_of_other_lengths_are_not_read) {
  for (std::size_t size = 0; size < 32; ++size) {
    const Bytes key(size, 'g');
    BOOST_TEST(read_u64(key).has_value() == (size == 8));
    BOOST_TEST(read_part_key(key).has_value() == (size == 9));
    BOOST_TEST(read_tile_key(key).has_value() == (size == 9));
    BOOST_TEST(read_group_key(key).has_value() == (size == 9));
    BOOST_TEST(read_chunk_key(key).has_value() == (size == 20));
    BOOST_TEST(read_stream_key(key).has_value() == (size == 20));
  }
  BOOST_TEST(!read_group_key(meta_key("12345678")).has_value());
}

BOOST_AUTO_TEST_CASE(column_names_are_the_ones_on_disk) {
  std::string names;
  for (const Column column : kColumns) names += std::string(column_name(column)) + " ";
  BOOST_TEST(names == "entries parts attachments streams events tiles labels checkpoints meta ");
}

BOOST_AUTO_TEST_CASE(checked_row_has_its_golden_bytes) {
  // SHA-256("labels" 00 0a0b 010203) = 2b21016cbbf84509...
  BOOST_TEST(to_hex(seal_row(Column::labels, Bytes{0x0a, 0x0b}, Bytes{1, 2, 3})) ==
             "0102032b21016cbbf84509");
}

BOOST_AUTO_TEST_CASE(any_flipped_bit_in_a_checked_row_is_seen) {
  const Bytes key{0x0a, 0x0b};
  const Bytes row = seal_row(Column::labels, key, Bytes{1, 2, 3});
  BOOST_TEST(to_hex(got(open_row(Column::labels, key, row))) == "010203");
  for (std::size_t bit = 0; bit < row.size() * 8; ++bit) {
    Bytes flipped = row;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << (bit % 8)));
    const auto opened = open_row(Column::labels, key, flipped);
    fails(opened, Errc::corrupt);
    BOOST_TEST(opened.error().detail().find("labels 0a0b") == 0u);
  }
}

BOOST_AUTO_TEST_CASE(checked_row_belongs_to_its_column_and_key) {
  const Bytes key{0x0a, 0x0b};
  const Bytes row = seal_row(Column::labels, key, Bytes{1, 2, 3});
  fails(open_row(Column::meta, key, row), Errc::corrupt);
  fails(open_row(Column::labels, Bytes{0x0a}, row), Errc::corrupt);
  fails(open_row(Column::labels, key, ByteView{row}.first(7)), Errc::corrupt);
  fails(open_row(Column::labels, key, ByteView{}), Errc::corrupt);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::storage
