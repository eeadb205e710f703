#include <capnp/message.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "projections/catalogue/part_check.h"
#include "projections/catalogue/parts.capnp.h"
#include "tests/projections/catalogue/maps.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(codec_test)
namespace {

namespace data = boost::unit_test::data;
namespace json = boost::json;

const SubjectId kCase{*parse_uuid("3f6c0000-0000-4000-8000-000000000001")};
constexpr const char* kTargetText = "018f0000-0000-7000-8000-000000000001";
const EventId kTarget{*parse_uuid(kTargetText)};

json::object object(std::string_view text) {
  return json::parse(json::string_view{text.data(), text.size()}).as_object();
}
Checked<EncodedParts> encode_text(std::string_view type, std::string_view text, Maps& maps) {
  return encode(*registry().find(type), kCase, object(text), maps);
}
std::string hex(const kj::Array<capnp::word>& words) {
  const auto bytes = words.asBytes();
  return to_hex({bytes.begin(), bytes.size()});
}
std::string filled(std::string_view before, std::size_t count, std::string_view after) {
  return std::string{before} + std::string(count, 'x') + std::string{after};
}

struct Bad {
  const char* type;
  std::string data;
  const char* pointer;
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) {
  return out << bad.type << " " << bad.data.substr(0, 120);
}
const Bad kBad[] = {
    {"MeasureStarted", R"({})", "/data/measure"},
    {"MeasureStarted", R"({"measure": null})", "/data/measure"},
    {"MeasureStarted", R"({"measure": ""})", "/data/measure"},
    {"MeasureStarted", R"({"measure": "M1"})", "/data/measure"},
    {"MeasureStarted", R"({"measure": "m_1"})", "/data/measure"},
    {"MeasureStarted", filled(R"({"measure": ")", 41, R"("})"), "/data/measure"},
    {"MeasureStarted", R"({"measure": 1})", "/data/measure"},
    {"MeasureStarted", R"({"measure": "m1", "a/b~c": 1})", "/data/a~1b~0c"},
    {"LogOpened", R"({"level": 0, "holder": "a", "service": "school", "consents": []})",
     "/data/level"},
    {"LogOpened", R"({"level": 4, "holder": "a", "service": "school", "consents": []})",
     "/data/level"},
    {"LogOpened", R"({"level": 1.0, "holder": "a", "service": "school", "consents": []})",
     "/data/level"},
    {"LogOpened", R"({"level": "1", "holder": "a", "service": "school", "consents": []})",
     "/data/level"},
    {"LogOpened", R"({"level": 1, "holder": "A", "service": "school", "consents": []})",
     "/data/holder"},
    {"LogOpened", R"({"level": 1, "holder": "a", "service": "", "consents": []})", "/data/service"},
    {"LogOpened", R"({"level": 1, "holder": "a", "service": "school", "consents": ["c", "c"]})",
     "/data/consents/1"},
    {"LogOpened", R"({"level": 1, "holder": "a", "service": "school", "consents": "c"})",
     "/data/consents"},
    {"LevelChanged", R"({"from": 4, "to": 1, "reason": "x"})", "/data/from"},
    {"LevelChanged", R"({"from": 1, "to": 0, "reason": "x"})", "/data/to"},
    {"LevelChanged", R"({"from": -1, "to": 1, "reason": "x"})", "/data/from"},
    {"ConcernConcretised", R"({"observations": "x", "degree": 11})", "/data/degree"},
    {"ConcernConcretised", R"({"observations": "x", "degree": 0})", "/data/degree"},
    {"ConcernConcretised", R"({"observations": "x", "earlierConcerns": 1})",
     "/data/earlierConcerns"},
    {"ConcernConcretised", R"({"observations": "x", "periodFrom": "2026-02-29"})",
     "/data/periodFrom"},
    {"ConcernConcretised", R"({"observations": ""})", "/data/observations"},
    {"ConcernConcretised", R"({"observations": "a\tb"})", "/data/observations"},
    {"ConcernConcretised", R"({"observations": "a\r\nb"})", "/data/observations"},
    {"ConcernConcretised", R"({"observations": "a\u0085b"})", "/data/observations"},
    {"ConcernConcretised", R"({"observations": "a\u0000b"})", "/data/observations"},
    {"ConcernConcretised", filled(R"({"observations": ")", 20'001, R"("})"), "/data/observations"},
    {"ParticipantAdded", R"({"participant": "p", "service": "ppt", "task": "a\nb"})", "/data/task"},
    {"ParticipantAdded", R"({"participant": "p", "service": "ppt", "task": "a\u2028b"})",
     "/data/task"},
    {"ParticipantAdded",
     filled(R"({"participant": "p", "service": "ppt", "task": ")", 201, R"("})"), "/data/task"},
    {"GuardiansInformed", R"({"guardians": [], "how": "talk"})", "/data/guardians"},
    {"GuardiansInformed", R"({"guardians": ["a"], "how": "shout"})", "/data/how"},
    {"GuardiansInformed", R"({"guardians": ["a"], "how": "absent"})", "/data/how"},
    {"GuardiansInformed", R"({"guardians": ["a", "b", "a"], "how": "talk"})", "/data/guardians/2"},
    {"GuardiansInformed", R"({"guardians": ["a", null], "how": "talk"})", "/data/guardians/1"},
    {"EntryRestricted", R"({"target": "raised", "ground": "unlawful"})", "/data/target"},
    {"ArchiveSent", R"({"message": "m", "target": "fiks", "digest": "00"})", "/data/digest"},
    {"ArchiveSent",
     R"({"message": "m", "target": "fiks", "digest": "AA00000000000000000000000000000000000000000000000000000000000000"})",
     "/data/digest"},
    {"BreakGlassUsed", R"({"person": "a", "service": "nav", "ground": "x", "until": "2026-01-01"})",
     "/data/until"},
    {"BreakGlassUsed",
     R"({"person": "a", "service": "nav", "ground": "x", "until": "2026-01-01T00:00:00+00:00"})",
     "/data/until"},
    {"PersonDetailsRecorded", R"({"person": "a", "name": "x", "contact": {"fax": "1"}})",
     "/data/contact/fax"},
    {"PersonDetailsRecorded", R"({"person": "a", "name": "x", "contact": {"email": ""}})",
     "/data/contact/email"},
    {"PersonDetailsRecorded", R"({"person": "a", "name": "x", "languages": ["n"]})",
     "/data/languages/0"},
    {"ServiceRegistered", R"({"service": "s", "kind": "nav", "names": {"nb": "a", "nn": "b"}})",
     "/data/names/en"},
    {"ServiceRegistered",
     R"({"service": "s", "kind": "nav", "names": {"nb": "a", "nn": "b", "en": "c", "de": "d"}})",
     "/data/names/de"},
    {"ProfileProposed", R"({"version": 2, "effectiveFrom": "2026-01-01", "changes": {"x": 1}})",
     "/data/changes"},
    {"StatisticsPublished", R"({"from": "2026-01-01", "to": "2026-01-01", "figures": []})",
     "/data/figures"},
    {"StatisticsPublished",
     R"({"from": "2026-01-01", "to": "2026-01-01", "figures": {"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{}}}}}}}}}})",
     "/data/figures"},
    {"EntryCorrected", R"({"target": "018f0000-0000-7000-8000-000000000001", "changes": 1})",
     "/data/changes"},
};

