#pragma once
// Events that the gate takes in any order, for tests that care for how many and where.

#include <boost/json.hpp>

#include "engine/base/clock.h"
#include "projections/recorder/json_event.h"

namespace stafett::bti::test {

inline JsonEvent plain_event(const std::string& type, const std::string& case_label, int second,
                             const std::string& data) {
  JsonEvent event;
  event.type = type;
  event.actor = "admin";
  event.mode = Mode::imported;  // what a mode does not check, it records
  event.occurred_at =
      TimeUs{parse_time("2026-01-12T07:00:00Z")->value() + std::int64_t{second} * 1'000'000};
  event.case_label = case_label;
  event.data = boost::json::parse(data).as_object();
  return event;
}
inline JsonEvent concern(const std::string& label) {
  return plain_event("ConcernRaised", label, 0,
                     R"({"subject":")" + label + R"(-child","subjectKind":"child",
                         "source":"employee","service":"school","summary":"alone"})");
}
inline JsonEvent note(const std::string& label, const std::string& id, int second) {
  return plain_event("NoteAdded", label, second,
                     R"({"note":")" + id + R"(","kind":"general","text":"it goes well"})");
}

}  // namespace stafett::bti::test
