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

// Whether a page's script asks, and not somebody who was led to an address: by what browsers say of
// it (Sec-Fetch-Mode), else by a header that only a script can set. For what changes something all
// the same when it is read.
inline constexpr const char* kScriptHeader = "stafett-script";
bool is_from_script(const HttpRequest& request);

}  // namespace stafett::server
