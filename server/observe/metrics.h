#pragma once
// Metrics: what a Prometheus scrapes from GET /metrics.
//
// Threads:  any.
// Lifetime: the logs outlive it.
//
// Labels are routes (patterns), methods, statuses and names of logs: never anything of a client.

#include <functional>
#include <memory>
#include <string>

#include "server/http/request_record.h"
#include "server/http/router.h"
#include "server/logs/log_set.h"

namespace stafett::server {

class Metrics final {
 public:
  // `connections`: how many there are at the moment; may be empty.
  Metrics(const LogSet& logs, std::function<std::size_t()> connections);
  ~Metrics();

  void observe(const RequestRecord& record);
  std::string text();  // the exposition format, version 0.0.4

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

void add_metrics_route(Router& router, Metrics& metrics);  // GET /metrics

}  // namespace stafett::server
