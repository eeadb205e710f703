#pragma once
// An entry as JSON for whoever holds no content key: nothing in it is about a person.
//
// Threads: any.

#include <boost/json/object.hpp>

#include "engine/format/engine_event.h"
#include "engine/format/entry.h"

namespace stafett::tools {

// {"position","streamId","kind","version","recordedAt","occurredAt","actor","key","custody","mode",
// "leafHash","parts":[{"class","length"}]}, and "event" with an engine event's public content.
// Errors: as decode_entry.
Result<boost::json::object> public_entry(Position position, ByteView entry);

boost::json::object to_json(const format::EngineEvent& event);  // {"type",...}
std::string_view custody_name(format::Custody custody);
std::string_view stream_kind_name(format::StreamKind kind);

}  // namespace stafett::tools
