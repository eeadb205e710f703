// Random values of every shape have one byte form, and it comes back as the same value.
#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>

#include "engine/format/entry.capnp.h"
#include "engine/transparency/group_path.h"
#include "tests/engine/format/form.h"
#include "tests/engine/format/golden.h"
#include "tests/engine/format/raw_message.h"

BOOST_AUTO_TEST_SUITE(format_prop_test)

using namespace stafett;
using namespace stafett::format;

namespace {

template <class Id>
Id any_id() {
  return *Id::from(*rc::gen::container<Bytes>(Id::kBytes, rc::gen::arbitrary<std::uint8_t>()));
}

std::vector<Hash> any_hashes(std::size_t count_max) {
  std::vector<Hash> hashes(*rc::gen::inRange<std::size_t>(0, count_max + 1));
  for (Hash& hash : hashes) hash = any_id<Hash>();
  return hashes;
}

PartCommitment any_commitment(PartClass part_class) {
  const auto true_length = *rc::gen::inRange<std::size_t>(0, kPlaintextBytesMax + 1);
  return {part_class, static_cast<std::uint32_t>(padded_length(true_length)), any_id<Hash>()};
}

std::vector<PartCommitment> any_parts(StreamKind kind) {
  if (kind == StreamKind::engine) return {any_commitment(PartClass::public_)};
  const auto set = *rc::gen::inRange(1u, 16u);  // some of fact, narrative, identity, attachment
  std::vector<PartCommitment> parts;
  for (std::uint8_t c = 1; c <= 4; ++c)
    if ((set >> (c - 1) & 1) != 0) parts.push_back(any_commitment(static_cast<PartClass>(c)));
  return parts;
}

Intent any_intent() {
  Intent intent;
  intent.origin_hash = any_id<Hash>();
  intent.event_id = any_id<EventId>();
  intent.stream_kind = static_cast<StreamKind>(*rc::gen::inRange(1, 6));
  intent.stream_id = any_id<StreamId>();
  intent.expects = static_cast<Expectation>(*rc::gen::inRange(0, 3));
  if (intent.expects == Expectation::head) intent.expected_head = any_id<Hash>();
  intent.occurred_at = TimeUs{*rc::gen::arbitrary<std::int64_t>()};
  if (*rc::gen::arbitrary<bool>()) intent.valid_to = TimeUs{*rc::gen::arbitrary<std::int32_t>()};
  intent.asserted_at = TimeUs{*rc::gen::arbitrary<std::int64_t>()};
  intent.actor = any_id<ActorId>();
  intent.key = any_id<KeyId>();
  intent.enrolled_at = Position{*rc::gen::arbitrary<std::uint64_t>()};
  intent.custody = static_cast<Custody>(*rc::gen::inRange(1, 4));
  if (intent.custody != Custody::own && *rc::gen::arbitrary<bool>())
    intent.evidence = any_id<Hash>();
  if (*rc::gen::arbitrary<bool>())
    intent.verified =
        Intent::Verified{TreeSize{*rc::gen::arbitrary<std::uint64_t>()}, any_id<Hash>()};
  intent.causes = any_hashes(4);
  intent.corrects = any_hashes(2);
  intent.parts = any_parts(intent.stream_kind);
  intent.atomic = *rc::gen::arbitrary<bool>();
  return intent;
}

GroupSignature any_signature() {
  const auto count = *rc::gen::element(1u, 2u, 3u, 5u, 64u, 100u, kSignedGroupMax);
  const auto index = *rc::gen::inRange(0u, count);
  static const std::vector<Hash> leaves(kSignedGroupMax);
  const transparency::Path path = transparency::path_of(std::span{leaves}.first(count), index);
  return {any_id<crypto::Signature>(), count, index, {path.begin(), path.end()}};
}

Bytes any_entry() {
  const Intent intent = any_intent();
  const bool engine = intent.stream_kind == StreamKind::engine;
  std::vector<Hash> sealed(engine ? 0 : intent.parts.size());
  for (Hash& hash : sealed) hash = any_id<Hash>();
  const Bytes public_part = engine ? *rc::gen::nonEmpty(rc::gen::arbitrary<Bytes>()) : Bytes{};
  const auto recorded = *rc::gen::nonZero<std::int64_t>();
  const Stamp stamp{
      static_cast<Mode>(*rc::gen::inRange(1, 4)), *rc::gen::arbitrary<std::uint32_t>(),
      Version{*rc::gen::arbitrary<std::uint64_t>()}, TimeUs{recorded}, any_id<Hash>()};
  return encode_entry(stamp, any_signature(), sealed, public_part, encode(intent));
}

}  // namespace

