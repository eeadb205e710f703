#include "server/observe/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>

namespace stafett::server {

struct Metrics::Impl {
  Impl(const LogSet& served, std::function<std::size_t()> asked)
      : logs(served),
        connections_now(std::move(asked)),
        requests(prometheus::BuildCounter()
                     .Name("stafett_http_requests_total")
                     .Help("Requests answered, by route, method and status")
                     .Register(registry)),
        durations(prometheus::BuildHistogram()
                      .Name("stafett_http_request_duration_seconds")
                      .Help("From a request that has come whole to its answer being written; "
                            "streams left out")
                      .Register(registry)),
        bytes(prometheus::BuildCounter()
                  .Name("stafett_http_response_bytes_total")
                  .Help("Bytes of response bodies")
                  .Register(registry)
                  .Add({})),
        connections(prometheus::BuildGauge()
                        .Name("stafett_http_connections")
                        .Help("Connections that are served")
                        .Register(registry)
                        .Add({})),
        sizes(prometheus::BuildGauge()
                  .Name("stafett_log_entries")
                  .Help("Durable entries of a log")
                  .Register(registry)),
        covered(prometheus::BuildGauge()
                    .Name("stafett_log_checkpoint_entries")
                    .Help("Entries that the newest checkpoint covers")
                    .Register(registry)),
        writable(prometheus::BuildGauge()
                     .Name("stafett_log_recording")
                     .Help("1: the log takes events; 0: it is read-only")
                     .Register(registry)),
        unusual(prometheus::BuildCounter()
                    .Name("stafett_unusual_reading_total")
                    .Help("Times that a finding about unusual reading has become true, since the "
                          "start")
                    .Register(registry)) {}

  void look_at_logs() {
    for (const auto& one : logs.all()) {
      const prometheus::Labels labels{{"log", one->name}};
      const auto checkpoint = one->log.latest_checkpoint();
      sizes.Add(labels).Set(static_cast<double>(one->log.size().value()));
      covered.Add(labels).Set(checkpoint ? static_cast<double>(checkpoint->size.value()) : 0);
      writable.Add(labels).Set(one->log.read_only_reason() ? 0 : 1);
    }
    if (groups) look_at_groups();
    if (tls_now) look_at_tls(tls_now());
    if (native_now) look_at_native(native_now());
    if (witnessed_now) look_at_witnessed(witnessed_now());
    if (dropped_lines_now) {
      const std::lock_guard lock{mutex};
      add_new(*dropped_lines, dropped_lines_now());
    }
    if (connections_now) connections.Set(static_cast<double>(connections_now()));
  }

  void look_at_groups() {
    for (const auto& one : groups->all()) {
      const prometheus::Labels labels{{"log", one->log().name}};
      const GroupTotals totals = one->totals();
      group_count->Add(labels).Set(static_cast<double>(totals.groups));
      group_open->Add(labels).Set(static_cast<double>(totals.outstanding + totals.waiting));
      group_parked->Add(labels).Set(static_cast<double>(totals.parked));
      group_lag->Add(labels).Set(static_cast<double>(totals.lag_max));
    }
  }

  void look_at_native(const native::NativeFigures& now) {
    const std::lock_guard lock{mutex};
    native_connections->Set(static_cast<double>(now.connections));
    native_subscriptions->Set(static_cast<double>(now.subscriptions));
    add_new(*native_events, now.events_sent);
    add_new(*native_behind, now.fell_behind);
    add_new(*native_refused, now.sign_ins_refused);
  }

  void look_at_witnessed(const std::vector<WitnessedFigure>& now) {
    for (const WitnessedFigure& one : now) {
      const prometheus::Labels labels{{"log", one.origin}};
      witnessed_entries->Add(labels).Set(static_cast<double>(one.entries));
      witnessed_at->Add(labels).Set(static_cast<double>(one.cosigned_at));
    }
  }

  // REQUIRES: mutex is held.
  static void add_new(prometheus::Counter& counter, std::uint64_t count) {
    const double more = static_cast<double>(count) - counter.Value();
    if (more > 0) counter.Increment(more);
  }

  void look_at_tls(const TlsFigures& now) {
    const std::lock_guard lock{mutex};  // two scrapes must not both add what is new
    for (const CertificateFigure& one : now.certificates)
      expiries->Add({{"listener", one.listener}}).Set(static_cast<double>(one.expires_at));
    const auto counted = [this](const char* result, std::uint64_t count) {
      add_new(handshakes->Add({{"result", result}}), count);
    };
    counted("done", now.handshakes.done);
    counted("failed", now.handshakes.failed);
    counted("refused", now.handshakes.refused);
  }

