#pragma once
// Under which name RequestLimits count a person.
//
// Threads: pure functions.

#include <string>

#include "server/logs/log_set.h"

namespace stafett::server {

// A person of one log, to the limits of all logs.
inline std::string limited_as(const ServedLog& log, const SignedIn& person) {
  return log.name + "/" + std::string{as_text(person.person.view())};
}

}  // namespace stafett::server
