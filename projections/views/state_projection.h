#pragma once
// The view `state`: every case's state, as of all that is recorded.
//
// Source: docs/formats/view-rows.md

#include "projections/state/case_state.h"
#include "projections/views/projection.h"

namespace stafett::bti {

const CaseProjection& state_projection();
// Errors: unsupported (a row of another version), corrupt.
Result<CaseState> read_state_row(ByteView row);

}  // namespace stafett::bti
