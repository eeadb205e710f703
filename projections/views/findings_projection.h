#pragma once
// The view `findings`: every case's courses (finding.h), as of all that is recorded: what is true
// on a day is findings_on() of them.
//
// Source: docs/formats/view-rows.md

#include "projections/findings/finding.h"
#include "projections/views/projection.h"

namespace stafett::bti {

const CaseProjection& findings_projection();

Bytes write_courses(std::span<const Course> courses);
Result<std::vector<Course>> read_courses(ByteView row);  // Errors: corrupt

}  // namespace stafett::bti
