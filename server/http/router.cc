#include "server/http/router.h"

#include <string_view>

namespace stafett::server {
namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  if (text.starts_with('/')) text.remove_prefix(1);
  for (;;) {
    const std::size_t at = text.find('/');
    out.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + 1);
  }
}

using Params = std::map<std::string, std::string>;

bool fits(const std::string& pattern, const std::vector<std::string>& path, Params& params) {
  const std::vector<std::string> parts = split(pattern);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string& part = parts[i];
    if (i >= path.size()) return false;
    if (part.ends_with("*}")) {
      std::string rest = path[i];
      for (std::size_t j = i + 1; j < path.size(); ++j) rest += '/' + path[j];
      params[part.substr(1, part.size() - 3)] = rest;
      return true;
    }
    if (part.starts_with('{'))
      params[part.substr(1, part.size() - 2)] = path[i];
    else if (part != path[i])
      return false;
  }
  return parts.size() == path.size();
}

}  // namespace

const char* method_name(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::del:
      return "DELETE";
    case Method::other:
      break;
  }
  return "other";
}

void Router::add(Method method, std::string pattern, Handler handler, Work work) {
  routes_.push_back({method, std::move(pattern), std::move(handler), work, BodyForm::whole, 0});
}

Router::Found Router::find(Method method, const std::vector<std::string>& path) const {
  const Method wanted = method == Method::head ? Method::get : method;
  Found found;
  for (const Route& route : routes_) {
    Params params;
    if (!fits(route.pattern, path, params)) continue;
    if (route.method == wanted) {
      found.route = &route;
      found.params = std::move(params);
      return found;
    }
    if (!found.allow.empty()) found.allow += ", ";
    found.allow += method_name(route.method);
    if (route.method == Method::get) found.allow += ", HEAD";
  }
  return found;
}

}  // namespace stafett::server
