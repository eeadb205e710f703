#pragma once
// What people are told of a copy that does not verify.
//
// Threads: pure.

#include <string>

#include "engine/log/verify/verifier.h"

namespace stafett::log {

// How many faults, and where and what the first is. REQUIRES: !report.ok.
std::string faults_of(const VerifyReport& report);

}  // namespace stafett::log
