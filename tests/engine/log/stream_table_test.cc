// Heads of streams are dropped when nobody holds them, and come back from the database.

#include "engine/log/stream_table.h"

#include "tests/engine/log/test_log.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(stream_table_test)
namespace {

using namespace stafett::log::testing;

constexpr std::size_t kSlotsMax = 1000;

struct Fixture {
  LiveLog log;
  StreamTable table{log->store(), kSlotsMax};
  std::shared_ptr<StreamSlot> acquire(const StreamId& stream) {
    auto slot = table.acquire(stream);
    BOOST_REQUIRE_MESSAGE(slot, (slot ? "" : slot.error().to_string()));
    return *slot;
  }
  // Streams that no event is in, as many as push every other one out.
  void crowd(std::size_t count = kSlotsMax) {
    for (std::size_t i = 0; i < count; ++i) acquire(log.new_stream());
  }
};

BOOST_FIXTURE_TEST_SUITE(stream_table, Fixture)

BOOST_AUTO_TEST_CASE(a_slot_has_the_head_that_the_database_has) {
  const StreamId stream = log.new_stream();
  const auto empty = acquire(stream);
  BOOST_TEST(empty->next_version == 0u);
  BOOST_TEST((empty->head == Hash{}));
  log.record(log.new_stream());
  const StreamId written = log.new_stream();
  log.record(written);
  const Receipt last = log.record(written);
  const auto slot = acquire(written);
  BOOST_TEST(slot->next_version == 2u);
  BOOST_TEST((slot->head == last.leaf_hash));
  BOOST_TEST((slot->kind == last.stream_kind));
  BOOST_TEST((acquire(log->streams().engine)->kind == format::StreamKind::engine));
}

BOOST_AUTO_TEST_CASE(a_slot_that_nobody_holds_is_dropped_and_loaded_anew) {
  const StreamId stream = log.new_stream();
  log.record(stream);
  std::weak_ptr<StreamSlot> dropped = acquire(stream);
  BOOST_TEST((acquire(stream) == dropped.lock()));
  const Receipt last = log.record(stream);  // by the log's own table
  BOOST_TEST(acquire(stream)->next_version == 1u);
  crowd(kSlotsMax - 1);
  BOOST_TEST(!dropped.expired());
  acquire(stream);  // so that it is not the oldest any more
  crowd(kSlotsMax - 1);
  BOOST_TEST(!dropped.expired());
  crowd(1);
  BOOST_TEST(dropped.expired());
  const auto slot = acquire(stream);
  BOOST_TEST(slot->next_version == 2u);
  BOOST_TEST((slot->head == last.leaf_hash));
  BOOST_TEST((slot->kind == last.stream_kind));
}

BOOST_AUTO_TEST_CASE(a_slot_that_is_held_keeps_a_head_that_the_database_does_not_have) {
  std::vector<std::shared_ptr<StreamSlot>> held;
  for (std::uint64_t i = 0; i < 3; ++i) {
    held.push_back(acquire(log.new_stream()));
    held.back()->next_version = 40 + i;
  }
  std::weak_ptr<StreamSlot> beside = acquire(log.new_stream());
  crowd();
  crowd(8);
  BOOST_TEST(beside.expired());
  for (std::uint64_t i = 0; i < held.size(); ++i) {
    BOOST_TEST((acquire(held[i]->id) == held[i]));
    BOOST_TEST(acquire(held[i]->id)->next_version == 40 + i);
  }
  // Released, they go like all others.
  const std::weak_ptr<StreamSlot> released = held.front();
  const StreamId stream = held.front()->id;
  held.clear();
  crowd();
  crowd(8);
  BOOST_TEST(released.expired());
  BOOST_TEST(acquire(stream)->next_version == 0u);
}

BOOST_AUTO_TEST_CASE(a_table_of_which_everything_is_held_grows_past_its_bound) {
  StreamTable small{log->store(), 1};
  std::vector<std::shared_ptr<StreamSlot>> held;
  for (int i = 0; i < 5; ++i) held.push_back(small.acquire(log.new_stream()).value());
  std::weak_ptr<StreamSlot> unheld = held.front();
  for (const auto& slot : held) BOOST_TEST((small.acquire(slot->id).value() == slot));
  held.clear();
  BOOST_REQUIRE(small.acquire(log.new_stream()));
  BOOST_TEST(unheld.expired());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
