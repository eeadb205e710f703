#pragma once
// The paths of a witness: what logs send to it, and what monitors read of it.
//
// Source:  c2sp.org/tlog-witness. Answers are the specification's own, not problem+json.
// Limits:  a body of kWitnessRequestBytesMax; `limits` by address.

#include "engine/log/witness/witness.h"
#include "server/http/router.h"
#include "server/limits/request_limits.h"

namespace stafett::server {

// POST /add-checkpoint, GET /{origin hash}/checkpoint. Lifetime: witness and limits outlive the
// router.
void add_witness_routes(Router& router, log::Witness& witness, RequestLimits& limits);

}  // namespace stafett::server