BOOST_DATA_TEST_CASE(what_is_not_of_the_schema_is_refused_where_it_is, data::make(kBad), bad) {
  Maps maps;
  const auto parts = encode_text(bad.type, bad.data, maps);
  BOOST_REQUIRE(!parts);
  BOOST_TEST(parts.error().pointer == bad.pointer);
  BOOST_TEST((parts.error().kind == SchemaFault::Kind::schema));
  BOOST_TEST(!parts.error().detail.empty());
}

BOOST_AUTO_TEST_CASE(the_longest_values_are_taken) {
  Maps maps;
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "ø";
  BOOST_TEST(encode_text("ConcernConcretised", R"({"observations": ")" + text + R"("})", maps)
                 .has_value());
  const std::string line = R"({"participant": "p", "service": "ppt", "task": ")";
  BOOST_TEST(encode_text("ParticipantAdded", filled(line, 200, R"("})"), maps).has_value());
  BOOST_TEST(
      encode_text("MeasureStarted", filled(R"({"measure": ")", 40, R"("})"), maps).has_value());
  BOOST_TEST(encode_text("ProfileApproved", R"({"version": 9007199254740992})", maps).has_value());
  BOOST_TEST(!encode_text("ProfileApproved", R"({"version": 9007199254740993})", maps).has_value());
  BOOST_TEST(!encode_text("ProfileApproved", R"({"version": 18446744073709551615})", maps));
}

