#pragma once
// A script: what happens in one case (or in the directory), step by step, before it is told to a
// log. A step is data, so that a script can be read and altered before it is played.

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"

namespace stafett::bti {

struct Step {
  EventId id;          // UUIDv7 of recorded_at
  TimeUs recorded_at;  // never before occurred_at
  TimeUs occurred_at;
  std::string case_label;  // empty: directory and audit events
  std::string type;
  std::string actor;
  boost::json::object data;
  // The rule that is to refuse it: "H31"; static. Empty: it is recorded.
  std::string_view refused_by;
  // How it comes into the log: "paperBackfill", "imported"; static. Empty: live.
  std::string_view mode = {};
};
using Script = std::vector<Step>;  // in order of recording

// The step as the log's input.
boost::json::object input_json(Step&& step);

}  // namespace stafett::bti
