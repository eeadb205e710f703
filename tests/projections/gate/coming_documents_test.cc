// A document whose event never came is removed while the log runs, and no other is.

#include "projections/gate/coming_documents.h"

#include "engine/log/attachments.h"
#include "tests/projections/gate/municipality.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(coming_documents_test)
namespace {

struct Documents : Municipality {
  JsonEvent attached(const std::string& name, log::ReadSome read) {
    JsonEvent added = event("AttachmentAdded", "filler", 60,
                            {{"attachment", name},
                             {"kind", "observation"},
                             {"title", "week 2"},
                             {"digest", std::string(64, '0')},
                             {"bytes", 5},
                             {"mediaType", "text/plain"}});
    added.id = random_id<EventId>(random);
    added.attachment = std::move(read);
    return added;
  }
  // A document of so many bytes; `between` is called after each piece of a chunk's length.
  static log::ReadSome bytes(std::size_t count, std::function<Result<void>()> between = {}) {
    return [left = count, between,
            begun = false](std::span<std::uint8_t> out) mutable -> Result<std::size_t> {
      if (std::exchange(begun, true) && between) ENGINE_TRY_VOID(between());
      const std::size_t some = std::min(out.size(), left);
      std::ranges::fill(out.first(some), std::uint8_t{7});
      left -= some;
      return some;
    };
  }
  std::size_t swept() {
    const Result<std::size_t> removed = bti.gate->documents().sweep();
    BOOST_REQUIRE(removed);
    return *removed;
  }
  std::vector<EventId> stored() {
    const auto events = bti.log->store().attachment_events();
    BOOST_REQUIRE(events);
    return *events;
  }
};

BOOST_AUTO_TEST_CASE(a_document_whose_event_was_refused_is_removed_and_the_recorded_ones_stay) {
  Documents d;
  const JsonEvent first = d.attached("a1", d.bytes(5));
  BOOST_REQUIRE(d.recorder->record_and_wait(first).accepted());
  const JsonEvent refused =
      d.attached("a1", d.bytes(format::kChunkBytes + 5));  // the name is taken
  BOOST_TEST(!d.recorder->record_and_wait(refused).accepted());
  BOOST_TEST(d.stored().size() == 2u);
  BOOST_TEST(d.swept() == 1u);
  BOOST_TEST((d.stored() == std::vector{*first.id}));
  BOOST_TEST(d.swept() == 0u);
}

BOOST_AUTO_TEST_CASE(a_document_that_is_on_its_way_is_not_removed) {
  Documents d;
  std::optional<std::size_t> removed;
  const auto sweep_meanwhile = [&]() -> Result<void> {
    if (!removed) {
      BOOST_TEST(d.stored().size() == 1u);
      removed = d.swept();
      BOOST_TEST(d.stored().size() == 1u);
    }
    return {};
  };
  JsonEvent event = d.attached("a1", d.bytes(format::kChunkBytes + 5, [] {
    return Error{Errc::io, "unplugged"};
  }));
  BOOST_TEST(!d.recorder->record_and_wait(event).accepted());  // so it counts as left
  event.attachment = d.bytes(format::kChunkBytes + 5, sweep_meanwhile);
  BOOST_TEST(d.recorder->record_and_wait(event).accepted());
  BOOST_TEST((removed == std::size_t{0}));
  BOOST_TEST(d.swept() == 0u);
  BOOST_TEST((d.stored() == std::vector{*event.id}));
}

BOOST_AUTO_TEST_CASE(what_is_held_twice_stays_until_both_have_let_go) {
  Documents d;
  ComingDocuments& documents = d.bti.gate->documents();
  const EventId id = random_id<EventId>(d.random);
  BOOST_REQUIRE(d.bti.log->store().put_chunk(id, 0, Bytes(90, 1), storage::Sync::no));
  ComingDocuments::Hold one = documents.hold(id), other = documents.hold(id);
  one.reset();
  BOOST_TEST(d.swept() == 0u);
  other.reset();
  one = documents.hold(id);
  BOOST_TEST(d.swept() == 0u);
  BOOST_TEST(d.stored().size() == 1u);
  one.reset();
  BOOST_TEST(d.swept() == 1u);
  BOOST_TEST(d.stored().empty());
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