BOOST_AUTO_TEST_CASE(an_unknown_type_is_told_at_type) {
  const auto event = event_named("Nothing");
  BOOST_REQUIRE(!event);
  BOOST_TEST(event.error().pointer == "/type");
}

BOOST_AUTO_TEST_CASE(the_fault_of_a_profile_key_names_it) {
  Maps maps;
  const auto parts = encode_text(
      "ProfileProposed",
      R"({"version": 2, "effectiveFrom": "2026-01-01", "changes": {"smallCellMin": 1}})", maps);
  BOOST_REQUIRE(!parts);
  BOOST_TEST(parts.error().detail.find("smallCellMin") != std::string::npos);
}

// Worked bytes: a change here is a change of the format.
BOOST_AUTO_TEST_CASE(an_event_has_these_bytes) {
  Maps maps;
  const auto parts = encode_text(
      "ChildHeard", R"({"hearing": "h1", "how": "talk", "adult": "lise", "view": "glad"})", maps);
  BOOST_REQUIRE(parts.has_value());
  BOOST_TEST(hex(parts->words[0]) ==
             "0000000001000200080000000000000005000000820000000800000001000100"
             "3f6c00000000400080000000000000010100000000000000010000001a000000"
             "6831000000000000");
  BOOST_TEST(hex(parts->words[1]) ==
             "0000000000000200000000000000000000000000000003000000000000000000"
             "0000000000000000010000002a000000676c616400000000");
  BOOST_TEST(hex(parts->words[2]) ==
             "000000000000030000000000000000000400000000000200110000001f000000"
             "00000000000000000100000082000000e0932f17a3ba453b571b4f8e4ab071a0"
             "040000000100020001000000000000000500000082000000090000002a000000"
             "e0932f17a3ba453b571b4f8e4ab071a06c69736500000000");
}

BOOST_AUTO_TEST_CASE(classes_are_kept_apart) {
  Maps maps;
  const auto parts = encode_text("ConcernSharedWithLeader", R"({"leader": "odd"})", maps).value();
  BOOST_TEST(parts.words[0].size() != 0);  // type and case
  BOOST_TEST(parts.words[1].size() == 0);
  BOOST_TEST(parts.words[2].size() != 0);
  BOOST_REQUIRE(parts.labels.size() == 1u);
  BOOST_TEST(parts.labels[0].label == "odd");
  const auto known = encode_text("MeasureStarted", R"({"measure": "m1"})", maps).value();
  BOOST_TEST(known.words[2].size() == 0);
  BOOST_TEST(known.labels.empty());
}

BOOST_AUTO_TEST_CASE(withheld_classes_are_printed_as_null) {
  Maps maps;
  const EventInfo& event = *registry().find("ChildHeard");
  const auto parts =
      encode_text("ChildHeard",
                  R"({"hearing": "h1", "how": "talk", "adult": "lise", "view": "glad"})", maps)
          .value();
  PartViews given = views(parts);
  given[1] = given[2] = nullptr;
  const auto printed =
      decode(event, given, maps, Withheld{}.add(FieldClass::NARRATIVE).add(FieldClass::IDENTITY));
  BOOST_TEST(json::serialize(printed.value()) ==
             R"({"hearing":"h1","how":"talk","adult":null,"view":null})");
  BOOST_TEST(json::serialize(decode(event, given, maps).value()) ==
             R"({"hearing":"h1","how":"talk"})");
}

struct BadChange {
  EventType target;
  const char *changes, *pointer;
};
std::ostream& operator<<(std::ostream& out, const BadChange& bad) {
  return out << bad.changes;
}
const BadChange kBadChanges[] = {
    {EventType::MEASURE_PLANNED, R"({"nothing": 1})", "/data/changes/nothing"},
    {EventType::MEASURE_PLANNED, R"({"measure": "m9"})", "/data/changes/measure"},
    {EventType::MEASURE_PLANNED, R"({"goal": "g9"})", "/data/changes/goal"},
    {EventType::MEASURE_PLANNED, R"({"title": null})", "/data/changes/title"},
    {EventType::MEASURE_PLANNED, R"({"title": 1})", "/data/changes/title"},
    {EventType::MEASURE_PLANNED, R"({"arena": []})", "/data/changes/arena"},
    {EventType::MEASURE_PLANNED, R"({"arena": ["home", "sea"]})", "/data/changes/arena/1"},
    {EventType::ENTRY_CORRECTED, R"({"changes": {}})", "/data/changes/changes"},
    {EventType::ENTRY_RESTRICTED, R"({"target": "018f0000-0000-7000-8000-000000000002"})",
     "/data/changes/target"},
};