BOOST_AUTO_TEST_CASE(any_intent_has_one_form) {
  BOOST_TEST(rc::check("decode, encode gives the same bytes", [] {
    const Bytes bytes = encode(any_intent());
    RC_ASSERT(intent_form(bytes).value() == bytes);
  }));
}

BOOST_AUTO_TEST_CASE(any_entry_is_canonical_as_built) {
  BOOST_TEST(rc::check("what the builder lays out is what canonicalising makes", [] {
    const Bytes bytes = any_entry();
    const Bytes canonical = edited<schema::Entry>(bytes, [](schema::Entry::Builder) {});
    RC_ASSERT(bytes == canonical);
    RC_ASSERT(entry_form(bytes).value() == bytes);
  }));
}

BOOST_AUTO_TEST_CASE(any_damage_to_an_entry_is_refused_or_another_value) {
  BOOST_TEST(rc::check("a few changed bytes", [] {
    Bytes bytes = any_entry();
    const auto changes = *rc::gen::inRange(1, 4);
    for (int i = 0; i < changes; ++i)
      bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<std::uint8_t>();
    const Result<Bytes> again = entry_form(bytes);
    if (again) RC_ASSERT(*again == bytes);
  }));
}

BOOST_AUTO_TEST_CASE(the_stream_alone_is_that_of_the_whole_entry) {
  BOOST_TEST(rc::check("the same stream", [] {
    const Bytes bytes = any_entry();
    const Result<StreamId> stream = stream_of_entry(bytes);
    RC_ASSERT(stream.has_value());
    RC_ASSERT(*stream == decode_entry(bytes)->intent.stream_id);
  }));
}

// Compared by the bytes that the values encode to.
BOOST_AUTO_TEST_CASE(an_own_entry_is_the_same_as_anybodys) {
  const auto form = [](const Entry& entry) {
    return std::pair{encode(entry.intent), encode_entry(entry.stamp, entry.signature, entry.sealed,
                                                        entry.public_part, entry.intent_bytes)};
  };
  BOOST_TEST(rc::check("the same value", [&] {
    const Bytes bytes = any_entry();
    RC_ASSERT(form(*decode_own_entry(bytes)) == form(*decode_entry(bytes)));
  }));
  BOOST_TEST(rc::check("the same outline", [] {
    const Bytes bytes = any_entry();
    RC_ASSERT(*outline_of_own_entry(bytes) == outline_of(*decode_entry(bytes)));
  }));
  BOOST_TEST(rc::check("what is no entry is refused or read, and never crashes", [] {
    Bytes bytes = any_entry();
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<std::uint8_t>();
    const Result<Entry> own = decode_own_entry(bytes);
    const Result<EntryOutline> outline = outline_of_own_entry(bytes);
    if (decode_entry(bytes)) RC_ASSERT((own.has_value() && outline.has_value()));
  }));
}

BOOST_AUTO_TEST_CASE(the_stream_of_a_damaged_entry_is_refused_or_the_one_that_it_names) {
  BOOST_TEST(rc::check("a few changed bytes", [] {
    Bytes bytes = any_entry();
    const auto changes = *rc::gen::inRange(1, 4);
    for (int i = 0; i < changes; ++i)
      bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<std::uint8_t>();
    const Result<StreamId> stream = stream_of_entry(bytes);
    const Result<Entry> entry = decode_entry(bytes);
    if (entry) RC_ASSERT((stream && *stream == entry->intent.stream_id));
    if (!stream) RC_ASSERT(stream.error().code() == Errc::malformed);
  }));
  BOOST_TEST(rc::check("a cut: the intent lies last", [] {
    Bytes bytes = any_entry();
    bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size()));
    RC_ASSERT(!stream_of_entry(bytes));
  }));
}

BOOST_AUTO_TEST_CASE(words_of_noise_are_refused) {
  BOOST_TEST(rc::check("noise never decodes and never crashes", [] {
    Bytes bytes = *rc::gen::arbitrary<Bytes>();
    bytes.resize(bytes.size() / 8 * 8);
    RC_ASSERT(!decode_intent(bytes));
    RC_ASSERT(!decode_entry(bytes));
    RC_ASSERT(!stream_of_entry(bytes));
    RC_ASSERT(!decode_engine_event(bytes));
  }));
}

BOOST_AUTO_TEST_SUITE_END()
