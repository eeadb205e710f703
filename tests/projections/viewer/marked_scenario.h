#pragma once
// A scenario file in which every text, person and local id is a word of its own, so that it can be
// looked for in what a viewer gets. Played into a log that is then opened anew.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "projections/catalogue/registry.h"
#include "tests/projections/viewer/played_log.h"

namespace stafett::bti::test {

inline std::vector<std::string> scenario_files() {
  std::vector<std::string> out;
  for (const auto& entry :
       std::filesystem::directory_iterator(STAFETT_SOURCE_DIR "/tests/projections/scenarios"))
    if (entry.path().extension() == ".json") out.push_back(entry.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

class MarkedScenario {
 public:
  explicit MarkedScenario(const std::string& path) : played_(marked(path)) {}

  log::Log& log() const { return played_.log(); }
  BtiGate& gate() const { return played_.gate(); }
  const Scenario& scenario() const { return played_.scenario(); }
  std::set<std::string> people() const {
    std::set<std::string> out;
    for (const Scenario::Person& person : scenario().people) out.insert(person.label);
    return out;
  }
  // Words of the narrative fields of the event, and of the local ids that it creates.
  const std::set<std::string>& texts(const EventId& event) { return texts_[event]; }
  const std::set<std::string>& created(const EventId& event) { return created_[event]; }

 private:
  static std::string person_word(std::string_view label) {
    return "who-" + std::string(label) + "-zz";
  }
  Scenario marked(const std::string& path) {
    std::ifstream in(path);
    Scenario scenario = PlayedLog::parsed({std::istreambuf_iterator<char>{in}, {}});
    for (Scenario::Person& person : scenario.people) person.label = person_word(person.label);
    for (ScenarioEvent& event : scenario.events) mark(event);
    return scenario;
  }
  void mark(ScenarioEvent& event) {
    event.by = person_word(event.by);
    const EventInfo* info = registry().find(event.type);
    if (info) mark_data(event.data, *info, scenario_event_id(event.label));
  }
  void mark_data(boost::json::object& data, const EventInfo& info, const EventId& event) {
    for (const FieldInfo& field : info.fields) {
      boost::json::value* value = data.if_contains(field.name);
      if (!value) continue;
      if (field.object == ObjectKind::changes && value->is_object()) {
        // Of whatever type: the fields' names tell.
        for (const EventInfo& other : registry().events())
          if (std::all_of(value->get_object().begin(), value->get_object().end(),
                          [&](const auto& pair) { return other.field(pair.key()) != nullptr; })) {
            mark_data(value->get_object(), other, event);
            break;
          }
        continue;
      }
      if (value->is_array())
        for (boost::json::value& one : value->get_array()) mark_value(one, field, event);
      else
        mark_value(*value, field, event);
    }
  }
  void mark_value(boost::json::value& value, const FieldInfo& field, const EventId& event) {
    if (!value.is_string()) return;
    const std::string text{value.get_string()};
    if (field.type == FieldType::PERSON) {
      value = person_word(text);
    } else if (!field.id_kind.empty() || field.name == "consents") {
      const std::string word = "id-" +
                               (field.id_kind.empty() ? "consent" : std::string(field.id_kind)) +
                               "-" + text + "-zz";
      value = word;
      if (field.type == FieldType::NEW_ID || field.type == FieldType::SET_ID)
        created_[event].insert(word);
    } else if (field.field_class == FieldClass::NARRATIVE &&
               (field.type == FieldType::TEXT || field.type == FieldType::LINE)) {
      if (text.find_first_not_of(" \t") == std::string::npos) return;  // blank means something
      const std::string word = "text-" + std::to_string(++words_) + "-zz";
      value = word;
      texts_[event].insert(word);
    }
  }

  // Filled before the log is made.
  std::map<EventId, std::set<std::string>> texts_, created_;
  int words_ = 0;
  PlayedLog played_;
};

}  // namespace stafett::bti::test
