#include "projections/exports/prov_document.h"

#include <boost/json.hpp>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "projections/gate/directory_source.h"
#include "projections/state/case_build.h"
#include "projections/state/references.h"

namespace stafett::bti {

namespace json = boost::json;

using schema::EventType;

namespace {

// A name of one of the document's prefixes, as the value of an attribute.
json::object qualified(const std::string& name) {
  return {{"$", name}, {"type", "prov:QUALIFIED_NAME"}};
}
json::object integer(std::uint64_t number) {
  return {{"$", std::to_string(number)}, {"type", "xsd:unsignedLong"}};
}

constexpr const char* kCustodyNames[] = {"", "own", "custodial", "system"};

class Document final {
 public:
  Document(log::Log& log, BtiGate& gate, const SubjectId& case_id,
           std::shared_ptr<const Directory> directory)
      : log_(log),
        labels_(gate.labels()),
        case_(labels_.case_id(case_id)),
        directory_(std::move(directory)),
        record_(case_id) {
    for (const char* key :
         {"entity", "activity", "agent", "wasGeneratedBy", "used", "wasDerivedFrom",
          "wasAssociatedWith", "actedOnBehalfOf", "wasInformedBy"})
      out_[key] = json::object{};
  }

  // In position order.
  Result<void> add(const EventPtr& event) {
    if (!registry().find(event->type)) return {};
    ENGINE_TRY_VOID(add_activity(*event));
    add_agents(*event);
    if (event->compartment == Compartment::access) {
      if (event->type == EventType::ENTRY_READ) add_use(*event);
      return {};
    }
    events_.push_back(event);
    ENGINE_TRY_VOID(
        record_.add({event}, [&]() -> Result<std::vector<EventPtr>> { return events_; }));
    add_version(*event);
    add_corrected(*event);
    return {};
  }

  json::object take() {
    const std::string origin = log_.origin();
    json::object prefixes{{"stafett", "urn:stafett:prov:"}};
    for (const char* what : {"event", "person", "service", "state"})
      prefixes[what] = std::string{"urn:stafett:"} + what + ":" + origin + ":";
    json::object whole{{"prefix", std::move(prefixes)}};
    for (auto& [key, records] : out_)
      if (!records.get_object().empty()) whole[key] = std::move(records);
    return whole;
  }

 private:
  static std::string event_name(const EventId& id) { return "event:" + to_uuid_text(id.view()); }
  std::string person_name(const ActorId& id) const { return "person:" + labels_.person(id); }
  std::string state_name(std::size_t version) const {
    return "state:" + case_ + "." + std::to_string(version);
  }
  json::object& records(const char* kind) { return out_[kind].get_object(); }
  void relate(const char* kind, json::object relation) {
    json::object& all = records(kind);
    all["_:" + std::string{kind} + std::to_string(all.size())] = std::move(relation);
  }

  Result<void> add_activity(const Event& event) {
    ENGINE_TRY(bytes, log_.store().entry(event.position));
    ENGINE_TRY(entry, format::decode_own_entry(bytes));
    const std::string name{registry().find(event.type)->name};
    const std::string at = to_text(event.occurred_at);
    records("activity")[event_name(event.id)] = {
        {"prov:startTime", at},
        {"prov:endTime", at},
        {"prov:type", qualified("stafett:" + name)},
        {"stafett:recordedAt", {{"$", to_text(event.recorded_at)}, {"type", "xsd:dateTime"}}},
        {"stafett:position", integer(event.position.value())},
        {"stafett:custody", kCustodyNames[static_cast<std::size_t>(entry.intent.custody)]},
        {"stafett:compartment", compartment_name(event.compartment)}};
    return {};
  }

  // Who recorded it, and for which service: that of the time when it happened.
  void add_agents(const Event& event) {
    const std::string who = person_name(event.actor);
    const bool is_program = event.actor == log_.system().actor();
    records("agent")[who] = {
        {"prov:type", qualified(is_program ? "prov:SoftwareAgent" : "prov:Person")}};
    relate("wasAssociatedWith", {{"prov:activity", event_name(event.id)}, {"prov:agent", who}});
    const Registration* found = directory_->person(event.actor, {event.occurred_at});
    if (!found || found->service.empty()) return;
    const std::string service = "service:" + found->service;
    records("agent")[service] = {{"prov:type", qualified("prov:Organization")}};
    relate("actedOnBehalfOf", {{"prov:delegate", who},
                               {"prov:responsible", service},
                               {"prov:activity", event_name(event.id)}});
  }

  // A read is of the case as it was.
  void add_use(const Event& event) {
    if (events_.empty()) return;
    relate("used", {{"prov:activity", event_name(event.id)},
                    {"prov:entity", state_name(events_.size())},
                    {"prov:time", to_text(event.occurred_at)}});
  }

  void add_version(const Event& event) {
    const std::size_t version = events_.size();
    const CaseState& state = record_.state();
    json::object entity{{"prov:type", qualified("stafett:CaseState")},
                        {"stafett:case", case_},
                        {"stafett:version", integer(version)}};
    if (state.level >= 0)
      entity["stafett:level"] = integer(static_cast<std::uint64_t>(state.level));
    if (state.has_holder && state.latest_holder)
      entity["stafett:holder"] = qualified(person_name(state.latest_holder->person));
    records("entity")[state_name(version)] = std::move(entity);
    relate("wasGeneratedBy", {{"prov:entity", state_name(version)},
                              {"prov:activity", event_name(event.id)},
                              {"prov:time", to_text(event.recorded_at)}});
    if (version > 1)
      relate("wasDerivedFrom", {{"prov:generatedEntity", state_name(version)},
                                {"prov:usedEntity", state_name(version - 1)},
                                {"prov:activity", event_name(event.id)},
                                {"prov:type", qualified("prov:Revision")}});
  }

  void add_corrected(const Event& event) {
    if (event.type != EventType::ENTRY_CORRECTED) return;
    for (const EventUse& use : references_of(event).events)
      relate("wasInformedBy",
             {{"prov:informed", event_name(event.id)}, {"prov:informant", event_name(use.id)}});
  }

  log::Log& log_;
  const BookLabels labels_;
  const std::string case_;
  const std::shared_ptr<const Directory> directory_;
  CaseRecord record_;
  std::vector<EventPtr> events_;  // of the case's own streams, up to now
  json::object out_;
};

}  // namespace

Result<json::object> prov_document(log::Log& log, BtiGate& gate, const SubjectId& case_id,
                                   const Axes& axes) {
  ENGINE_TRY(record, gate.source().subject(case_id));
  if (!record) return Error{Errc::not_found, "no such case"};
  ENGINE_TRY(size, size_known(log, axes.known));
  ENGINE_TRY(directory, gate.directory_known(size));
  ENGINE_TRY(recorded, gate.source().of_case_scanned(*record, size, facts_and_identities));
  Document document{log, gate, case_id, std::move(directory)};
  for (const EventPtr& event : recorded)
    if (axes.known.includes(*event) && event->occurred_at <= axes.as_of)
      ENGINE_TRY_VOID(document.add(event));
  return document.take();
}

}  // namespace stafett::bti
