#pragma once
// The issuers elsewhere whose tokens `serve` takes.

#include <memory>
#include <string>

#include "server/auth/outside_issuers.h"
#include "server/observe/request_log.h"

namespace stafett::tools {

// From a file of issuers; null: no path is given. What goes wrong with their keys is noted.
// Errors: not_found, io, invalid_argument (with the place in the file). Lifetime: clock and notes
// outlive what is made.
Result<std::unique_ptr<server::OutsideIssuers>> outside_issuers(const std::string& path,
                                                                Clock& clock,
                                                                server::RequestLog& notes);

}  // namespace stafett::tools
