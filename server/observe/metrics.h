#pragma once
// Metrics: what a Prometheus scrapes from GET /metrics.
//
// Threads:  any.
// Lifetime: the logs outlive it.
//
// Labels are routes (patterns), methods, statuses, names of logs and of rules: never anything of a
// client or of a person.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "server/groups/groups.h"
#include "server/http/handshakes.h"
#include "server/http/request_record.h"
#include "server/http/router.h"
#include "server/logs/log_set.h"
#include "server/native/native_figures.h"

namespace stafett::server {

// `listener`: its address as the configuration has it; until when, in seconds since 1970.
struct CertificateFigure {
  std::string listener;
  std::int64_t expires_at;
};
struct TlsFigures {
  std::vector<CertificateFigure> certificates;
  HandshakeCounts handshakes;
};

// What a witness has cosigned last of a log; when, in seconds since 1970, 0: never.
struct WitnessedFigure {
  std::string origin;
  std::uint64_t entries;
  std::uint64_t cosigned_at;
};

class Metrics final {
 public:
  // `connections`: how many there are at the moment; may be empty.
  Metrics(const LogSet& logs, std::function<std::size_t()> connections);
  ~Metrics();

  // Asked at each scrape. Before the first one only; what it refers to outlives the scrapes.
  void watch_tls(std::function<TlsFigures()> figures);
  // As watch_tls().
  void watch_native(std::function<native::NativeFigures()> figures);
  // As totals of each log: a group's name is its owner's own. Before the first scrape only; the
  // groups outlive the scrapes.
  void watch_groups(const GroupsOfLogs& groups);
  // Lines of the server's log that nobody read in time; asked at each scrape. Before the first one
  // only.
  void watch_dropped_lines(std::function<std::uint64_t()> count);
  // As watch_tls().
  void watch_witness(std::function<std::vector<WitnessedFigure>()> figures);
  void observe(const RequestRecord& record);
  // These rules of the findings are watched, of each log: from 0 on.
  void show_unusual_reading(std::span<const std::string> rules);
  void count_unusual_reading(const std::string& log, const std::string& rule);
  std::string text();  // the exposition format, version 0.0.4

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

void add_metrics_route(Router& router, Metrics& metrics);  // GET /metrics

}  // namespace stafett::server
