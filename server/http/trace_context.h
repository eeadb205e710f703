#pragma once
// The trace that a request belongs to.
//
// Source: W3C Trace Context, traceparent version 00.

#include <string_view>

namespace stafett::server {

// The trace id in a traceparent header: 32 lower-case hex digits, not all zero. Empty when the
// header is absent or not valid.
std::string_view trace_id(std::string_view traceparent);

}  // namespace stafett::server
