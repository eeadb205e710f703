#pragma once
// The issuers elsewhere whose tokens `serve` takes.

#include <memory>
#include <string>

#include "server/auth/issuer_file.h"
#include "server/auth/outside_issuers.h"
#include "server/observe/request_log.h"

namespace stafett::tools {

// The file, its paths begun in its own folder; without a path nothing. Errors: not_found, io,
// malformed, invalid_argument (with the file and the place in it).
Result<server::IssuerFile> read_issuers(const std::string& path);

// Null: there are none. What goes wrong with their keys is noted. Errors: invalid_argument, io.
// Lifetime: clock and notes outlive what is made.
Result<std::unique_ptr<server::OutsideIssuers>> outside_issuers(server::IssuerFile file,
                                                                Clock& clock,
                                                                server::RequestLog& notes);

}  // namespace stafett::tools
