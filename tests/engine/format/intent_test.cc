#include "engine/format/intent.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "engine/format/intent.capnp.h"
#include "engine/format/part.h"
#include "tests/engine/format/golden.h"
#include "tests/engine/format/raw_message.h"
#include "tests/engine/format/refused.h"

BOOST_AUTO_TEST_SUITE(intent_test)

using namespace stafett;
using namespace stafett::format;

namespace {

using Builder = schema::Intent::Builder;

void set_parts(Builder to, std::initializer_list<std::pair<std::uint8_t, std::uint32_t>> parts) {
  auto list = to.initParts(static_cast<unsigned>(parts.size()));
  unsigned i = 0;
  for (const auto& [part_class, length] : parts) {
    list[i].setClass(part_class);
    list[i].setLength(length);
    list[i++].setCommitment(zeros(32));
  }
}

// From golden::full_intent(): custodial, expects a head, four parts.
const Changed<Builder> kChanged[] = {
    {"no version", [](Builder to) { to.setFormatVersion(0); }, Errc::unsupported},
    {"later version", [](Builder to) { to.setFormatVersion(2); }, Errc::unsupported},
    {"stream kind unset", [](Builder to) { to.setStreamKind(schema::StreamKind::UNSET); },
     Errc::malformed},
    {"later stream kind", [](Builder to) { to.setStreamKind(static_cast<schema::StreamKind>(6)); },
     Errc::unsupported},
    {"custody unset", [](Builder to) { to.setCustody(schema::Custody::UNSET); }, Errc::malformed},
    {"later custody", [](Builder to) { to.setCustody(static_cast<schema::Custody>(4)); },
     Errc::unsupported},
    {"later expectation", [](Builder to) { to.setExpects(static_cast<schema::Expectation>(3)); },
     Errc::unsupported},
    {"head without expectation", [](Builder to) { to.setExpects(schema::Expectation::ANY); },
     Errc::malformed},
    {"expectation without head", [](Builder to) { to.disownExpectedHead(); }, Errc::malformed},
    {"evidence with an own key", [](Builder to) { to.setCustody(schema::Custody::OWN); },
     Errc::malformed},
    {"verified size without root", [](Builder to) { to.disownVerifiedRoot(); }, Errc::malformed},
    {"origin of 31 bytes", [](Builder to) { to.setOriginHash(zeros(31)); }, Errc::malformed},
    {"no origin", [](Builder to) { to.disownOriginHash(); }, Errc::malformed},
    {"event id of 17 bytes", [](Builder to) { to.setEventId(zeros(17)); }, Errc::malformed},
    {"no stream", [](Builder to) { to.disownStreamId(); }, Errc::malformed},
    {"actor of 15 bytes", [](Builder to) { to.setActor(zeros(15)); }, Errc::malformed},
    {"key of 33 bytes", [](Builder to) { to.setKey(zeros(33)); }, Errc::malformed},
    {"evidence of 8 bytes", [](Builder to) { to.setEvidence(zeros(8)); }, Errc::malformed},
    {"empty evidence", [](Builder to) { to.setEvidence(zeros(0)); }, Errc::malformed},
    {"empty list of causes", [](Builder to) { to.initCauses(0); }, Errc::malformed},
    {"cause of 16 bytes", [](Builder to) { to.initCauses(1).set(0, zeros(16)); }, Errc::malformed},
    {"null cause", [](Builder to) { to.initCauses(1); }, Errc::malformed},
    {"65 causes",
     [](Builder to) {
       auto list = to.initCauses(65);
       for (unsigned i = 0; i < 65; ++i) list.set(i, zeros(32));
     },
     Errc::malformed},
    {"65 corrections",
     [](Builder to) {
       auto list = to.initCorrects(65);
       for (unsigned i = 0; i < 65; ++i) list.set(i, zeros(32));
     },
     Errc::malformed},
    {"no parts", [](Builder to) { to.disownParts(); }, Errc::malformed},
    {"empty list of parts", [](Builder to) { to.initParts(0); }, Errc::malformed},
    {"parts of class 0",
     [](Builder to) {
       set_parts(to, {{0, 64}});
     },
     Errc::malformed},
    {"parts of class 6",
     [](Builder to) {
       set_parts(to, {{6, 64}});
     },
     Errc::unsupported},
    {"falling classes",
     [](Builder to) {
       set_parts(to, {{2, 64}, {1, 64}});
     },
     Errc::malformed},
    {"a class twice",
     [](Builder to) {
       set_parts(to, {{1, 64}, {1, 64}});
     },
     Errc::malformed},
    {"five parts",
     [](Builder to) {
       set_parts(to, {{1, 64}, {2, 64}, {3, 64}, {4, 64}, {5, 64}});
     },
     Errc::malformed},
    {"public part of a case",
     [](Builder to) {
       set_parts(to, {{1, 64}, {5, 64}});
     },
     Errc::malformed},
    {"engine event without public part",
     [](Builder to) { to.setStreamKind(schema::StreamKind::ENGINE); }, Errc::malformed},
    {"engine event with a sealed part",
     [](Builder to) {
       to.setStreamKind(schema::StreamKind::ENGINE);
       set_parts(to, {{1, 64}, {5, 64}});
     },
     Errc::malformed},
    {"length 0",
     [](Builder to) {
       set_parts(to, {{1, 0}});
     },
     Errc::malformed},
    {"length not padded",
     [](Builder to) {
       set_parts(to, {{1, 65}});
     },
     Errc::malformed},
    {"length of 96 KiB",
     [](Builder to) {
       set_parts(to, {{1, 96 * 1024}});
     },
     Errc::malformed},
    {"part too large",
     [](Builder to) {
       set_parts(to, {{2, 6 * 64 * 1024}});
     },
     Errc::too_large},
    {"attachment too large",
     [](Builder to) {
       set_parts(to, {{4, 50 * 1024 * 1024 + 1}});
     },
     Errc::too_large},
    {"commitment of 31 bytes",
     [](Builder to) {
       set_parts(to, {{1, 64}});
       to.getParts()[0].setCommitment(zeros(31));
     },
     Errc::malformed},
};

constexpr auto check_refused = refused_by<decode_intent>;

}  // namespace

