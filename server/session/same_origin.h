#pragma once
// Whether a request that a cookie signs in comes from a page of this server's own.
//
// Source:  Fetch Metadata (Sec-Fetch-Site), RFC 6454 section 7 (Origin).
// Threads: any.

#include "server/http/message.h"

namespace stafett::server {

// What browsers say of where a request comes from must be this server; to read, they may say
// nothing, or that a person typed the address. To change something they must say it.
bool is_from_here(const HttpRequest& request, std::string_view origin);

}  // namespace stafett::server
