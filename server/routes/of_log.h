#pragma once
// The handler of a route under /{log}/: finds the log first.

#include <functional>

#include "server/http/problem.h"
#include "server/http/router.h"
#include "server/logs/log_set.h"

namespace stafett::server {

inline Handler of_log(const LogSet& logs,
                      std::function<HttpResponse(ServedLog&, const HttpRequest&)> answer) {
  return [&logs, answer = std::move(answer)](const HttpRequest& request) {
    ServedLog* log = logs.find(request.param("log"));
    if (!log) return problem("not-found", "no log of that name", request.id);
    return answer(*log, request);
  };
}

}  // namespace stafett::server
