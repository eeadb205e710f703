#pragma once
// HttpRequest, HttpResponse: what a handler is given and gives back; nothing of sockets.
//
// Threads: values. A request outlives the handler's call and no longer.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"

namespace stafett::server {

enum class Method { get, head, post, put, del, other };

class Headers final {
 public:
  void add(std::string_view name, std::string_view value);
  // The first of that name, in any case of letters; empty when there is none.
  std::string_view find(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> all_;  // names in lower case
};

// The body of a request whose route takes it as it comes (BodyForm::streamed).
//
// Threads: the handler's; it waits for the client.
class RequestBody {
 public:
  virtual ~RequestBody() = default;
  // As many bytes as have come, at least one; 0 at the end. Errors: io (the client has gone, is too
  // slow, or the server stops), too_large (more than the route takes).
  virtual Result<std::size_t> read(std::span<std::uint8_t> to) = 0;
};

struct HttpRequest {
  Method method = Method::get;
  std::vector<std::string> path;  // decoded segments
  std::vector<std::pair<std::string, std::string>> query;
  Headers headers;
  std::string body;                           // whole; empty when it is streamed
  RequestBody* streamed = nullptr;            // only for a route that asked for it
  std::string address;                        // of whoever is connected; never written anywhere
  std::string id;                             // of this request, in every line written about it
  std::map<std::string, std::string> params;  // what the route's {names} stood for

  const std::string& param(const std::string& name) const { return params.at(name); }
  std::optional<std::string> query_value(std::string_view name) const;  // the first
};

class BodySource;  // body_source.h

struct HttpResponse {
  unsigned status = 200;
  std::string type = "application/json";
  std::string body;
  std::string etag;                          // without quotes; empty: none
  std::string cache = "no-store";            // Cache-Control
  std::optional<std::uint32_t> retry_after;  // seconds
  std::string allow;                         // of a 405
  std::shared_ptr<BodySource> source;        // instead of `body`
  std::string authenticate;                  // WWW-Authenticate, of a 401
  std::string encoding;                      // Content-Encoding; empty: none
  std::string vary;                          // request headers that the answer depends on
  std::vector<std::pair<std::string, std::string>> headers;  // others, in this order
};

}  // namespace stafett::server
