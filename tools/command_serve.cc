// stafett serve: logs over HTTP, until it is told to stop.

#include <pthread.h>

#include <csignal>

#include "server/auth/local_issuer.h"
#include "server/http/http_server.h"
#include "server/observe/metrics.h"
#include "server/observe/request_log.h"
#include "server/routes/case_routes.h"
#include "server/routes/event_routes.h"
#include "server/routes/health_routes.h"
#include "server/routes/public_routes.h"
#include "server/routes/stream_routes.h"
#include "tools/command.h"
#include "tools/followed_views.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

struct ServeWords {
  std::vector<std::string> directories;
  std::string listen = "127.0.0.1:8080";
};

// SIGINT and SIGTERM wait until somebody asks for them. Blocked before any thread is made, so in
// all of them.
class StopSignals final {
 public:
  StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }
  void wait() const {
    int signal = 0;
    while (sigwait(&signals_, &signal) != 0) {
    }
  }

 private:
  sigset_t signals_{};
};

struct Opened {
  explicit Opened(bti::BtiLog given)
      : log(std::move(given)), views(std::make_unique<FollowedViews>(log)) {}
  bti::BtiLog log;
  std::unique_ptr<FollowedViews> views;
};

Result<int> serve(const ServeWords& words) {
  const StopSignals signals;
  std::vector<std::unique_ptr<Opened>> opened;
  server::LogSet logs;
  for (const std::string& directory : words.directories) {
    ENGINE_TRY(log, open_writer(directory));
    opened.push_back(std::make_unique<Opened>(std::move(log)));
    const bti::BtiLog& one = opened.back()->log;
    ENGINE_TRY(issuer, server::LocalIssuer::open(storage::posix_files(), one.log->paths(),
                                                 one.log->origin()));
    // On loopback nobody is outside: each checkpoint is shown as it is signed.
    ENGINE_TRY_VOID(logs.add(opened.back()->log, {std::chrono::seconds{0}, issuer.trust()}));
  }
  SystemClock clock;
  server::RequestLog request_log{clock};
  server::Router router;
  const server::HttpServer* serving = nullptr;  // Constant once it has started.
  server::Metrics metrics{logs, [&] { return serving->connections(); }};
  server::add_health_routes(router, logs);
  server::add_metrics_route(router, metrics);
  server::add_public_routes(router, logs);
  server::add_event_routes(router, logs);
  server::add_stream_routes(router, logs);
  server::add_case_routes(router, logs);
  server::HttpServerOptions options;
  options.observer = [&](const server::RequestRecord& record) {
    request_log.write(record);
    metrics.observe(record);
  };
  server::HttpServer http{router, system_random(), std::move(options)};
  serving = &http;
  ENGINE_TRY(port, http.listen(words.listen));
  http.start();
  const std::string base =
      "http://" + words.listen.substr(0, words.listen.rfind(':')) + ":" + std::to_string(port);
  for (const auto& one : logs.all()) talk("serving " + base + "/" + one->name + "/");
  signals.wait();
  talk("stopping");
  if (http.stop()) return int{kDone};
  talk("some answers were cut short");
  return int{kFailed};
}

}  // namespace

void add_serve(CLI::App& app, Run& run) {
  auto words = std::make_shared<ServeWords>();
  CLI::App* command =
      app.add_subcommand("serve", "Serves logs over HTTP on loopback, until SIGTERM or ctrl-C");
  command->add_option("DIR", words->directories, "the logs")->required();
  command->add_option("--listen", words->listen, "ADDRESS:PORT, of loopback; port 0: a free one")
      ->capture_default_str();
  command->callback([words, &run] {
    run = [words] {
      const Result<int> code = serve(*words);
      return code ? *code : fail(code.error());
    };
  });
}

}  // namespace stafett::tools
