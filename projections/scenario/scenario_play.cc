#include "projections/scenario/scenario_play.h"

#include <algorithm>
#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "projections/calendar/calendar.h"
#include "projections/findings/evaluate.h"
#include "projections/gate/directory_source.h"
#include "projections/gate/label_book.h"
#include "projections/recorder/recorder.h"
#include "projections/rules/visibility.h"
#include "projections/scenario/event_data.h"
#include "projections/state/case_build.h"

namespace stafett::bti {
namespace {

// Before every event of any scenario, so that everybody is registered whenever asked about.
constexpr TimeUs kRegisteredAt{std::int64_t{86'400} * 1'000'000};

class PlayLabels final : public LabelResolver {
 public:
  PlayLabels(const LabelBook& book, const std::map<EventId, std::string>& events)
      : names_(book), events_(events) {}
  std::string person(const ActorId& id) const override { return names_.person(id); }
  std::string case_id(const SubjectId& id) const override { return names_.case_id(id); }
  std::string event(const EventId& id) const override {
    const auto found = events_.find(id);
    return found == events_.end() ? to_uuid_text(id.view()) : found->second;
  }

 private:
  const BookLabels names_;
  const std::map<EventId, std::string>& events_;
};

// A name that the file does not use.
std::string founder_label(const Scenario& scenario) {
  std::string label = "founder";
  const auto taken = [&] {
    return std::ranges::any_of(scenario.people, [&](const auto& p) { return p.label == label; }) ||
           std::ranges::any_of(scenario.events, [&](const auto& e) { return e.by == label; });
  };
  for (int i = 2; taken(); ++i) label = "founder-" + std::to_string(i);
  return label;
}

}  // namespace

Result<std::unique_ptr<ScenarioPlay>> ScenarioPlay::play(const Scenario& scenario,
                                                         const log::LogPaths& paths,
                                                         storage::Files& files, Random& random) {
  std::unique_ptr<ScenarioPlay> play{new ScenarioPlay{scenario}};
  play->founder_ = founder_label(scenario);
  play->clock_.set(kRegisteredAt);
  ENGINE_TRY_VOID(play->open(paths, files, random));
  ENGINE_TRY_VOID(play->register_all());
  ENGINE_TRY_VOID(play->record_all());
  return play;
}

Result<void> ScenarioPlay::open(const log::LogPaths& paths, storage::Files& files, Random& random) {
  log::LogOptions options{clock_, random, files};
  options.door_threads = 1;
  options.checkpoint_interval = std::chrono::milliseconds{0};
  ENGINE_TRY_VOID(create_log(
      paths, {"stafett.example/9901", scenario_.profile, {{founder_, std::nullopt}}, 1}, options));
  ENGINE_TRY(opened, open_log(paths, options));
  log_ = std::move(opened);
  return {};
}

Result<void> ScenarioPlay::register_one(const char* type, boost::json::object data) {
  JsonEvent event;
  event.type = type;
  event.actor = founder_;
  event.occurred_at = kRegisteredAt;
  event.data = std::move(data);
  const Answer answer = Recorder{*log_.log, *log_.gate}.record_and_wait(std::move(event));
  if (const auto* refusal = std::get_if<log::Refusal>(&answer.result))
    return Error{Errc::refused, std::string{type} + ": " + refusal->code + ": " + refusal->detail};
  if (const auto* error = std::get_if<Error>(&answer.result)) return *error;
  return {};
}

Result<void> ScenarioPlay::register_all() {
  for (const Scenario::Service& service : scenario_.services)
    ENGINE_TRY_VOID(
        register_one("ServiceRegistered",
                     {{"service", service.id},
                      {"kind", service.kind},
                      {"names", {{"nb", service.id}, {"nn", service.id}, {"en", service.id}}}}));
  for (const Scenario::Person& person : scenario_.people) {
    boost::json::object data{{"person", person.label}, {"roles", person.roles}, {"active", true}};
    if (person.service) data["service"] = *person.service;
    ENGINE_TRY_VOID(register_one("PersonRegistered", std::move(data)));
  }
  return {};
}

Result<void> ScenarioPlay::record_all() {
  Recorder recorder{*log_.log, *log_.gate};
  for (const ScenarioEvent& event : scenario_.events) {
    clock_.set(event.recorded_at);
    JsonEvent json;
    json.id = scenario_event_id(event.label);
    json.case_label = event.case_label;
    json.type = event.type;
    json.occurred_at = event.occurred_at;
    json.actor = event.by;
    json.mode = event.mode;
    json.data = event.data;
    labels_.emplace(*json.id, event.label);
    const Answer answer = recorder.record_and_wait(std::move(json));
    if (const auto* refusal = std::get_if<log::Refusal>(&answer.result))
      rejected_.emplace(event.label, refusal->code);
    if (const auto* error = std::get_if<Error>(&answer.result))
      return Error{error->code(), event.label + ": " + error->detail()};
  }
  return {};
}

Result<SubjectId> ScenarioPlay::case_id(const std::string& label) const {
  ENGINE_TRY(id, log_.gate->labels().find(log::LabelSpace::subject, label));
  return id ? SubjectId{*id} : SubjectId{};
}

Result<std::vector<EventPtr>> ScenarioPlay::events_of(const SubjectId& case_id) const {
  ENGINE_TRY(record, log_.gate->source().subject(case_id));
  if (!record) return std::vector<EventPtr>{};
  return log_.gate->source().of_case(*record, log_.log->head().size);
}

Result<std::vector<std::string>> ScenarioPlay::cases() const {
  std::set<std::string> labels;
  for (const ScenarioEvent& event : scenario_.events)
    if (event.case_label) labels.insert(*event.case_label);
  std::vector<std::string> cases;
  for (const std::string& label : labels) {
    ENGINE_TRY(id, case_id(label));
    ENGINE_TRY(record, log_.gate->source().subject(id));
    if (record) cases.push_back(label);
  }
  return cases;
}

Result<boost::json::object> ScenarioPlay::state(const std::string& case_label,
                                                const Knowledge& known, TimeUs as_of) const {
  ENGINE_TRY(id, case_id(case_label));
  ENGINE_TRY(events, events_of(id));
  const PlayLabels labels{log_.gate->labels(), labels_};
  boost::json::object json =
      to_json(build(id, events, known, as_of), as_of, log_.gate->directory().profiles(), labels);
  json["case"] = case_label;
  return json;
}

Result<std::vector<boost::json::object>> ScenarioPlay::findings(const std::string& case_label,
                                                                const Knowledge& known,
                                                                TimeUs as_of) const {
  ENGINE_TRY(id, case_id(case_label));
  ENGINE_TRY(events, events_of(id));
  ENGINE_TRY(size, size_known(*log_.log, known));
  ENGINE_TRY(directory, directory_at(*log_.log, log_.gate->source(), size));
  const PlayLabels labels{log_.gate->labels(), labels_};
  return to_json_sorted(evaluate(id, events, directory, known, as_of), id, labels);
}

Result<std::vector<std::string>> ScenarioPlay::classes_seen(const std::string& viewer,
                                                            const std::string& event,
                                                            TimeUs at) const {
  ENGINE_TRY(outcome, log_.log->store().event(scenario_event_id(event)));
  const Position* position = std::get_if<Position>(&outcome);
  if (!position) return Error{Errc::not_found, event};
  ENGINE_TRY(found, log_.gate->source().at(*position));
  ENGINE_TRY(person, log_.gate->labels().find(log::LabelSpace::person, viewer));
  ENGINE_TRY(events, events_of(found->case_id));
  Knowledge known;
  known.recorded_at = at;
  // Of the case stream, the state holds what is known and has happened.
  if (!known.includes(*found) || found->occurred_at > at) return std::vector<std::string>{};
  const CaseState state = build(found->case_id, events, known, at);
  const Directory& directory = log_.gate->directory();
  const ReaderContext context{
      state, directory, {at}, directory.profiles().in_force(local_date(at)).profile};
  const ActorId reader = person ? ActorId{*person} : ActorId{};
  const ClassSet seen = Visibility{context, reader, at}.of(*found);
  std::vector<std::string> classes;
  if (seen.has_fact()) classes.emplace_back(kClassNames[0]);
  if (seen.has_narrative()) classes.emplace_back(kClassNames[1]);
  if (seen.has_identity()) classes.emplace_back(kClassNames[2]);
  return classes;
}

}  // namespace stafett::bti
