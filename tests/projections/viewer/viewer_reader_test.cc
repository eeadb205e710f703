// What a viewer gets, by examples: form of events and state, and what is left out beside what the
// table of visibility hides.

#include "projections/viewer/viewer_reader.h"

#include <boost/json/serialize.hpp>
#include <map>
#include <set>

#include "tests/projections/viewer/played_log.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(viewer_reader_test)
namespace {

namespace json = boost::json;

constexpr const char* kScenario = R"({
 "name": "viewed", "day0": "2026-01-12", "profile": {"ageOwnAccess": 12},
 "services": {"school-north": {"kind": "school"}},
 "people": {
  "alf": {"roles": ["admin"]}, "asta": {"roles": ["admin"]}, "dag": {"roles": ["dpo"]},
  "ulf": {"roles": ["auditor"]}, "rita": {"roles": ["reporter"]}, "rolf": {"roles": ["reporter"]},
  "lise": {"roles": ["employee"], "service": "school-north"}, "odd": {"roles": ["leader"], "service": "school-north"},
  "tor": {"roles": ["employee"], "service": "ppt"}, "kari": {"roles": ["guardian"]}, "ola": {"roles": ["child"]}},
 "events": [
  {"day": 0, "id": "raised", "type": "ConcernRaised", "by": "lise", "data": {"subject": "ola", "subjectKind": "child", "birthDate": "2013-05-04", "source": "employee", "service": "school-north", "summary": "alone in the breaks"}},
  {"day": 0, "type": "ConcernSharedWithLeader", "by": "lise", "data": {"leader": "odd"}},
  {"day": 0, "id": "sent", "type": "ConcernReportSent", "by": "lise", "data": {"report": "r1", "to": "barnevern"}},
  {"day": 0, "id": "reported", "type": "Level0Decided", "by": "odd", "data": {"outcome": "report", "reason": "worse than thought", "decidedBy": ["odd"]}},
  {"day": 0, "id": "named", "type": "EntryCorrected", "by": "odd", "data": {"target": "reported", "reason": "one more", "changes": {"reason": "much worse", "decidedBy": ["odd", "lise"]}}},
  {"day": 1, "type": "Level0Decided", "by": "odd", "data": {"outcome": "level2", "reason": "more than one service"}},
  {"day": 1, "type": "GuardianLinked", "by": "lise", "data": {"guardian": "kari", "relation": "mother", "responsibility": true}},
  {"day": 1, "type": "GuardianAccessGranted", "by": "lise", "data": {"guardian": "kari", "channel": "digital"}},
  {"day": 1, "id": "granted", "type": "ConsentGranted", "by": "kari", "data": {"consent": "c1", "consenter": "kari", "services": ["school-north", "ppt"], "openLog": true, "form": "digital", "from": "D1", "recipient": "service"}},
  {"day": 2, "id": "opened", "type": "LogOpened", "by": "lise", "data": {"level": 2, "holder": "lise", "service": "school-north", "consents": ["c1"]}},
  {"day": 3, "id": "heard", "type": "ChildHeard", "by": "lise", "data": {"hearing": "h-quiet", "how": "talk", "adult": "lise", "view": "wants to be left out of it", "hideFromGuardians": true}},
  {"day": 4, "id": "changed", "type": "LevelChanged", "by": "lise", "data": {"from": 2, "to": 3, "reason": "one more service", "hearings": ["h-quiet"]}},
  {"day": 4, "id": "called", "type": "MeetingCalled", "by": "lise", "data": {"meeting": "m1", "kind": "start", "date": "D9", "services": ["school-north", "ppt"]}},
  {"day": 5, "type": "CompartmentReleased", "by": "odd", "data": {"entries": ["sent", "reported", "named"], "toFamily": true, "toServices": [], "agreedWith": "barnevern"}},
  {"day": 5, "id": "aim", "type": "GoalSet", "by": "lise", "data": {"goal": "g-quiet", "area": "social", "text": "a friend"}},
  {"day": 5, "type": "MeasurePlanned", "by": "lise", "data": {"measure": "ms1", "title": "a group", "area": "social", "arena": ["unit"], "service": "school-north", "responsible": "lise", "evaluateBy": "D90", "goal": "g-quiet"}},
  {"day": 6, "id": "limited", "type": "EntryRestricted", "by": "dag", "data": {"target": "called", "ground": "objection"}},
  {"day": 6, "type": "EntryRestricted", "by": "dag", "data": {"target": "aim", "ground": "objection"}}],
 "reads": [
  {"day": 3, "id": "read-hidden", "by": "odd", "capacity": "leader", "purpose": "followUp", "entries": ["sent"]},
  {"day": 3, "id": "read-some", "by": "lise", "capacity": "holder", "purpose": "followUp", "entries": ["heard", "opened"]}]
})";

