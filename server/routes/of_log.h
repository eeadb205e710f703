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

inline HttpResponse too_many_requests(std::uint32_t seconds, const HttpRequest& request) {
  HttpResponse response = problem("too-many-requests", {}, request.id);
  response.retry_after = seconds;
  return response;
}

// The same for whoever asks, within what an address may ask for.
inline Handler for_anybody(const LogSet& logs,
                           std::function<HttpResponse(ServedLog&, const HttpRequest&)> answer) {
  return of_log(logs,
                [&logs, answer = std::move(answer)](ServedLog& log, const HttpRequest& request) {
                  RequestLimits* limits = logs.limits();
                  const auto wait = limits ? limits->ask_from(request.address) : std::nullopt;
                  return wait ? too_many_requests(*wait, request) : answer(log, request);
                });
}

}  // namespace stafett::server