BOOST_DATA_TEST_CASE(changes_that_do_not_fit_the_target_are_no_schema_fault,
                     data::make(kBadChanges), bad) {
  Maps maps;
  maps.know(kTarget, bad.target);
  json::object correction{{"target", kTargetText}, {"changes", object(bad.changes)}};
  const auto parts = encode(*registry().find("EntryCorrected"), kCase, correction, maps);
  BOOST_REQUIRE(!parts);
  BOOST_TEST((parts.error().kind == SchemaFault::Kind::correction));
  BOOST_TEST(parts.error().pointer == bad.pointer);
}

BOOST_AUTO_TEST_CASE(a_correction_of_an_unknown_target_keeps_the_names) {
  Maps maps;
  const json::object correction{{"target", kTargetText}, {"changes", {{"b", 1}, {"a", 2}}}};
  const auto parts = encode(*registry().find("EntryCorrected"), kCase, correction, maps).value();
  const std::vector<std::string> want = {"a", "b"};
  BOOST_TEST(changed_fields(views(parts)).value() == want, boost::test_tools::per_element());
  BOOST_TEST(check_parts(views(parts), [](const EventId&) { return std::nullopt; }).has_value());
}

BOOST_AUTO_TEST_CASE(a_correction_replaces_and_removes_fields) {
  Maps maps;
  maps.know(kTarget, EventType::CONSENT_GRANTED);
  const EventInfo& granted = *registry().find("ConsentGranted");
  const auto before = encode_text("ConsentGranted", R"({"consent": "c1", "consenter": "kari",
    "services": ["school"], "openLog": false, "form": "oral", "from": "2026-01-24",
    "to": "2026-06-01", "recipient": "service"})",
                                  maps)
                          .value();
  const json::object correction{
      {"target", kTargetText},
      {"changes", {{"to", nullptr}, {"services", {"school", "ppt"}}, {"consenter", "per"}}}};
  const auto change = encode(*registry().find("EntryCorrected"), kCase, correction, maps).value();
  const auto after = apply_changes(granted, views(before), views(change)).value();
  BOOST_TEST(json::serialize(decode(granted, views(after), maps).value()) ==
             R"({"consent":"c1","consenter":"per","services":["school","ppt"],"openLog":false,)"
             R"("form":"oral","from":"2026-01-24","recipient":"service"})");
  const std::vector<std::string> names = {"consenter", "services", "to"};
  BOOST_TEST(changed_fields(views(change)).value() == names, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_empty_change_stays_an_empty_change) {
  Maps maps;
  maps.know(kTarget, EventType::CONSENT_GRANTED);
  const json::object correction{{"target", kTargetText}, {"changes", json::object{}}};
  const auto parts = encode(*registry().find("EntryCorrected"), kCase, correction, maps).value();
  BOOST_TEST(
      (decode(*registry().find("EntryCorrected"), views(parts), maps).value() == correction));
  BOOST_TEST(changed_fields(views(parts)).value().empty());
}

// A hostile client may build any message: fields in the part of another class, stray bytes.
BOOST_AUTO_TEST_CASE(a_field_in_the_part_of_another_class_is_refused) {
  const auto passes = [](const kj::Array<capnp::word>& fact,
                         const kj::Array<capnp::word>& narrative) {
    const PartViews parts{fact.asPtr(), narrative.asPtr(), nullptr};
    return check_parts(parts, [](const EventId&) { return std::nullopt; }).has_value();
  };
  capnp::MallocMessageBuilder message, other, nothing;
  auto part = message.initRoot<schema::Part>();
  part.setType(EventType::MEASURE_STARTED);
  part.setCase(kj::arrayPtr(kCase.data(), 16));
  part.getBody().initAs<schema::MeasureStarted>().setMeasure("m1");
  other.initRoot<schema::Part>().getBody().initAs<schema::MeasureStarted>().setMeasure("m2");
  const auto fact = capnp::canonicalize(part.asReader());
  const auto stray = capnp::canonicalize(other.getRoot<schema::Part>().asReader());
  const auto empty = capnp::canonicalize(nothing.initRoot<schema::Part>().asReader());
  BOOST_TEST(passes(fact, nullptr));
  BOOST_TEST(!passes(fact, stray));
  BOOST_TEST(!passes(fact, empty));
  BOOST_TEST(!passes(nullptr, nullptr));
  BOOST_TEST(!passes(stray, nullptr));  // no type
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
