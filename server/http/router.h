#pragma once
// Router: which handler answers a method and a path.
//
// Threads: built by one; then read from any.
//
// A route's pattern has literal segments, {names} that stand for one segment each, and at the end
// {name*} for one or more, joined by '/'. The first route that fits is taken.

#include <functional>
#include <string>
#include <vector>

#include "server/http/message.h"

namespace stafett::server {

using Handler = std::function<HttpResponse(const HttpRequest&)>;

// Where a handler runs. `quick`: on one of the threads that serve connections, as many as cores: it
// may read the database, and waits for nothing else. `waits`: on one of a pool, as it waits for the
// disk or for others.
enum class Work { quick, waits };

// How a handler gets the body of a request. `whole`: it is called when all of it has come.
// `streamed`: it is called with the header and reads the body as it comes, so that it can refuse
// before, and hold less of it at a time. Only with Work::waits.
enum class BodyForm { whole, streamed };

struct Route {
  Method method;
  std::string pattern;
  Handler handler;
  Work work = Work::quick;
  BodyForm body = BodyForm::whole;
  std::uint64_t body_bytes_max = 0;  // 0: as HttpLimits says
};

class Router final {
 public:
  void add(Method method, std::string pattern, Handler handler, Work work = Work::quick);
  // With a body of another size, or form, than others.
  void add(Route route) { routes_.push_back(std::move(route)); }

  struct Found {
    const Route* route = nullptr;  // empty: see `allow`
    std::map<std::string, std::string> params;
    std::string allow;  // the methods that the path takes; empty: there is no such path
  };
  // HEAD finds what GET does.
  Found find(Method method, const std::vector<std::string>& path) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

const char* method_name(Method method);

}  // namespace stafett::server
