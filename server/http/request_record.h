#pragma once
// RequestRecord: what the server tells of an answered request, to its log and its metrics. No path,
// query, header or address of the client is in it: they can name a person.
//
// Threads: the observer is called from all of the server's threads.

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace stafett::server {

struct RequestRecord {
  std::string_view method;
  std::string_view route;  // the pattern; empty: no route was found
  unsigned status;
  std::size_t bytes;  // of the body
  std::chrono::microseconds duration;
  std::string_view id;
  std::string_view trace;  // W3C trace id, when the client sent one
  bool is_stream;          // the duration is how long somebody listened; the bytes are not counted
};

using RequestObserver = std::function<void(const RequestRecord&)>;

}  // namespace stafett::server
