#include <rapidcheck.h>

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>

#include "projections/catalogue/part_check.h"
#include "tests/projections/catalogue/maps.h"
#include "tests/projections/catalogue/random_event.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(codec_prop_test)
namespace {

namespace json = boost::json;

const EventId kTarget{*parse_uuid("018f0000-0000-7000-8000-000000000001")};
const SubjectId kCase{*parse_uuid("3f6c0000-0000-4000-8000-000000000001")};

TypeOf type_of(const Maps& maps) {
  return [&maps](const EventId& id) { return maps.type_of(id); };
}

struct Drawn {
  const EventInfo* event;
  Maps maps;
  json::object data;
};
Drawn draw() {
  std::mt19937_64 random{*rc::gen::arbitrary<std::uint64_t>()};
  Drawn out;
  out.event = registry().find(static_cast<EventType>(1 + random() % kEventTypeCount));
  const auto target = static_cast<EventType>(1 + random() % 67);
  out.maps.know(kTarget, target);
  out.data = random_data(*out.event, random, {}, target);
  return out;
}

std::string hex(const kj::Array<capnp::word>& words) {
  const auto bytes = words.asBytes();
  return to_hex({bytes.begin(), bytes.size()});
}

bool names_target(const EncodedParts& parts) {
  const Maps maps;
  const auto printed =
      decode(*registry().find(EventType::ENTRY_CORRECTED), views(parts), maps).value();
  return printed.at("target").as_string() == to_uuid_text(kTarget.view());
}

// Persons and cases by their ids, so that nothing is new.
struct ById final : EncodeContext {
  explicit ById(Maps& all) : maps(all) {}
  Resolved<ActorId> person(std::string_view label) override {
    if (auto uuid = parse_uuid(label)) return {ActorId{*uuid}, false};
    return {maps.person(label).id, false};
  }
  Resolved<SubjectId> case_id(std::string_view label) override {
    if (auto uuid = parse_uuid(label)) return {SubjectId{*uuid}, false};
    return {maps.case_id(label).id, false};
  }
  std::optional<EventId> event(std::string_view text) override { return maps.event(text); }
  std::optional<EventType> type_of(const EventId& id) override { return maps.type_of(id); }
  Maps& maps;
};

BOOST_AUTO_TEST_CASE(what_was_encoded_reads_back_the_same) {
  BOOST_TEST(rc::check([] {
    Drawn drawn = draw();
    const auto parts = encode(*drawn.event, kCase, drawn.data, drawn.maps);
    if (!parts) RC_FAIL(parts.error().pointer + ": " + parts.error().detail);
    const auto back = decode(*drawn.event, views(*parts), drawn.maps);
    if (!back) RC_FAIL(back.error().to_string());
    RC_ASSERT(drawn.data == *back);
    auto key = back->begin();  // in catalogue order, as they were drawn
    for (const auto& member : drawn.data) RC_ASSERT(member.key() == (key++)->key());
  }));
}

BOOST_AUTO_TEST_CASE(what_was_encoded_passes_the_check_of_signed_parts) {
  BOOST_TEST(rc::check([] {
    Drawn drawn = draw();
    const auto parts = encode(*drawn.event, kCase, drawn.data, drawn.maps);
    RC_ASSERT(parts.has_value());
    const auto checked = check_parts(views(*parts), type_of(drawn.maps));
    if (!checked) RC_FAIL(checked.error().pointer + ": " + checked.error().detail);
    RC_ASSERT(checked->event == drawn.event);
    RC_ASSERT(checked->case_id == kCase);
    RC_ASSERT(checked->labels == parts->labels);
  }));
}

// Whatever passes the check has the form that encoding its JSON gives: there is no second form.
BOOST_AUTO_TEST_CASE(flipped_parts_are_refused_or_of_the_one_form) {
  BOOST_TEST(rc::check([] {
    Drawn drawn = draw();
    auto parts = encode(*drawn.event, kCase, drawn.data, drawn.maps);
    RC_ASSERT(parts.has_value());
    std::mt19937_64 random{*rc::gen::arbitrary<std::uint64_t>()};
    auto& words = parts->words[random() % kClassCount];
    if (words.size() == 0) return;
    auto bytes = words.asBytes();
    bytes[random() % bytes.size()] ^= static_cast<kj::byte>(1u << (random() % 8));
    const auto checked = check_parts(views(*parts), type_of(drawn.maps));
    if (!checked) return;
    // The changes of an unknown target are not judged.
    if (checked->event->type == EventType::ENTRY_CORRECTED && !names_target(*parts)) return;
    const auto back = decode(*checked->event, views(*parts), drawn.maps);
    RC_ASSERT(back.has_value());
    Maps maps;
    maps.know(kTarget, *drawn.maps.type_of(kTarget));
    ById by_id{maps};
    const auto again = encode(*checked->event, checked->case_id, *back, by_id, checked->labels);
    if (!again) RC_FAIL(again.error().pointer + ": " + again.error().detail);
    for (std::size_t i = 0; i < kClassCount; ++i)
      RC_ASSERT(hex(again->words[i]) == hex(parts->words[i]));
  }));
}

BOOST_AUTO_TEST_CASE(one_wrong_field_is_refused_where_it_is) {
  BOOST_TEST(rc::check([] {
    Drawn drawn = draw();
    std::mt19937_64 random{*rc::gen::arbitrary<std::uint64_t>()};
    const FieldInfo& field = drawn.event->fields[random() % drawn.event->fields.size()];
    const json::string_view name{field.name.data(), field.name.size()};
    std::string pointer = "/data/" + std::string{field.name};
    switch (random() % 4) {
      case 0:
        drawn.data[name] = nullptr;
        break;
      case 1:
        drawn.data[name] = json::array{1.5};
        if (field.list) pointer += "/0";
        break;
      case 2:
        drawn.data["noSuchField"] = 1;
        pointer = "/data/noSuchField";
        break;
      default:
        if (!field.required) return;
        drawn.data.erase(name);
    }
    const auto parts = encode(*drawn.event, kCase, drawn.data, drawn.maps);
    RC_ASSERT(!parts.has_value());
    RC_ASSERT(parts.error().pointer == pointer);
    RC_ASSERT(parts.error().kind == SchemaFault::Kind::schema);
  }));
}

BOOST_AUTO_TEST_CASE(a_correction_gives_what_encoding_the_corrected_data_gives) {
  BOOST_TEST(rc::check([] {
    std::mt19937_64 random{*rc::gen::arbitrary<std::uint64_t>()};
    const EventInfo& target = *registry().find(static_cast<EventType>(1 + random() % 63));
    const EventInfo& correction = *registry().find(EventType::ENTRY_CORRECTED);
    Maps maps;
    maps.know(kTarget, target.type);
    json::object data = random_data(target, random);
    const auto before = encode(target, kCase, data, maps);
    json::object correcting = random_data(correction, random, {.optional_share = 1.0}, target.type);
    const auto change = encode(correction, kCase, correcting, maps);
    RC_ASSERT(before.has_value());
    RC_ASSERT(change.has_value());
    auto after = apply_changes(target, views(*before), views(*change));
    RC_ASSERT(after.has_value());
    for (const auto& member : correcting["changes"].get_object()) {
      if (member.value().is_null())
        data.erase(member.key());
      else
        data[member.key()] = member.value();
    }
    const auto want = encode(target, kCase, data, maps, before->labels);
    RC_ASSERT(want.has_value());
    for (std::size_t i = 0; i < kClassCount; ++i)
      RC_ASSERT(after->words[i].asBytes() == want->words[i].asBytes());
  }));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
