#pragma once
// An entry with the content that a reader was given, as JSON, without the log: names are ids.
//
// Threads: any.

#include <boost/json/object.hpp>

#include "server/client/log_client.h"

namespace stafett::tools {

// The form of public_entry(), and of what was opened "id", "type" and "data". A field of a class
// that was not given is null, and so is `data` when it cannot be told without the facts. Errors: as
// public_entry(); malformed.
Result<boost::json::object> opened_entry(const server::client::ReceivedEvent& event);

}  // namespace stafett::tools
