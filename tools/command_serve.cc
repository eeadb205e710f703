// stafett serve: logs over HTTP, until it is told to stop.

#include <map>

#include "engine/base/check.h"
#include "engine/log/daily_heads.h"
#include "server/auth/local_issuer.h"
#include "server/config/server_config.h"
#include "server/http/http_server.h"
#include "server/native/feed_source.h"
#include "server/native/native_server.h"
#include "server/observe/freed_memory.h"
#include "server/observe/metrics.h"
#include "server/observe/request_log.h"
#include "server/routes/attachment_routes.h"
#include "server/routes/case_list_routes.h"
#include "server/routes/case_routes.h"
#include "server/routes/event_routes.h"
#include "server/routes/group_routes.h"
#include "server/routes/health_routes.h"
#include "server/routes/openapi_routes.h"
#include "server/routes/own_key_routes.h"
#include "server/routes/public_routes.h"
#include "server/routes/receipt_routes.h"
#include "server/routes/reported_routes.h"
#include "server/routes/session_routes.h"
#include "server/routes/settling_routes.h"
#include "server/routes/statistics_routes.h"
#include "server/routes/stream_routes.h"
#include "server/routes/webhook_routes.h"
#include "server/watch/reading_watch.h"
#include "tools/command.h"
#include "tools/followed_views.h"
#include "tools/open_log.h"
#include "tools/served_erasures.h"
#include "tools/served_issuers.h"
#include "tools/served_listeners.h"
#include "tools/served_sessions.h"
#include "tools/served_witnesses.h"
#include "tools/service_manager.h"
#include "tools/service_signals.h"

