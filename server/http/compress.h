#pragma once
// Compression of answers for clients that take gzip.
//
// Source:  RFC 9110 12.5.3 (Accept-Encoding), RFC 1952 (gzip).
// Threads: any; takes the time of the thread that calls.
// Limits:  what is compressed is in memory whole, as the answer is.

#include "server/http/message.h"

namespace stafett::server {

// Smaller answers would hardly get smaller.
inline constexpr std::size_t kCompressedFrom = 1024;

// Whether an Accept-Encoding takes gzip: named, or by `*`, and not with a weight of 0.
bool takes_gzip(std::string_view accept_encoding);

// JSON, JSON Lines and CSV that is complete and large enough is compressed when the request takes
// that; what could have been says so (Vary). Streams, documents and tiles go as they are.
// What has an `encoding` already goes as it is.
void compress(const HttpRequest& request, HttpResponse& response);

// REQUIRES: at most 1 GiB.
std::string gzip(std::string_view text);

}  // namespace stafett::server