PlayedLog& played() {
  static PlayedLog log{std::string(kScenario)};
  return log;
}

const json::object& of_type(const json::array& history, std::string_view type) {
  for (const json::value& event : history)
    if (std::string_view(event.at("type").as_string()) == type) return event.as_object();
  static const json::object kNone;
  BOOST_ERROR("no " << type);
  return kNone;
}
std::set<std::string> keys(const json::object& object) {
  std::set<std::string> out;
  for (const auto& pair : object) out.insert(std::string(pair.key()));
  return out;
}

BOOST_AUTO_TEST_CASE(versions_count_what_the_viewer_gets_of_each_stream) {
  std::map<std::string, std::uint64_t> next;
  for (const json::value& event : played().history("kari", 6)) {
    const std::string stream{event.at("stream").as_string()};
    BOOST_TEST(event.at("version").to_number<std::uint64_t>() == next[stream]++);
  }
  BOOST_TEST(next["open"] > 4u);
  // For whom nothing is hidden they are the stream's own.
  const auto all =
      CaseReader(played().log(), played().gate()).history(played().case_id(), played().day(6));
  BOOST_REQUIRE(all);
  const json::array of_dpo = played().history("dag", 6);
  BOOST_REQUIRE(of_dpo.size() == all->size());
  for (std::size_t i = 0; i < all->size(); ++i)
    BOOST_TEST((of_dpo[i].at("version") == all->at(i).at("version")));
}

BOOST_AUTO_TEST_CASE(an_event_that_is_given_whole_is_as_everybody_gets_it) {
  const json::array history = played().history("kari", 6);
  const auto all =
      CaseReader(played().log(), played().gate()).history(played().case_id(), played().day(6));
  BOOST_REQUIRE(all);
  json::object mine = of_type(history, "ConsentGranted");
  json::object whole = of_type(*all, "ConsentGranted");
  mine.erase("version");
  whole.erase("version");
  BOOST_TEST(json::serialize(mine) == json::serialize(whole));
}

BOOST_AUTO_TEST_CASE(references_to_what_is_hidden_are_left_out) {
  const auto data = [](const char* viewer, const char* type) {
    return of_type(played().history(viewer, 6), type).at("data").as_object();
  };
  // As if there were none; only where something must be there, it is null or an empty list.
  BOOST_TEST(!data("kari", "LevelChanged").contains("hearings"));
  BOOST_TEST((data("ola", "LevelChanged").at("hearings") == json::array{"h-quiet"}));
  BOOST_TEST(!data("kari", "MeasurePlanned").contains("goal"));
  BOOST_TEST((data("dag", "MeasurePlanned").at("goal") == "g-quiet"));
  const json::object limited = of_type(played().history("kari", 6), "EntryRestricted");
  BOOST_TEST(limited.at("data").at("target").is_null());
  BOOST_TEST((played().state("kari", 6).at("restricted") == json::array{}));
  BOOST_TEST(played().state("dag", 6).at("restricted").as_array().size() == 2u);
}

