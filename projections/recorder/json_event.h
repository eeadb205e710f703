#pragma once
// The JSON form of an event: what a client hands in, and what a reader of the log gets.
//
// Source:  docs/reference/json.md
// Threads: any.

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "engine/log/attachments.h"
#include "projections/gate/bti_gate.h"

namespace stafett::bti {

// As parsed: well-formed, nothing judged.
struct JsonEvent {
  std::optional<EventId> id;
  std::optional<std::string> case_label;
  std::string type;
  TimeUs occurred_at;
  std::string actor;
  // The version of the last event of the stream; no value inside: "none", no stream yet.
  std::optional<std::optional<std::uint64_t>> expect;
  Mode mode = Mode::live;
  boost::json::object data;
  // The document of an AttachmentAdded; empty: only its digest is recorded. Not part of the JSON.
  log::ReadSome attachment;
  // The sign-in that it is signed after (EvidenceBook). Not part of the JSON.
  std::optional<Hash> evidence;
};

// Strict: unknown keys, wrong types and forms are refused with code `malformed` and a pointer.
struct JsonFault {
  log::Refusal refusal;
  std::optional<EventId> id;  // when it could be read
};
boost::system::result<JsonEvent, JsonFault> parse_event(const boost::json::value& json);
[[noreturn]] void throw_exception_from_error(const JsonFault&, const boost::source_location&);

// {"id","case","stream","position","version","leafHash","recordedAt","grade":"accepted","group"}.
boost::json::object to_json(const log::Receipt& receipt, std::string_view case_label,
                            Compartment compartment);
// {"id","error":{"code","rule","detail","pointer"}}.
boost::json::object to_json(const std::optional<EventId>& id, const log::Refusal& refusal);

std::string_view compartment_name(Compartment compartment);  // "open", "level0", "protected", ...
std::string_view mode_name(Mode mode);                       // "live", "paperBackfill", "imported"

// A recorded event: {"id","case","type","occurredAt","actor","mode","data","position","stream",
// "version","recordedAt","leafHash","key","custody","erased"}; fields of erased classes are null.
Result<boost::json::object> recorded_json(const log::OpenedEntry& opened, const BtiGate& gate,
                                          const LabelResolver& labels);
// The same for a reader who is not given some classes: their fields are null, too. REQUIRES: these
// were not opened.
Result<boost::json::object> recorded_json(const log::OpenedEntry& opened, const EventSource& source,
                                          const DecodeContext& names, Withheld not_given);

}  // namespace stafett::bti
