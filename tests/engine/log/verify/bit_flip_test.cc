// Whoever flips any bit of any stored value with RocksDB's own tool is found out, without any key.
// The small round takes a few bits of every value; STAFETT_ROUNDS=full takes every bit.

#include "engine/crypto/sha256.h"
#include "engine/transparency/group_path.h"
#include "tests/engine/log/verify/forgery.h"
#include "tests/support/rounds.h"

namespace stafett::log::verify_testing {
BOOST_AUTO_TEST_SUITE(verify_bit_flip_test)
namespace {

using storage::Column;

// Something in every column but tiles.
void fill(TestLog& log) {
  Unsigned attached = log.event(log.new_stream());
  const Bytes chunk(20, 5);
  BOOST_REQUIRE(log.log().store().put_chunk(attached.event, 0, chunk, storage::Sync::yes));
  attached.attachments.push_back(
      {format::PartClass::attachment, 20, transparency::leaf_hash(chunk)});
  log.append(std::move(attached), log.signer());
  BOOST_REQUIRE(log.log().checkpoint_now());
  std::vector<Unsigned> group;
  for (int i = 0; i < 3; ++i) group.push_back(log.event(log.new_stream()));
  log.book().to_refuse.insert(group[1].event);  // a refusal by event id
  log.append_group(std::move(group), log.signer());
  log.close();
}

// Every bit, or about eight of each value that differ from run to run of the columns.
std::vector<std::size_t> bits_of(std::size_t bytes, Random& random) {
  std::vector<std::size_t> bits;
  if (stafett::testing::full_rounds()) {
    for (std::size_t bit = 0; bit < bytes * 8; ++bit) bits.push_back(bit);
    return bits;
  }
  bits = {0, bytes * 8 - 1};
  for (int i = 0; i < 2; ++i) {
    std::array<std::uint8_t, 4> drawn;
    random.fill(drawn);
    bits.push_back(from_big_endian<std::uint32_t>(drawn) % (bytes * 8));
  }
  return bits;
}

VerifyReport verify_store(storage::Store& store, TestLog& log,
                          const Result<std::unique_ptr<Guard>>& guard) {
  VerifyOptions options;
  options.threads = 1;
  auto report = verify({store, log.random(), &guard, nullptr, {}}, options);
  BOOST_REQUIRE(report);
  return std::move(*report);
}

void flip_bits(TestLog& log, std::span<const Column> columns) {
  const auto guard =
      Guard::open(log.files(), log.paths().guard, crypto::sha256(as_bytes("stafett.example/9901")));
  BOOST_REQUIRE(guard);
  Intruder intruder{log};
  stafett::testing::TemporaryDirectory follower;
  storage::StoreOptions options;
  options.follow_path = follower.path("follow");
  auto store = storage::Store::open(log.paths().database, storage::Mode::follow, options);
  BOOST_REQUIRE(store);
  const VerifyReport before = verify_store(**store, log, guard);
  BOOST_REQUIRE_MESSAGE(before.ok, described(before));
  for (const Column column : columns) {
    const auto rows = intruder.rows(column);
    BOOST_REQUIRE(!rows.empty());
    for (const auto& [key, value] : rows)
      for (const std::size_t bit : bits_of(value.size(), log.random())) {
        Bytes flipped = value;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
        intruder.put(column, key, flipped);
        BOOST_REQUIRE((*store)->refresh());
        const VerifyReport report = verify_store(**store, log, guard);
        BOOST_TEST(!report.ok, column_name(column) << " bit " << bit);
        BOOST_TEST((!report.errors.empty() && !report.errors.front().place.empty()));
        intruder.put(column, key, value);
      }
  }
  BOOST_REQUIRE((*store)->refresh());
  const auto report = verify_store(**store, log, guard);
  BOOST_TEST(report.ok, described(report));
}

BOOST_AUTO_TEST_CASE(any_flipped_bit_of_any_value_is_found_without_keys) {
  TestLog log;
  fill(log);
  const Column columns[] = {Column::entries, Column::parts,  Column::attachments, Column::streams,
                            Column::events,  Column::labels, Column::checkpoints, Column::meta};
  flip_bits(log, columns);
}

BOOST_AUTO_TEST_CASE(any_flipped_bit_of_a_tile_is_found) {
  TestLog log;
  std::vector<Unsigned> group;
  for (int i = 0; i < 256; ++i) group.push_back(log.event(log.new_stream()));
  log.append_group(std::move(group), log.signer());
  log.close();
  const Column tiles[] = {Column::tiles};
  flip_bits(log, tiles);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log::verify_testing
