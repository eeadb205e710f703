#pragma once
// MemoryLog: the domain without a log: events from JSON, judged, folded and kept in memory. For
// tests.

#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/catalogue/codec.h"
#include "projections/rules/hard_rules.h"
#include "projections/state/case_build.h"
#include "projections/state/case_json.h"
#include "projections/state/directory.h"

namespace stafett::bti::test {

// An id from a label: the same label, the same id.
std::array<std::uint8_t, 16> id_for(std::string_view label);
template <class Id>
Id id(std::string_view label) {
  return Id{id_for(label)};
}

struct Command {
  std::string id;  // label
  std::string case_label = "case";
  std::string type;
  std::string by;
  TimeUs occurred_at;
  TimeUs recorded_at;
  Mode mode = Mode::live;
  boost::json::object data;
};

class MemoryLog final : public LabelResolver {
 public:
  explicit MemoryLog(Profile first = {});

  // Registered without being judged, in the year 1990.
  void add_service(std::string_view service, std::string_view kind);
  void add_person(std::string_view label, const boost::json::array& roles,
                  std::string_view service);

  // Empty: recorded.
  std::optional<Refusal> record(const Command& command);

  const Directory& directory() const { return directory_; }
  std::vector<std::string> cases() const;
  const std::vector<EventPtr>& events(std::string_view case_label) const;
  // The kept-up state of a case; null when it has no events.
  const CaseState* state(std::string_view case_label) const;
  // From scratch.
  CaseState state_at(std::string_view case_label, Knowledge known, TimeUs as_of) const;
  boost::json::object state_json(std::string_view case_label, Knowledge known, TimeUs as_of) const;

  std::string person(const ActorId& id) const override;
  std::string case_id(const SubjectId& id) const override;
  std::string event(const EventId& id) const override;

 private:
  class Context;
  struct Case {
    std::vector<EventPtr> events;
    std::unique_ptr<CaseRecord> record;
  };

  void append_directory(std::string_view type, const boost::json::object& data);
  std::string label_of(const std::array<std::uint8_t, 16>& id) const;
  void learn(std::string_view label);
  std::optional<Refusal> judge_and_keep(const std::shared_ptr<Event>& event,
                                        const std::optional<SchemaFault>& fault,
                                        const std::string& case_label);

  Directory directory_;
  std::uint64_t next_position_ = 0;
  std::map<std::string, Case, std::less<>> cases_;
  std::map<EventId, EventPtr> by_id_;
  std::map<std::array<std::uint8_t, 16>, std::string> labels_;
};

}  // namespace stafett::bti::test
