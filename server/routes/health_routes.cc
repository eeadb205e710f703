#include "server/routes/health_routes.h"

#include <boost/json.hpp>

namespace stafett::server {
namespace {

HttpResponse json(const boost::json::object& body, unsigned status = 200) {
  HttpResponse response;
  response.status = status;
  response.body = boost::json::serialize(body) + "\n";
  return response;
}

// Why a log is read-only is told to whoever runs it (`stafett status`), not to whoever asks.
HttpResponse ready(const LogSet& logs) {
  bool all_ready = true;
  boost::json::array rows;
  for (const auto& one : logs.all()) {
    const bool ready = !one->log.read_only_reason();
    all_ready = all_ready && ready;
    rows.push_back(
        {{"log", one->name}, {"ready", ready}, {"state", ready ? "recording" : "read-only"}});
  }
  HttpResponse response = json({{"ready", all_ready}, {"logs", rows}}, all_ready ? 200 : 503);
  if (!all_ready) response.retry_after = 30;
  return response;
}

}  // namespace

void add_health_routes(Router& router, const LogSet& logs) {
  router.add(Method::get, "/healthz", [](const HttpRequest&) { return json({{"status", "ok"}}); });
  router.add(Method::get, "/readyz", [&logs](const HttpRequest&) { return ready(logs); });
}

}  // namespace stafett::server