BOOST_AUTO_TEST_CASE(who_reported_to_barnevern_is_not_told_to_the_family_even_when_released) {
  const json::object to_family = of_type(played().history("kari", 6), "ConcernReportSent");
  BOOST_TEST(to_family.at("actor").is_null());
  BOOST_TEST(to_family.at("key").is_null());
  const json::object to_leader = of_type(played().history("odd", 6), "ConcernReportSent");
  BOOST_TEST((to_leader.at("actor") == "lise"));
  BOOST_TEST((of_type(played().history("kari", 6), "LogOpened").at("actor") == "lise"));
  const auto data = [](const char* viewer, const char* type) {
    return of_type(played().history(viewer, 6), type).at("data").as_object();
  };
  BOOST_TEST(data("kari", "Level0Decided").at("decidedBy").is_null());
  BOOST_TEST((data("odd", "Level0Decided").at("decidedBy") == json::array{"odd"}));
  BOOST_TEST(
      (data("kari", "EntryCorrected").at("changes") == json::object{{"reason", "much worse"}}));
  BOOST_TEST(
      (data("odd", "EntryCorrected").at("changes").at("decidedBy") == json::array{"odd", "lise"}));
}

BOOST_AUTO_TEST_CASE(facts_alone_come_with_neither_texts_nor_people) {
  const json::array history = played().history("dag", 6);
  const std::string text = json::serialize(history);
  for (const char* word : {"alone", "wants", "kari", "lise", "ola", "odd"})
    BOOST_TEST((text.find(word) == std::string::npos), word);
  const json::object raised = of_type(history, "ConcernRaised");
  BOOST_TEST(raised.at("actor").is_null());
  BOOST_TEST(raised.at("data").at("summary").is_null());
  BOOST_TEST(raised.at("data").at("subject").is_null());
  BOOST_TEST((raised.at("data").at("subjectKind") == "child"));
  // Null also where nothing was said: that there is a text is not told either.
  BOOST_TEST(of_type(history, "GuardianLinked").at("data").at("languages").is_null());
}

BOOST_AUTO_TEST_CASE(a_state_without_identities_says_null_where_they_would_decide) {
  const json::object state = played().state("dag", 6);
  BOOST_TEST((state.at("phase") == "active"));
  BOOST_TEST(state.at("guardians").is_null());
  BOOST_TEST(state.at("logCoverage").is_null());
  BOOST_TEST(state.at("coverage").at("ppt").is_null());
  BOOST_TEST(state.at("schoolPlanComplete").is_null());
  BOOST_TEST(state.at("holder").at("person").is_null());
  BOOST_TEST((state.at("holder").at("service") == "school-north"));
  BOOST_TEST(state.at("consents").at("c1").at("consenter").is_null());
}

BOOST_AUTO_TEST_CASE(a_state_is_folded_over_what_is_given) {
  const json::object to_mother = played().state("kari", 6), to_child = played().state("ola", 6);
  BOOST_TEST(to_mother.at("hearings").as_object().empty());
  BOOST_TEST(to_child.at("hearings").as_object().contains("h-quiet"));
  BOOST_TEST(to_mother.at("meetings").as_object().empty());  // restricted
  BOOST_TEST((to_mother.at("logCoverage") == "covered"));
  const json::object to_colleague = played().state("tor", 6);  // not a participant
  BOOST_TEST(to_colleague.at("phase").is_null());
  BOOST_TEST(to_colleague.at("events").to_number<int>() == 0);
  for (const char* key : {"guardians", "logCoverage", "schoolPlanComplete"})
    BOOST_TEST(to_colleague.at(key).is_null(), key);  // there may be: whoever sees nothing knows no
  BOOST_TEST(keys(to_colleague).size() == keys(to_child).size());
}

BOOST_AUTO_TEST_CASE(a_read_in_the_familys_history_is_what_the_access_list_shows) {
  const json::array history = played().history("kari", 6);
  std::vector<json::object> reads;
  for (const json::value& event : history)
    if (event.at("type") == "EntryRead") reads.push_back(event.as_object());
  // The report is released by now, so the leader's read of it is there.
  BOOST_REQUIRE(reads.size() == 2u);
  const json::object& some = reads.back();
  BOOST_TEST(some.at("actor").is_null());
  BOOST_TEST(some.at("data").at("reader").is_null());
  BOOST_TEST(some.at("data").at("visit").is_null());
  BOOST_TEST((some.at("data").at("capacity") == "holder"));
  BOOST_TEST(some.at("data").at("entries").as_array().size() == 1u);
  for (const json::value& event : played().history("kari", 4))
    BOOST_TEST(!(event.at("type") == "EntryRead" && event.at("data").at("capacity") == "leader"));
}

