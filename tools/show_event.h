#pragma once
// A recorded event on one line, for people.

#include <boost/json/object.hpp>
#include <string>

namespace stafett::tools {

// `event`: the form of recorded_json(), or of reported_event(). With its newline.
std::string event_line(const boost::json::object& event);

}  // namespace stafett::tools