namespace stafett::tools {
namespace {

struct ServeWords {
  std::vector<std::string> directories;
  std::string listen = "127.0.0.1:8080";
  std::string config;
  std::vector<std::string> overrides;
  std::string issuers;  // a file; empty: as the configuration says
  std::string native;   // empty: none
  std::vector<std::string> webhook_hosts;
};

struct Opened {
  explicit Opened(bti::BtiLog given)
      : log(std::move(given)), views(std::make_unique<FollowedViews>(log)) {}
  bti::BtiLog log;
  std::unique_ptr<FollowedViews> views;
};

Result<server::ServerConfig> config_of(const ServeWords& words) {
  if (words.config.empty())
    return server::config_of_words(words.directories, words.listen, words.native);
  return server::read_config(words.config, words.overrides);
}

// Values that a running server does not take over, by name.
std::map<std::string, std::string> fixed_values(const server::ServerConfig& config) {
  std::map<std::string, std::string> out;
  for (const server::ConfigValue& value : server::values_of(config)) {
    // Other paths are taken over; to be encrypted or not is not.
    const bool is_path = value.name.ends_with(".certificate") || value.name.ends_with(".key");
    out[value.name] = is_path ? (value.value.empty() ? "absent" : "present") : value.value;
  }
  return out;
}

void note_what_waits(const server::ServerConfig& started_with, const server::ServerConfig& read,
                     server::RequestLog& notes) {
  std::map<std::string, std::string> before = fixed_values(started_with);
  for (const auto& [name, value] : fixed_values(read)) {
    const auto known = before.extract(name);
    if (known.empty() || known.mapped() != value)
      notes.note("waits-for-restart", name + " = " + value);
  }
  for (const auto& [name, value] : before) notes.note("waits-for-restart", name + " is gone");
}

// Certificates are exchanged; what else has changed waits for the next start.
void reload(const ServeWords& words, const server::ServerConfig& started_with,
            ServedListeners& listeners, Clock& clock, server::RequestLog& notes) {
  const Result<server::ServerConfig> read = config_of(words);
  if (!read) return notes.note("reload-failed", read.error().detail());
  note_what_waits(started_with, *read, notes);
  for (const auto& [address, taken] : listeners.reload(*read, clock)) {
    if (taken)
      notes.note("certificate-taken", address);
    else
      notes.note("certificate-kept", address + ": " + taken.error().detail());
  }
  notes.note("reloaded", "");
}

// The server's threads get to something new within that time, or it is not alive.
constexpr std::chrono::milliseconds kAliveWithin{2'000};

// Until it is told to stop.
void attend(const ServeWords& words, const server::ServerConfig& config,
            const ServiceSignals& signals, ServiceManager& manager, server::HttpServer& http,
            const server::native::NativeServer& native, ServedListeners& listeners, Clock& clock,
            server::RequestLog& notes) {
  using Told = ServiceSignals::Told;
  constexpr std::chrono::microseconds kLookEvery = std::chrono::seconds{5};
  server::FreedMemory freed;
  const std::string status = "logs served: " + std::to_string(config.logs.size());
  manager.ready(status);
  for (;;) {
    const Told told =
        signals.wait(std::min(manager.alive_every().value_or(kLookEvery), kLookEvery));
    freed.have_gone(http.ended() + native.ended());
    // Without a file to read again, it is the terminal that has gone.
    if (told == Told::stop || (told == Told::reload && words.config.empty())) return;
    if (told == Told::reload) {
      manager.reloading();
      reload(words, config, listeners, clock, notes);
      manager.ready(status);
    }
    if (manager.alive_every() && http.is_alive(kAliveWithin)) manager.alive();
  }
}

std::vector<std::unique_ptr<server::ReadingWatch>> watch_reading(const server::LogSet& logs,
                                                                 server::Metrics& metrics,
                                                                 server::RequestLog& notes) {
  std::vector<std::unique_ptr<server::ReadingWatch>> watches;
  for (const auto& one : logs.all()) {
    const std::string& name = one->name;
    const auto told = [&metrics, &notes, &name](const server::UnusualReading& reading) {
      metrics.count_unusual_reading(name, reading.rule);
      notes.unusual_reading(name, reading.rule, reading.request);
    };
    const auto failed = [&notes, &name](const Error&) { notes.note("reads-not-watched", name); };
    watches.push_back(std::make_unique<server::ReadingWatch>(*one, told, failed));
  }
  return watches;
}

// What was uploaded for an event that was never recorded.
void remove_left_documents(bti::BtiGate& gate, const std::string& origin,
                           server::RequestLog& notes) {
  const Result<std::size_t> removed = gate.documents().sweep();
  if (!removed) return notes.note("documents-not-removed", origin);
  if (*removed != 0)
    notes.note("documents-removed", origin + ": " + std::to_string(*removed) + " of no event");
}

std::vector<std::unique_ptr<log::DailyHeads>> record_heads_daily(
    const std::vector<std::unique_ptr<Opened>>& opened, server::RequestLog& notes) {
  constexpr std::chrono::minutes kLookEvery{10};
  std::vector<std::unique_ptr<log::DailyHeads>> heads;
  for (const auto& one : opened) {
    const std::string origin = one->log.log->origin();
    heads.push_back(std::make_unique<log::DailyHeads>(
        *one->log.log, kLookEvery,
        [&notes, origin](const Error&) { notes.note("stream-heads-failed", origin); },
        [&notes, origin, gate = one->log.gate] { remove_left_documents(*gate, origin, notes); }));
  }
  return heads;
}

std::vector<std::unique_ptr<ServedErasures>> carry_out_erasures(
    const std::vector<std::unique_ptr<Opened>>& opened, const server::LogSet& logs,
    server::RequestLog& notes) {
  std::vector<std::unique_ptr<ServedErasures>> all;
  for (std::size_t i = 0; i < opened.size(); ++i) {  // in the order of `logs`
    FollowedViews& views = *opened[i]->views;
    const server::ServedLog& served = *logs.all()[i];
    all.push_back(std::make_unique<ServedErasures>(
        opened[i]->log, views.views(),
        [&notes](const char* event, const std::string& detail) { notes.note(event, detail); },
        [&views, &served](std::span<const SubjectId> cases) {
          views.forget(cases);
          served.erased.forget(cases);
        }));
  }
  return all;
}

// Those of the file, and those of the command line.
Result<server::WebhookHosts> webhook_hosts_of(const ServeWords& words,
                                              const server::ServerConfig& config) {
  std::vector<std::string> names = config.webhooks.allowed_hosts;
  names.insert(names.end(), words.webhook_hosts.begin(), words.webhook_hosts.end());
  return server::WebhookHosts::of(names);
}

std::shared_ptr<server::BrowserSessions> sessions_of(std::optional<SessionSettings>& settings,
                                                     const server::OutsideIssuers* issuers,
                                                     Clock& clock) {
  if (!settings) return nullptr;
  CHECK(issuers);  // there are no settings without
  return std::make_shared<server::BrowserSessions>(settings->here, settings->limits, *issuers,
                                                   std::move(settings->secrets), clock,
                                                   system_random());
}

Result<int> serve(const ServeWords& words) {
  server::FreedMemory::keep_no_large_pieces();
  const ServiceSignals signals;
  ServiceManager manager;
  ENGINE_TRY(config, config_of(words));
  ENGINE_TRY(webhook_hosts, webhook_hosts_of(words, config));
  ENGINE_TRY(listeners, ServedListeners::open(config));
  SystemClock clock;
  server::RequestLog request_log{clock};
  // Before the logs, which look at it as long as they are served.
  ENGINE_TRY(issuers, read_issuers(words.issuers.empty() ? config.sign_in.issuers : words.issuers));
  ENGINE_TRY(browsers, session_settings(config.sign_in, issuers));
  ENGINE_TRY(outside, outside_issuers(std::move(issuers), clock, request_log));
  const auto sessions = sessions_of(browsers, outside.get(), clock);
  const auto refused = [&request_log](const std::string& request, const Error& why) {
    request_log.note("sign-in-refused", request + " " + why.detail());
  };
  std::vector<std::unique_ptr<Opened>> opened;
  server::LogSet logs{std::make_shared<server::RequestLimits>(config.limits, clock), sessions};
  for (const server::LogSection& section : config.logs) {
    ENGINE_TRY(log, bti::open_log(log::LogPaths::beside(section.directory), log_options(),
                                  section.cases_max));
    opened.push_back(std::make_unique<Opened>(std::move(log)));
    const bti::BtiLog& one = opened.back()->log;
    server::LogService service{section.public_grid, {std::nullopt, outside.get()}, {}};
    if (config.is_on_loopback()) {
      ENGINE_TRY(issuer, server::LocalIssuer::open(storage::posix_files(), one.log->paths(),
                                                   one.log->origin()));
      service.sign_in.local = issuer.trust();
    }
    service.refused = refused;
    ENGINE_TRY_VOID(logs.add(opened.back()->log, std::move(service)));
  }
  if (outside) outside->start();
  server::GroupsOfLogs groups;
  for (const auto& one : logs.all()) ENGINE_TRY_VOID(groups.add(*one));
  ENGINE_TRY(webhooks, server::WebhookSender::make(groups, std::move(webhook_hosts)));
  server::Router router;
  server::HttpServer* serving = nullptr;  // Constant once it has started.
  server::Metrics metrics{logs, [&] { return serving->connections(); }};
  metrics.watch_tls([&] { return server::TlsFigures{listeners.figures(), serving->handshakes()}; });
  metrics.watch_groups(groups);
  metrics.watch_dropped_lines([&] { return request_log.dropped(); });
  server::add_health_routes(router, logs);
  server::add_metrics_route(router, metrics);
  server::add_public_routes(router, logs);
  server::add_event_routes(router, logs);
  server::add_stream_routes(router, logs);
  server::add_case_routes(router, logs);
  server::add_case_list_routes(router, logs);
  server::add_own_key_routes(router, logs);
  server::add_receipt_routes(router, logs);
  server::add_attachment_routes(router, logs);
  server::add_statistics_routes(router, logs);
  server::add_group_routes(router, logs, groups);
  server::add_settling_routes(router, logs, groups);
  server::add_webhook_routes(router, logs, groups, *webhooks);
  server::add_openapi_routes(router);
  server::add_reported_routes(router, logs);
  if (sessions) server::add_session_routes(router, logs, refused);
  metrics.show_unusual_reading(server::watched_rules());
  const auto watches = watch_reading(logs, metrics, request_log);
  const auto heads = record_heads_daily(opened, request_log);
  server::HttpServerOptions options;
  options.limits = config.http;
  options.observer = [&](const server::RequestRecord& record) {
    request_log.write(record);
    metrics.observe(record);
  };
  server::HttpServer http{router, system_random(), std::move(options)};
  serving = &http;
  server::native::NativeServer native{logs, server::native::from_feed(), system_random(), {}};
  metrics.watch_native([&] { return native.figures(); });
  ENGINE_TRY_VOID(listeners.listen(http, native));
  native.start();
  for (const std::string& base : listeners.native_bases())
    for (const auto& one : logs.all()) talk("native " + base + "/" + one->name + "/");
  http.start();
  webhooks->start();
  ENGINE_TRY(witnesses, ServedWitnesses::start(logs, clock, request_log));
  for (const std::string& base : listeners.bases()) {
    for (const auto& one : logs.all()) talk("serving " + base + "/" + one->name + "/");
    request_log.note("started", base);
  }
  const auto erasures = carry_out_erasures(opened, logs, request_log);
  attend(words, config, signals, manager, http, native, listeners, clock, request_log);
  manager.stopping();
  request_log.note("stopping", "");
  const bool told = native.stop();
  const bool answered = http.stop() && told;
  webhooks->stop();
  witnesses->stop();
  request_log.note("stopped", answered ? "" : "some answers were cut short");
  return answered ? int{kDone} : int{kFailed};
}

}  // namespace

void add_serve(CLI::App& app, Run& run) {
  auto words = std::make_shared<ServeWords>();
  CLI::App* command = app.add_subcommand("serve", "Serves logs over HTTP, until SIGTERM or ctrl-C");
  CLI::Option* logs = command->add_option("DIR", words->directories, "the logs, on loopback");
  CLI::Option* listen =
      command
          ->add_option("--listen", words->listen, "ADDRESS:PORT, of loopback; port 0: a free one")
          ->capture_default_str();
  CLI::Option* config = command->add_option("--config", words->config, "a file that says it all")
                            ->excludes(logs)
                            ->excludes(listen);
  command->add_option("--set", words->overrides, "KEY=VALUE of a section, as a line of TOML")
      ->needs(config);
  command->add_option("--issuers", words->issuers,
                      "FILE: whose tokens are taken beside the logs' own");
  command
      ->add_option("--native", words->native,
                   "ADDRESS:PORT of loopback for the native stream; without: none")
      ->excludes(config);
  command->add_option("--webhook-host", words->webhook_hosts,
                      "HOST[:PORT] to which events may be pushed; may be there several times");
  command->callback([words, &run] {
    run = [words] {
      if (words->config.empty() && words->directories.empty())
        return fail_usage("serve needs a DIR, or --config FILE");
      const Result<int> code = serve(*words);
      return code ? *code : fail(code.error());
    };
  });
}

}  // namespace stafett::tools
