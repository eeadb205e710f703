// docs/formats/index-rows.md shows a snapshot's bytes; nobody opens them without both keys.
#include "projections/gate/stored_snapshot.h"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>

#include "engine/base/encoding.h"
#include "engine/crypto/seeded_random.h"
#include "engine/crypto/sha256.h"
#include "projections/gate/snapshot_queue.h"
#include "tests/engine/format/worked_page.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(stored_snapshot_test)
namespace {

const Hash kOrigin = crypto::sha256(as_bytes("stafett.example/9901"));
const Hash kOtherOrigin = crypto::sha256(as_bytes("stafett.example/9902"));
const Bytes kContentKey(32, 3), kAccessKey(32, 4), kOtherKey(32, 5);

SubjectId subject(std::uint8_t byte) {
  SubjectId id;
  std::fill_n(id.data(), SubjectId::kBytes, byte);
  return id;
}
const SubjectId kCase = subject(0x51), kOtherCase = subject(0x52);
const SnapshotSeal kSeal{kContentKey, kAccessKey, kOrigin, kCase};

SnapshotForm worked_form() {
  SnapshotForm form;
  form.next_versions[0] = 19;
  form.next_versions[1] = 2;
  form.next_versions[4] = 300;
  form.state = {1, 2, 3};
  return form;
}

BOOST_AUTO_TEST_CASE(page_shows_a_snapshot_as_it_is_before_and_after_sealing) {
  const auto blocks = format::worked_blocks("index-rows.md");
  BOOST_REQUIRE((blocks.contains("snapshot-plain") && blocks.contains("snapshot-value")));
  BOOST_TEST(format::digits(blocks.at("snapshot-plain")) == to_hex(padded_snapshot(worked_form())));
  crypto::SeededRandom random{1};
  BOOST_TEST(format::digits(blocks.at("snapshot-value")) ==
             to_hex(seal_snapshot(kSeal, worked_form(), random)));
}

BOOST_AUTO_TEST_CASE(a_snapshot_opens_as_it_was_sealed) {
  BOOST_TEST(rc::check([](const Bytes& state, const LaneVersions& versions) {
    crypto::SeededRandom random{1};
    const Bytes sealed = seal_snapshot(kSeal, {versions, state}, random);
    RC_ASSERT(sealed.size() ==
              crypto::kSealedOverheadBytes + format::padded_length(sizeof versions + state.size()));
    const auto opened = open_snapshot(kSeal, sealed);
    RC_ASSERT(opened.has_value());
    RC_ASSERT(opened->state == state);
    RC_ASSERT(opened->next_versions == versions);
  }));
}

BOOST_AUTO_TEST_CASE(a_snapshot_opens_with_both_keys_in_its_own_log_and_case_only) {
  crypto::SeededRandom random{1};
  const Bytes sealed = seal_snapshot(kSeal, worked_form(), random);
  const SnapshotSeal others[] = {{kOtherKey, kAccessKey, kOrigin, kCase},
                                 {kContentKey, kOtherKey, kOrigin, kCase},
                                 {kAccessKey, kContentKey, kOrigin, kCase},
                                 {kContentKey, kAccessKey, kOtherOrigin, kCase},
                                 {kContentKey, kAccessKey, kOrigin, kOtherCase}};
  for (const SnapshotSeal& other : others) {
    const auto opened = open_snapshot(other, sealed);
    BOOST_REQUIRE(!opened);
    BOOST_TEST((opened.error().code() == Errc::corrupt));
  }
  BOOST_TEST(open_snapshot(kSeal, sealed).has_value());
}

BOOST_AUTO_TEST_CASE(any_changed_byte_and_any_shorter_length_is_corrupt) {
  crypto::SeededRandom random{1};
  const Bytes sealed = seal_snapshot(kSeal, worked_form(), random);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 1;
    BOOST_TEST(!open_snapshot(kSeal, changed));
    BOOST_TEST(!open_snapshot(kSeal, ByteView{sealed}.first(i)));
  }
}

storage::IndexRow row_of(std::uint8_t name, std::size_t bytes) {
  return {Bytes{name}, Bytes(bytes)};
}

BOOST_AUTO_TEST_CASE(events_take_few_rows_each_the_oldest_first) {
  SnapshotQueue queue;
  for (std::uint8_t i = 0; i < 5; ++i) queue.push(row_of(i, 10));
  std::vector<storage::IndexRow> rows{row_of(9, 1)};
  queue.take(rows);
  BOOST_REQUIRE(rows.size() == 1 + SnapshotQueue::kRowsPerEventMax);
  BOOST_TEST(rows[0].key[0] == 9);
  BOOST_TEST(rows[1].key[0] == 0);
  for (int i = 0; i < 5; ++i) queue.take(rows);
  BOOST_REQUIRE(rows.size() == 6u);
  BOOST_TEST(rows[5].key[0] == 4);
}

BOOST_AUTO_TEST_CASE(a_full_queue_drops_rows_until_some_are_taken) {
  SnapshotQueue queue;
  BOOST_TEST(queue.has_room());
  for (std::uint8_t i = 0; i < 8; ++i) queue.push(row_of(i, SnapshotQueue::kWaitingBytesMax / 8));
  BOOST_TEST(!queue.has_room());
  queue.push(row_of(8, 1));
  std::vector<storage::IndexRow> rows;
  queue.take(rows);
  BOOST_TEST(queue.has_room());
  for (int i = 0; i < 8; ++i) queue.take(rows);
  BOOST_TEST(rows.size() == 8u);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