  const LogSet& logs;
  const std::function<std::size_t()> connections_now;
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests;
  prometheus::Family<prometheus::Histogram>& durations;
  prometheus::Counter& bytes;
  prometheus::Gauge& connections;
  prometheus::Family<prometheus::Gauge>& sizes;
  prometheus::Family<prometheus::Gauge>& covered;
  prometheus::Family<prometheus::Gauge>& writable;
  prometheus::Family<prometheus::Counter>& unusual;
  const GroupsOfLogs* groups = nullptr;  // Constant once scraped. With it:
  prometheus::Family<prometheus::Gauge>* group_count = nullptr;
  prometheus::Family<prometheus::Gauge>* group_open = nullptr;
  prometheus::Family<prometheus::Gauge>* group_parked = nullptr;
  prometheus::Family<prometheus::Gauge>* group_lag = nullptr;
  std::mutex mutex;
  std::function<std::uint64_t()> dropped_lines_now;  // Constant once scraped. With it:
  prometheus::Counter* dropped_lines = nullptr;
  std::function<TlsFigures()> tls_now;  // Constant once scraped. With it:
  prometheus::Family<prometheus::Gauge>* expiries = nullptr;
  prometheus::Family<prometheus::Counter>* handshakes = nullptr;
  std::function<native::NativeFigures()> native_now;  // Constant once scraped. With it:
  prometheus::Gauge *native_connections = nullptr, *native_subscriptions = nullptr;
  prometheus::Counter *native_events = nullptr, *native_behind = nullptr, *native_refused = nullptr;
  std::function<std::vector<WitnessedFigure>()> witnessed_now;  // Constant once scraped. With it:
  prometheus::Family<prometheus::Gauge>*witnessed_entries = nullptr, *witnessed_at = nullptr;
};

Metrics::Metrics(const LogSet& logs, std::function<std::size_t()> connections)
    : impl_(std::make_unique<Impl>(logs, std::move(connections))) {}
Metrics::~Metrics() = default;

void Metrics::watch_tls(std::function<TlsFigures()> figures) {
  impl_->tls_now = std::move(figures);
  impl_->expiries = &prometheus::BuildGauge()
                         .Name("stafett_tls_certificate_expiry_seconds")
                         .Help("When the certificate shown there ends, in seconds since 1970")
                         .Register(impl_->registry);
  impl_->handshakes = &prometheus::BuildCounter()
                           .Name("stafett_tls_handshakes_total")
                           .Help("Handshakes of clients; refused: too many at once")
                           .Register(impl_->registry);
}

void Metrics::watch_native(std::function<native::NativeFigures()> figures) {
  const auto gauge = [this](const char* name, const char* help) {
    return &prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry).Add({});
  };
  const auto counter = [this](const char* name, const char* help) {
    return &prometheus::BuildCounter().Name(name).Help(help).Register(impl_->registry).Add({});
  };
  impl_->native_now = std::move(figures);
  impl_->native_connections =
      gauge("stafett_native_connections", "Connections of the native stream");
  impl_->native_subscriptions =
      gauge("stafett_native_subscriptions", "Subscriptions of the native stream");
  impl_->native_events =
      counter("stafett_native_events_sent_total", "Events sent to subscriptions");
  impl_->native_behind = counter("stafett_native_fell_behind_total",
                                 "Times that a subscription has fallen behind the log");
  impl_->native_refused = counter("stafett_native_sign_ins_refused_total",
                                  "Connections that did not get in: no valid key, or no such log");
}

void Metrics::watch_dropped_lines(std::function<std::uint64_t()> count) {
  impl_->dropped_lines_now = std::move(count);
  impl_->dropped_lines = &prometheus::BuildCounter()
                              .Name("stafett_log_lines_dropped_total")
                              .Help("Lines of the server's own log that nobody read in time")
                              .Register(impl_->registry)
                              .Add({});
}

void Metrics::watch_groups(const GroupsOfLogs& groups) {
  const auto gauge = [this](const char* name, const char* help) {
    return &prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry);
  };
  impl_->groups = &groups;
  impl_->group_count = gauge("stafett_groups", "Consumer groups of a log");
  impl_->group_open =
      gauge("stafett_group_open_events", "Events that groups have been given and have not settled");
  impl_->group_parked = gauge("stafett_group_parked_events", "Events that groups have parked");
  impl_->group_lag =
      gauge("stafett_group_lag_events_max", "Entries that the group furthest behind has before it");
}

void Metrics::watch_witness(std::function<std::vector<WitnessedFigure>()> figures) {
  const auto gauge = [this](const char* name, const char* help) {
    return &prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry);
  };
  impl_->witnessed_now = std::move(figures);
  impl_->witnessed_entries =
      gauge("stafett_witness_cosigned_entries", "Entries of a log that were cosigned last");
  impl_->witnessed_at = gauge("stafett_witness_cosigned_timestamp_seconds",
                              "When a log was cosigned last, in seconds since 1970; 0: never");
}

void Metrics::observe(const RequestRecord& record) {
  static const prometheus::Histogram::BucketBoundaries kSeconds{0.0005, 0.001, 0.0025, 0.005, 0.01,
                                                                0.025,  0.05,  0.1,    0.5,   1};
  const std::string route{record.route.empty() ? std::string_view{"none"} : record.route};
  impl_->requests
      .Add({{"route", route},
            {"method", std::string{record.method}},
            {"status", std::to_string(record.status)}})
      .Increment();
  if (record.is_stream) return;
  impl_->durations.Add({{"route", route}}, kSeconds)
      .Observe(std::chrono::duration<double>(record.duration).count());
  impl_->bytes.Increment(static_cast<double>(record.bytes));
}

void Metrics::show_unusual_reading(std::span<const std::string> rules) {
  for (const auto& one : impl_->logs.all())
    for (const std::string& rule : rules) impl_->unusual.Add({{"log", one->name}, {"rule", rule}});
}

void Metrics::count_unusual_reading(const std::string& log, const std::string& rule) {
  impl_->unusual.Add({{"log", log}, {"rule", rule}}).Increment();
}

std::string Metrics::text() {
  impl_->look_at_logs();
  return prometheus::TextSerializer{}.Serialize(impl_->registry.Collect());
}

void add_metrics_route(Router& router, Metrics& metrics) {
  router.add(Method::get, "/metrics", [&metrics](const HttpRequest&) {
    HttpResponse response;
    response.type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = metrics.text();
    return response;
  });
}

}  // namespace stafett::server
