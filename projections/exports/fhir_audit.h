#pragma once
// An entry of a case's access log as a FHIR R4 AuditEvent, a read in the pattern of IHE's Basic
// Audit Log Patterns (BALP), with what the Norwegian profile there asks for: why it was read.
//
// Pure. Whoever read is known by label; names and national numbers are not in it.
// Source:  docs/formats/export-fhir.md; https://profiles.ihe.net/ITI/BALP 1.1
// Threads: any.

#include <boost/json/object.hpp>
#include <string>

namespace stafett::bti {

// Whose access log it is.
struct AuditedCase {
  std::string origin;   // of the log
  std::string label;    // of the case
  std::string subject;  // label of the child or pregnant woman; empty: not known
  std::string id_hex;   // of the case, for ids of resources that are one for each case
};

// Whether the event is one of those that an access log has.
bool is_access_event(std::string_view type);
// `event`: the form of recorded_json(). REQUIRES: is_access_event() of its type.
boost::json::object audit_event(const boost::json::object& event, const AuditedCase& of);

}  // namespace stafett::bti
