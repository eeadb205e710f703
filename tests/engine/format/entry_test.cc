#include "engine/format/entry.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "engine/format/entry.capnp.h"
#include "engine/format/intent.capnp.h"
#include "engine/transparency/group_path.h"
#include "tests/engine/format/golden.h"
#include "tests/engine/format/raw_message.h"
#include "tests/engine/format/refused.h"

BOOST_AUTO_TEST_SUITE(entry_test)

using namespace stafett;
using namespace stafett::format;

namespace {

using Builder = schema::Entry::Builder;

// From golden::group_entry(): index 1 of 3, a path of two hashes, one sealed part.
const Changed<Builder> kChanged[] = {
    {"no version", [](Builder to) { to.setFormatVersion(0); }, Errc::unsupported},
    {"later version", [](Builder to) { to.setFormatVersion(2); }, Errc::unsupported},
    {"mode unset", [](Builder to) { to.setMode(schema::Mode::UNSET); }, Errc::malformed},
    {"later mode", [](Builder to) { to.setMode(static_cast<schema::Mode>(4)); }, Errc::unsupported},
    {"no time", [](Builder to) { to.setRecordedAt(0); }, Errc::malformed},
    {"group of nothing", [](Builder to) { to.setCount(0); }, Errc::malformed},
    {"index past the group", [](Builder to) { to.setIndex(3); }, Errc::malformed},
    {"group too large", [](Builder to) { to.setCount(kSignedGroupMax + 1); }, Errc::malformed},
    {"path of another group", [](Builder to) { to.setCount(5); }, Errc::malformed},
    {"path of another index", [](Builder to) { to.setIndex(2); }, Errc::malformed},
    {"no path", [](Builder to) { to.disownPath(); }, Errc::malformed},
    {"path too long", [](Builder to) { to.setPath(zeros(13 * 32)); }, Errc::malformed},
    {"path of 63 bytes", [](Builder to) { to.setPath(zeros(63)); }, Errc::malformed},
    {"signature of 63 bytes", [](Builder to) { to.setSignature(zeros(63)); }, Errc::malformed},
    {"no signature", [](Builder to) { to.disownSignature(); }, Errc::malformed},
    {"no previous", [](Builder to) { to.disownPrevious(); }, Errc::malformed},
    {"previous of 33 bytes", [](Builder to) { to.setPrevious(zeros(33)); }, Errc::malformed},
    {"no digest of a sealed part", [](Builder to) { to.disownSealed(); }, Errc::malformed},
    {"two digests of one part", [](Builder to) { to.setSealed(zeros(64)); }, Errc::malformed},
    {"public part of a case", [](Builder to) { to.setPublicPart(zeros(8)); }, Errc::malformed},
    {"empty public part", [](Builder to) { to.setPublicPart(zeros(0)); }, Errc::malformed},
    {"no intent", [](Builder to) { to.disownIntent(); }, Errc::malformed},
    {"intent of zeros", [](Builder to) { to.setIntent(zeros(8)); }, Errc::unsupported},
    {"intent not canonical",
     [](Builder to) {
       Bytes longer = encode(golden::three_intents()[1]);
       longer.insert(longer.end(), 8, 0);
       to.setIntent(as_data(longer));
     },
     Errc::malformed},
    {"intent too large", [](Builder to) { to.setIntent(as_data(Bytes(kIntentBytesMax + 8))); },
     Errc::too_large},
};

constexpr auto check_refused = refused_by<decode_entry>;

}  // namespace

BOOST_DATA_TEST_CASE(changed_entry_is_refused, boost::unit_test::data::make(kChanged), changed) {
  check_refused(edited<schema::Entry>(golden::group_entry(), changed.change), changed.want);
}

BOOST_AUTO_TEST_CASE(unchanged_entry_is_read) {
  const Bytes bytes = edited<schema::Entry>(golden::group_entry(), [](Builder) {});
  BOOST_TEST((bytes == golden::group_entry()));
  const Result<Entry> entry = decode_entry(bytes);
  BOOST_REQUIRE(entry);
  BOOST_TEST((entry->stamp.mode == Mode::imported));
  BOOST_TEST(entry->stamp.version.value() == 1u);
  BOOST_TEST((entry->stamp.previous == transparency::leaf_hash(golden::entry())));
  BOOST_TEST((entry->intent.event_id == golden::event_id(0x11)));
}

