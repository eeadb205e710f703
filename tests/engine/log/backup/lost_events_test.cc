#include "engine/log/backup/lost_events.h"

#include "engine/crypto/sha256.h"
#include "tests/engine/log/test_log.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(lost_events_test)
namespace {

using namespace stafett::log::testing;

HeldReceipt held(const Receipt& receipt) {
  return {"a receipt", receipt.position, receipt.leaf_hash, receipt.group, receipt.path};
}

// A log of which an older view is the copy.
struct TwoTimes {
  LiveLog log;
  std::unique_ptr<storage::ReadView> copy;
  std::unique_ptr<PublicRecord> record;
  std::vector<Receipt> before, after;

  TwoTimes() {
    before.push_back(log.record(log.new_stream()));
    auto view = log->store().view();
    BOOST_REQUIRE(view);
    copy = std::move(*view);
    record = read_public_record(*copy);
    for (int i = 0; i < 3; ++i) after.push_back(log.record(log.new_stream()));
  }
  Result<std::optional<LostEvents>> find(const Evidence& evidence) const {
    return find_lost_events(*copy, *record, evidence);
  }
  Errc error_of(const Evidence& evidence) const {
    const auto found = find(evidence);
    return found ? Errc::unset : found.error().code();
  }
};

BOOST_AUTO_TEST_CASE(what_the_copy_holds_is_not_lost) {
  const TwoTimes log;
  const auto found = log.find({{held(log.before[0])}, {}, {}});
  BOOST_REQUIRE(found);
  BOOST_TEST(!found->has_value());
}

BOOST_AUTO_TEST_CASE(receipts_and_states_beyond_the_copy_name_every_lost_position) {
  const TwoTimes log;
  const std::uint64_t size = log.copy->size().value();
  auto found = log.find({{held(log.after[0]), held(log.after[1])}, {}, {}});
  BOOST_REQUIRE(found && found->has_value());
  BOOST_TEST((*found)->first.value() == size);
  BOOST_TEST((*found)->end.value() == log.after[1].position.value() + 1);
  BOOST_TEST((*found)->root.is_zero());
  BOOST_TEST((*found)->known_by.size() == 2u);

  const Hash root = crypto::sha256(big_endian(7u));
  found = log.find({{held(log.after[0])}, {}, {{"a guard", {TreeSize{size + 9}, root}}}});
  BOOST_REQUIRE(found && found->has_value());
  BOOST_TEST((*found)->end.value() == size + 9);
  BOOST_TEST(((*found)->root == root));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_beyond_the_copy_brings_its_root) {
  TwoTimes log;
  const auto note = log.log->checkpoint_now();
  BOOST_REQUIRE(note);
  const auto found = log.find({{}, {{"a checkpoint", *note}}, {}});
  BOOST_REQUIRE(found && found->has_value());
  BOOST_TEST(((*found)->root == log.log->head().root));
  BOOST_TEST((*found)->end.value() == log.log->head().size.value());
}

BOOST_AUTO_TEST_CASE(what_this_log_did_not_sign_is_refused) {
  const TwoTimes log;
  stafett::testing::TemporaryDirectory directory;
  LiveLog other{Place{LogPaths::beside(directory.path("other"))}, 2};
  require_ok(other.create());
  require_ok(other.open());
  const Receipt of_other = other.record(other.new_stream());
  BOOST_TEST((log.error_of({{held(of_other)}, {}, {}}) == Errc::bad_signature));
  BOOST_TEST((log.error_of({{}, {{"a checkpoint", *other->checkpoint_now()}}, {}}) ==
              Errc::bad_signature));
  HeldReceipt moved = held(log.after[0]);
  moved.position = Position{moved.position.value() + 1};
  BOOST_TEST((log.error_of({{moved}, {}, {}}) == Errc::bad_signature));
  HeldReceipt empty = held(log.after[0]);
  empty.group.count = 0;
  BOOST_TEST((log.error_of({{empty}, {}, {}}) == Errc::bad_signature));
}

BOOST_AUTO_TEST_CASE(what_contradicts_the_copy_is_a_conflict) {
  const TwoTimes log;
  const TreeState other{TreeSize{1}, crypto::sha256(big_endian(9u))};
  BOOST_TEST((log.error_of({{}, {}, {{"a guard", other}}}) == Errc::conflict));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
