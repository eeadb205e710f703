// What a viewer gets holds nothing that the table does not give: no part is opened for him that it
// denies, and no word, name or id of something hidden is in the output.
//
// Every scenario file, every person in it, at instants through its course: the small round takes
// some of them, STAFETT_ROUNDS=full all.

#include <capnp/any.h>

#include <boost/json/serialize.hpp>
#include <boost/test/data/test_case.hpp>

#include "engine/base/encoding.h"
#include "projections/state/case_build.h"
#include "projections/state/wire.h"
#include "projections/viewer/viewer_reader.h"
#include "tests/projections/viewer/marked_scenario.h"
#include "tests/support/rounds.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(release_test)
namespace {

namespace json = boost::json;

class Opened final : public log::PartWatch {
 public:
  void part_opened(Position position, format::PartClass part_class) override {
    ++count;
    parts[position.value()].insert(part_class);
  }
  std::map<std::uint64_t, std::set<format::PartClass>> parts;
  std::size_t count = 0;
};

// The persons that an event's data names.
std::set<ActorId> named_persons(const Event& event) {
  std::set<ActorId> out;
  const EventInfo* info = registry().find(event.type);
  if (!info || !event.identity) return out;
  const auto pointers =
      event.identity->part().getBody().getAs<capnp::AnyStruct>().getPointerSection();
  for (const FieldInfo& field : info->fields) {
    if (field.type != FieldType::PERSON || field.slot >= pointers.size() ||
        pointers[field.slot].isNull())
      continue;
    if (!field.list) {
      out.insert(actor_of(pointers[field.slot].getAs<capnp::Data>()));
      continue;
    }
    for (const auto one : pointers[field.slot].getAs<capnp::List<capnp::Data>>())
      out.insert(actor_of(one));
  }
  return out;
}

// One viewer at one instant: what the table gives, from all of the case.
class Question {
 public:
  Question(MarkedScenario& play, const SubjectId& case_id, const std::string& viewer, TimeUs at)
      : play_(play), case_id_(case_id), viewer_(viewer) {
    axes_.as_of = axes_.known.recorded_at = at;
    const auto record = play.gate().source().subject(case_id);
    BOOST_REQUIRE((record && *record));
    const auto events = play.gate().source().of_case(**record, play.log().head().size);
    BOOST_REQUIRE(events);
    events_ = *events;
    const auto person = play.gate().labels().find(log::LabelSpace::person, viewer);
    BOOST_REQUIRE((person && *person));
    reader_ = ActorId{**person};
    state_ = build(case_id, events_, axes_.known, at);
    const Directory& directory = play.gate().directory();
    const ReaderContext context{
        state_, directory, {at}, directory.profiles().in_force(local_date(at)).profile};
    const Visibility visibility(context, reader_, at);
    for (const EventPtr& event : events_)
      if (axes_.known.includes(*event) && event->occurred_at <= at)
        sights_[event->position.value()] = visibility.sight(*event);
  }

  // What is said holds for both: the state and the history. Tells how many parts were opened.
  std::size_t check() {
    Opened opened;
    const ViewerReader reader(play_.log(), play_.gate(), &opened);
    const auto history = reader.history(case_id_, reader_, axes_);
    BOOST_REQUIRE_MESSAGE(history, (history ? "" : history.error().to_string()));
    const auto state = reader.state(case_id_, reader_, axes_);
    BOOST_REQUIRE_MESSAGE(state, (state ? "" : state.error().to_string()));
    nothing_denied_is_opened(opened);
    nothing_denied_is_said(json::serialize(*history) + json::serialize(*state));
    all_that_is_given_comes(*history);
    return opened.count;
  }

 private:
  ClassSet given(const Event& event) const {
    const auto found = sights_.find(event.position.value());
    return found == sights_.end() ? ClassSet() : found->second.classes;
  }
  void nothing_denied_is_opened(const Opened& opened) const {
    for (const EventPtr& event : events_) {
      const auto found = opened.parts.find(event->position.value());
      if (found == opened.parts.end()) continue;
      const ClassSet classes = given(*event);
      BOOST_TEST((classes.has_fact() || !found->second.count(format::PartClass::fact)));
      BOOST_TEST((classes.has_narrative() || !found->second.count(format::PartClass::narrative)));
      BOOST_TEST((classes.has_identity() || !found->second.count(format::PartClass::identity)));
    }
  }
  void nothing_denied_is_said(const std::string& said) const {
    std::set<std::string> persons, ids;
    bool reported = false;
    for (const EventPtr& event : events_) {
      const ClassSet classes = given(*event);
      const bool by_reporter =
          !classes.empty() && sights_.at(event->position.value()).form == Sight::Form::reported;
      reported = reported || by_reporter;
      if (classes.has_identity())
        for (const ActorId& person : named_persons(*event)) persons.insert(name(person));
      if (!classes.empty() && sights_.at(event->position.value()).actor)
        persons.insert(name(event->actor));
      if (!classes.empty() && !by_reporter)
        for (const std::string& id : play_.created(event->id)) ids.insert(id);
      if (!classes.has_narrative())
        for (const std::string& word : play_.texts(event->id)) lacks(said, word);
      if (classes.empty() || by_reporter) lacks(said, to_uuid_text(event->id.view()));
    }
    for (const std::string& person : play_.people())
      if (!persons.count(person)) lacks(said, person);
    for (const EventPtr& event : events_)
      for (const std::string& id : play_.created(event->id))
        if (!ids.count(id)) lacks(said, id);
    if (!reported) return;
    for (const char* key : {"position", "leafHash", "actor", "recordedAt"})
      lacks(said, '"' + std::string(key) + '"');
  }
  void all_that_is_given_comes(const json::array& history) const {
    std::size_t given = 0;
    for (const auto& [position, sight] : sights_) given += sight.classes.empty() ? 0u : 1u;
    BOOST_TEST(history.size() == given);
  }
  void lacks(const std::string& said, const std::string& word) const {
    BOOST_TEST((said.find(word) == std::string::npos),
               viewer_ << " at " << to_text(axes_.as_of) << " gets " << word);
  }
  std::string name(const ActorId& person) const {
    return play_.gate().labels().label_of(log::LabelSpace::person, person.array());
  }

  MarkedScenario& play_;
  SubjectId case_id_;
  std::string viewer_;
  ActorId reader_;
  Axes axes_;
  std::vector<EventPtr> events_;
  CaseState state_;
  std::map<std::uint64_t, Sight> sights_;
};

BOOST_DATA_TEST_CASE(nothing_denied_is_opened_or_said,
                     boost::unit_test::data::make(scenario_files()), path) {
  MarkedScenario play(path);
  std::set<TimeUs> instants;
  std::set<std::string> cases;
  for (const ScenarioEvent& event : play.scenario().events) {
    instants.insert(TimeUs{event.recorded_at.value() + 1});
    if (event.case_label) cases.insert(*event.case_label);
  }
  std::size_t opened = 0, asked = 0;
  const std::size_t step = testing::by_rounds<std::size_t>(29, 7, 1);
  for (const std::string& label : cases) {
    const auto id = CaseReader(play.log(), play.gate()).case_named(label);
    if (!id) continue;  // only refused events named it
    for (const std::string& viewer : play.people())
      for (const TimeUs at : instants)
        if (at == *instants.rbegin() || ++asked % step == 0)
          opened += Question(play, *id, viewer, at).check();
  }
  BOOST_TEST(opened > 0u);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