BOOST_AUTO_TEST_CASE(member_of_a_group_proves_its_own_signature) {
  const Entry entry = decode_entry(golden::group_entry()).value();
  const Hash root = transparency::root_from_group_path(transparency::leaf_hash(entry.intent_bytes),
                                                       entry.signature.index, entry.signature.count,
                                                       entry.signature.path)
                        .value();
  const Bytes message = signed_message(entry.intent.origin_hash, entry.signature.count, root);
  BOOST_TEST(crypto::verify(golden::actor_key().public_key(), message, entry.signature.signature));
}

BOOST_AUTO_TEST_CASE(engine_entry_commits_to_its_public_part) {
  const Entry entry = decode_entry(golden::engine_entry()).value();
  BOOST_TEST((commitment({}, entry.intent.event_id, PartClass::public_, entry.public_part) ==
              entry.intent.parts.at(0).commitment));
  BOOST_TEST(entry.sealed.empty());
}

BOOST_AUTO_TEST_CASE(engine_entry_without_public_part_is_refused) {
  check_refused(
      edited<schema::Entry>(golden::engine_entry(), [](Builder to) { to.disownPublicPart(); }),
      Errc::malformed);
}

BOOST_AUTO_TEST_CASE(paths_of_every_small_group_are_as_long_as_the_tree_says) {
  const Bytes intent = encode(golden::simple_intent());
  const std::vector<Hash> leaves(70, golden::repeated<Hash>(1));
  for (std::uint32_t count = 1; count <= leaves.size(); ++count)
    for (std::uint32_t index = 0; index < count; ++index) {
      const transparency::Path path = transparency::path_of(std::span{leaves}.first(count), index);
      const auto entry_with = [&](std::vector<Hash> hashes) {
        return decode_entry(encode_entry({Mode::live, 1, Version{0}, TimeUs{1}, Hash{}},
                                         {{}, count, index, std::move(hashes)}, {Hash{}}, {},
                                         intent));
      };
      std::vector<Hash> hashes(path.begin(), path.end());
      BOOST_TEST(entry_with(hashes).has_value(), index << " of " << count);
      hashes.push_back(Hash{});
      BOOST_TEST(!entry_with(hashes), index << " of " << count << ", one hash more");
    }
}

BOOST_AUTO_TEST_CASE(larger_than_any_entry_is_refused_unread) {
  check_refused(Bytes(kEntryBytesMax + 1), Errc::too_large);
}

BOOST_AUTO_TEST_CASE(entry_fields_of_a_later_version_are_refused) {
  check_refused(with_more_fields(golden::entry(), 1, 0), Errc::unsupported);
  check_refused(with_more_fields(golden::entry(), 0, 1), Errc::unsupported);
}

BOOST_AUTO_TEST_CASE(entry_behind_a_far_pointer_is_refused) {
  check_refused(behind_far_pointer(golden::entry()), Errc::malformed);
}

BOOST_AUTO_TEST_CASE(pointers_that_share_bytes_are_refused) {
  // Copies of one pointer, each counted from its own place: they overlap.
  Bytes bytes = golden::entry();
  const std::size_t first_pointer = 8 + 4 * 8;
  for (std::size_t i = 1; i < 6; ++i)
    std::copy_n(bytes.begin() + first_pointer, 8,
                bytes.begin() + static_cast<std::ptrdiff_t>(first_pointer + 8 * i));
  check_refused(bytes, Errc::malformed);
}

BOOST_AUTO_TEST_CASE(stream_of_an_entry_that_does_not_name_one_is_refused) {
  const auto check = [](void (*change)(Builder), Errc want) {
    refused_by<stream_of_entry>(edited<schema::Entry>(golden::group_entry(), change), want);
  };
  check([](Builder to) { to.disownIntent(); }, Errc::malformed);
  check(
      [](Builder to) {
        Bytes longer = encode(golden::simple_intent());
        longer.push_back(0);  // not whole words
        to.setIntent(as_data(longer));
      },
      Errc::malformed);
  check([](Builder to) { to.setIntent(zeros(8)); }, Errc::malformed);  // an intent without fields
  check(
      [](Builder to) {
        const Bytes short_id =
            edited<schema::Intent>(encode(golden::simple_intent()),
                                   [](schema::Intent::Builder in) { in.setStreamId(zeros(15)); });
        to.setIntent(as_data(short_id));
      },
      Errc::malformed);
  refused_by<stream_of_entry>(Bytes(kEntryBytesMax + 1), Errc::too_large);
  refused_by<stream_of_entry>(Bytes(13), Errc::malformed);
  BOOST_TEST((stream_of_entry(golden::group_entry()).value() ==
              decode_entry(golden::group_entry()).value().intent.stream_id));
}

BOOST_AUTO_TEST_SUITE_END()
