#pragma once
// HttpRequest, HttpResponse: what a handler is given and gives back; nothing of sockets.
//
// Threads: values. A request outlives the handler's call and no longer.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

struct HttpRequest {
  Method method = Method::get;
  std::vector<std::string> path;  // decoded segments
  std::vector<std::pair<std::string, std::string>> query;
  Headers headers;
  std::string body;
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
};

}  // namespace stafett::server
