#pragma once
// The `data` of an event in a scenario: strings for days become dates and instants, wherever the
// catalogue has such a field, and names of events become their ids.
//
// Threads: any.

#include <functional>
#include <string>

#include "projections/catalogue/registry.h"
#include "projections/scenario/scenario_days.h"

namespace stafett::bti {

// An event's id, from its label alone: a file played twice gives the same ids.
EventId scenario_event_id(std::string_view label);

// `type_named`: the type of the event with a label, empty when there is none.
using TypeNamed = std::function<std::string_view(std::string_view label)>;

// What is not of the schema stays as it is: the log is to refuse it.
boost::json::object event_data(const std::string& type, const boost::json::object& data,
                               const ScenarioDays& days, const TypeNamed& type_named);

}  // namespace stafett::bti
