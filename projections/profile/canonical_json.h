#pragma once
// One text per JSON value: no spaces, object keys sorted by bytes.
//
// Threads: pure. REQUIRES: the caller bounded the depth (each level is a recursion).

#include <boost/json/value.hpp>
#include <string>

namespace stafett::bti {

std::string canonical_json(const boost::json::value& value);
std::string canonical_json(const boost::json::object& object);

}  // namespace stafett::bti