BOOST_DATA_TEST_CASE(changed_intent_is_refused, boost::unit_test::data::make(kChanged), changed) {
  check_refused(edited<schema::Intent>(encode(golden::full_intent()), changed.change),
                changed.want);
}

BOOST_AUTO_TEST_CASE(unchanged_full_intent_is_read) {
  const Result<Intent> got =
      decode_intent(edited<schema::Intent>(encode(golden::full_intent()), [](Builder) {}));
  BOOST_REQUIRE(got);
  const Intent want = golden::full_intent();
  BOOST_TEST((got->valid_to == want.valid_to && got->evidence == want.evidence));
  BOOST_TEST((got->verified->size == want.verified->size));
  BOOST_TEST((got->verified->root == want.verified->root));
  BOOST_TEST((got->causes == want.causes && got->corrects == want.corrects && got->atomic));
  BOOST_TEST((got->expected_head == want.expected_head && got->enrolled_at == want.enrolled_at));
  BOOST_TEST(got->parts.size() == 4u);
}

BOOST_AUTO_TEST_CASE(limits_are_within) {
  Intent intent = golden::full_intent();
  intent.causes.assign(kCausesMax, golden::repeated<Hash>(1));
  intent.corrects.assign(kCausesMax, golden::repeated<Hash>(2));
  intent.parts[1].length = static_cast<std::uint32_t>(padded_length(kPlaintextBytesMax));
  const Bytes bytes = encode(intent);
  BOOST_TEST(bytes.size() <= kIntentBytesMax);
  BOOST_TEST(decode_intent(bytes).has_value());
}

BOOST_AUTO_TEST_CASE(larger_than_any_intent_is_refused_unread) {
  check_refused(Bytes(kIntentBytesMax + 8), Errc::too_large);
}

BOOST_AUTO_TEST_CASE(not_whole_words_or_nothing_is_refused) {
  check_refused({}, Errc::malformed);
  check_refused(Bytes(8), Errc::unsupported);  // a null root: version 0
  check_refused(Bytes(13), Errc::malformed);
}

BOOST_AUTO_TEST_CASE(intent_fields_of_a_later_version_are_refused) {
  const Bytes bytes = encode(golden::full_intent());
  check_refused(with_more_fields(bytes, 1, 0), Errc::unsupported);
  check_refused(with_more_fields(bytes, 0, 1), Errc::unsupported);
  Bytes bit = bytes;
  bit[8 + 6 * 8] |= 2;  // the bit beside `atomic`
  check_refused(bit, Errc::unsupported);
}

BOOST_AUTO_TEST_CASE(part_fields_of_a_later_version_are_refused) {
  check_refused(edited<schema::Intent>(encode(golden::full_intent()),
                                       [](Builder to) {
                                         auto parts = to.getParts();
                                         capnp::toAny(parts[0]).getDataSection()[1] = 1;
                                       }),
                Errc::unsupported);
}

BOOST_AUTO_TEST_CASE(intent_behind_a_far_pointer_is_refused) {
  check_refused(behind_far_pointer(encode(golden::simple_intent())), Errc::malformed);
}

BOOST_AUTO_TEST_CASE(causes_as_a_list_of_structs_are_refused) {
  const Bytes bytes = edited<schema::Intent>(encode(golden::full_intent()), [](Builder to) {
    auto causes = capnp::toAny(to).getPointerSection()[8];
    auto list = causes.initAsListOfAnyStruct(0, 1, 2);
    for (unsigned i = 0; i < 2; ++i) {
      auto data = list[i].getPointerSection()[0].initAs<capnp::Data>(32);
      data[0] = 1;
    }
  });
  check_refused(bytes, Errc::malformed);
}

BOOST_AUTO_TEST_CASE(layout_in_another_order_is_refused) {
  // Fields untouched are left as trailing zeros, and the pointers are set backwards.
  const Bytes bytes = built<schema::Intent>([](Builder to) {
    set_parts(to, {{1, 64}});
    to.setKey(zeros(32));
    to.setActor(zeros(16));
    to.setStreamId(zeros(16));
    to.setEventId(zeros(16));
    to.setOriginHash(zeros(32));
    to.setCustody(schema::Custody::OWN);
    to.setStreamKind(schema::StreamKind::CASE);
    to.setFormatVersion(1);
  });
  check_refused(bytes, Errc::malformed);
  // The same value in canonical form is an intent.
  BOOST_TEST(decode_intent(edited<schema::Intent>(bytes, [](Builder) {})).has_value());
}

BOOST_AUTO_TEST_CASE(signed_message_is_bound_to_origin_count_and_root) {
  const Hash a = golden::repeated<Hash>(1);
  const Hash b = golden::repeated<Hash>(2);
  const Bytes message = signed_message(a, 1, b);
  BOOST_TEST(message.size() == 19u + 32 + 4 + 32);
  BOOST_TEST((message != signed_message(b, 1, b)));
  BOOST_TEST((message != signed_message(a, 256, b)));
  BOOST_TEST((message != signed_message(a, 1, a)));
}

BOOST_AUTO_TEST_SUITE_END()