BOOST_AUTO_TEST_CASE(a_consumer_gets_kinds_weeks_and_names_of_its_own) {
  const json::array rita = played().history("rita", 5), rolf = played().history("rolf", 5);
  const json::object opened = of_type(rita, "LogOpened");
  BOOST_TEST(
      (keys(opened) == std::set<std::string>{"case", "data", "serviceKind", "type", "week"}));
  BOOST_TEST((opened.at("week") == "2026-W03"));
  BOOST_TEST((opened.at("serviceKind") == "school"));
  BOOST_TEST((opened.at("data").at("service") == "school"));
  BOOST_TEST(opened.at("data").at("holder").is_null());
  const json::object granted = of_type(rita, "ConsentGranted");
  BOOST_TEST((granted.at("data").at("from") == "2026-W03"));
  BOOST_TEST((granted.at("data").at("services") == json::array{"school", "ppt"}));
  // One name for one consent, another with another consumer, the same each time.
  BOOST_TEST((opened.at("data").at("consents").at(0) == granted.at("data").at("consent")));
  BOOST_TEST((of_type(rolf, "ConsentGranted").at("data").at("consent") !=
              granted.at("data").at("consent")));
  BOOST_TEST((of_type(rolf, "LogOpened").at("case") != opened.at("case")));
  BOOST_TEST((played().history("rita", 5) == rita));
  const std::string text = json::serialize(rita) + json::serialize(played().state("rita", 5));
  for (const char* word :
       {"c1", "m1", "h-quiet", "school-north", "2026-01", "kari", "lise", "\"case\":\"case\""})
    BOOST_TEST((text.find(word) == std::string::npos), word);
  for (const json::value& event : rita) BOOST_TEST((event.at("type") != "ChildHeard"));
  BOOST_TEST(!of_type(rita, "LevelChanged").at("data").as_object().contains("hearings"));
  // Nor does it get the label of a case of which nothing is shown yet.
  const json::object before = played().state("rita", -1);
  BOOST_TEST(before.at("phase").is_null());
  BOOST_TEST((before.at("case") == opened.at("case")));
}

BOOST_AUTO_TEST_CASE(of_the_two_axes_the_one_not_given_is_where_the_other_is) {
  log::Log& log = played().log();
  const TimeUs now = *parse_time("2027-01-01T00:00:00Z"),
               then = *parse_time("2026-01-14T12:00:00Z");
  played().clock.set(now);
  const auto neither = viewer_axes(log, {});
  BOOST_REQUIRE(neither);
  BOOST_TEST((neither->as_of == now && neither->known.recorded_at == now));
  const auto as_of = viewer_axes(log, {{}, then});
  BOOST_REQUIRE(as_of);
  BOOST_TEST((as_of->as_of == then && as_of->known.recorded_at == then));
  const auto known = viewer_axes(log, {{TreeSize{UINT64_MAX}, then}, TimeUs{INT64_MAX}});
  BOOST_REQUIRE(known);
  BOOST_TEST((known->as_of == then && known->known.recorded_at == then));
  const auto both = viewer_axes(log, {{TreeSize{UINT64_MAX}, now}, then});
  BOOST_REQUIRE(both);
  BOOST_TEST((both->as_of == then && both->known.recorded_at == now));
  const TreeSize size = log.head().size;
  const auto sized =
      viewer_axes(log, {{TreeSize{size.value() - 1}, TimeUs{INT64_MAX}}, TimeUs{INT64_MAX}});
  BOOST_REQUIRE(sized);
  BOOST_TEST((sized->as_of < now && sized->as_of > then));
  BOOST_TEST((sized->known.size == TreeSize{size.value() - 1}));
  BOOST_TEST(!viewer_axes(log, {{TreeSize{0}, TimeUs{INT64_MAX}}, TimeUs{INT64_MAX}}));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
