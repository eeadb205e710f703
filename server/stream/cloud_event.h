#pragma once
// An event as a CloudEvent: the form in which events leave one by one.
//
// Source: CloudEvents 1.0.2, JSON format, with the sequence extension.

#include <boost/json/object.hpp>
#include <string>

#include "engine/base/ids.h"

namespace stafett::server {

// `shown`: what ShownEvents has made of the event. `source`: the log's origin.
boost::json::object cloud_event(const boost::json::object& shown, Position position,
                                const std::string& source);

}  // namespace stafett::server
