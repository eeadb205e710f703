#pragma once
// The provenance of a case in W3C's PROV-JSON: its events as activities, the case after each of
// them as an entity, people and the services that they act for as agents. Facts and labels alone:
// no narrative is opened.
//
// Source:   docs/formats/export-prov.md; W3C PROV-DM, PROV-JSON (submission of 24 April 2013)
// Threads:  any.
// Lifetime: log and gate outlive the call.
// Limits:   one case in memory.

#include <boost/json/object.hpp>

#include "projections/exports/case_events.h"

namespace stafett::bti {

// `axes`: what is known, up to when it happened. Errors: not_found (no such case), corrupt, io.
Result<boost::json::object> prov_document(log::Log& log, BtiGate& gate, const SubjectId& case_id,
                                          const Axes& axes);

}  // namespace stafett::bti
