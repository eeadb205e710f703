#pragma once
// The view `batons`: who has held a case's baton, from when to when, in the order in which it
// happened. A case that never had a holder has no row.
//
// Source: docs/how-to/add-a-projection.md, of which this is the example

#include "projections/views/projection.h"

namespace stafett::bti {

struct BatonHeld {
  ActorId person;
  std::string service;  // empty: none
  std::int32_t from = kNoDate;
  std::int32_t until = kNoDate;  // the day it went on; kNoDate: it has not
  friend bool operator==(const BatonHeld&, const BatonHeld&) = default;
};

const CaseProjection& batons_projection();
Result<std::vector<BatonHeld>> read_batons_row(ByteView row);  // Errors: corrupt

}  // namespace stafett::bti
