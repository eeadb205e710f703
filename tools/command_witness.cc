// stafett witness, a witness's own side: what it is, whom it believes, what it cosigns.

#include "tools/command_witness.h"

#include <boost/json.hpp>

#include "engine/crypto/sha256.h"
#include "engine/log/witness/witness.h"
#include "server/http/http_server.h"
#include "server/limits/request_limits.h"
#include "server/observe/metrics.h"
#include "server/tls/tls_identity.h"
#include "server/witness/witness_routes.h"
#include "tools/input_file.h"
#include "tools/open_log.h"
#include "tools/service_manager.h"
#include "tools/service_signals.h"
#include "tools/witnessed_log.h"

namespace stafett::tools {
namespace {

using transparency::WitnessVerdict;

struct WitnessWords {
  std::string directory, name, vkey, instead_of, origin, file = "-";
  std::string listen = "127.0.0.1:8081", metrics, certificate, key;
  bool json = false;
};

Result<std::unique_ptr<log::Witness>> open_witness(const WitnessWords& words) {
  return log::Witness::open(storage::posix_files(), log_options().clock, words.directory);
}

Result<int> init(const WitnessWords& words) {
  ENGINE_TRY_VOID(log::Witness::create(storage::posix_files(), words.directory, words.name,
                                       crypto::SigningKey::generate(system_random())));
  ENGINE_TRY(witness, open_witness(words));
  print_text(witness->vkey().to_string() + "\n");
  return int{kDone};
}

Result<int> trust(const WitnessWords& words) {
  const auto vkey = transparency::VerifierKey::parse(words.vkey);
  if (!vkey) return Error{Errc::invalid_argument, "VKEY: " + vkey.error().detail()};
  const auto instead_of = words.instead_of.empty()
                              ? Result<transparency::VerifierKey>{*vkey}
                              : transparency::VerifierKey::parse(words.instead_of);
  if (!instead_of)
    return Error{Errc::invalid_argument, "--instead-of: " + instead_of.error().detail()};
  ENGINE_TRY(witness, open_witness(words));
  ENGINE_TRY_VOID(witness->trust(words.origin.empty() ? vkey->name : words.origin, *vkey,
                                 words.instead_of.empty() ? nullptr : &*instead_of));
  return int{kDone};
}

Result<int> list(const WitnessWords& words) {
  ENGINE_TRY(witness, open_witness(words));
  for (const log::Witness::Known& one : witness->known()) {
    const std::string time = one.time_s == 0 ? "never" : cosigned_at(one.time_s);
    if (!words.json) {
      print_text(one.origin + "  " + std::to_string(one.size.value()) + "  " + time + "\n");
      continue;
    }
    boost::json::object json{
        {"origin", one.origin}, {"size", one.size.value()}, {"cosignedAt", nullptr}};
    if (one.time_s != 0) json["cosignedAt"] = time;
    print_line(json);
  }
  return int{kDone};
}

Error refusal_of(const log::WitnessAnswer& answer) {
  switch (answer.verdict) {
    case WitnessVerdict::unknown_log:
      return Error{Errc::not_found, "not a log that this witness knows: see witness trust"};
    case WitnessVerdict::untrusted:
      return Error{Errc::refused, "not signed by a key that this witness believes"};
    case WitnessVerdict::conflict:
      return Error{Errc::conflict,
                   "this witness has cosigned size " + std::to_string(answer.size.value()) +
                       ": ask for a request with --old " + std::to_string(answer.size.value())};
    case WitnessVerdict::inconsistent:
      return Error{Errc::refused,
                   "NOT CONSISTENT with what was cosigned before: the log shows two histories. "
                   "Keep the request: it is the evidence"};
    default:
      return Error{Errc::malformed, "not a request to a witness"};
  }
}

// What goes back is the whole checkpoint with both signatures, which says what was signed.
Result<int> sign(const WitnessWords& words) {
  ENGINE_TRY(body, read_input(words.file, transparency::kWitnessRequestBytesMax));
  ENGINE_TRY(witness, open_witness(words));
  ENGINE_TRY(answer, witness->add_checkpoint(body));
  if (answer.verdict != WitnessVerdict::cosign) return refusal_of(answer);
  ENGINE_TRY(request, transparency::open_witness_request(body));
  ENGINE_TRY(note, witness->cosigned(crypto::sha256(as_bytes(request.checkpoint.origin))));
  print_text(note);
  return int{kDone};
}

Result<std::uint16_t> listen(server::HttpServer& http, const WitnessWords& words) {
  if (words.certificate.empty()) return http.listen(words.listen);
  ENGINE_TRY(identity, server::TlsIdentity::load({words.certificate, words.key}));
  return http.listen(words.listen, std::make_shared<server::TlsSlot>(std::move(identity)));
}

std::vector<server::WitnessedFigure> figures_of(const log::Witness& witness) {
  std::vector<server::WitnessedFigure> figures;
  for (const log::Witness::Known& one : witness.known())
    figures.push_back({one.origin, one.size.value(), one.time_s});
  return figures;
}

// At a port of its own, on loopback: anybody may ask the witness, not how it goes.
class WitnessMetrics final {
 public:
  explicit WitnessMetrics(const log::Witness& witness)
      : metrics_(no_logs_, [this] { return serving_ ? serving_->connections() : 0; }),
        http_(router_, system_random(), few_threads()) {
    add_metrics_route(router_, metrics_);
    metrics_.watch_witness([&witness] { return figures_of(witness); });
  }
  void observe(const server::RequestRecord& record) { metrics_.observe(record); }
  // Of the witness's own server. Until stop() it is there.
  Result<void> start(const server::HttpServer& serving, const std::string& endpoint) {
    serving_ = &serving;
    ENGINE_TRY(port, http_.listen(endpoint));
    http_.start();
    talk("metrics at http://" + endpoint.substr(0, endpoint.rfind(':')) + ":" +
         std::to_string(port) + "/metrics");
    return {};
  }
  void stop() { (void)http_.stop(); }

 private:
  static server::HttpServerOptions few_threads() {
    server::HttpServerOptions options;
    options.threads = 1;
    options.pool = 1;
    return options;
  }

  const server::LogSet no_logs_;
  const server::HttpServer* serving_ = nullptr;  // Constant once started.
  server::Metrics metrics_;
  server::Router router_;
  server::HttpServer http_;
};

Result<int> serve(const WitnessWords& words) {
  const ServiceSignals signals;
  ServiceManager manager;
  ENGINE_TRY(witness, open_witness(words));
  server::RequestLimits limits{{}, log_options().clock};
  server::Router router;
  server::add_witness_routes(router, *witness, limits);
  WitnessMetrics metrics{*witness};
  server::HttpServerOptions options;
  options.observer = [&](const server::RequestRecord& record) { metrics.observe(record); };
  server::HttpServer http{router, system_random(), std::move(options)};
  ENGINE_TRY(port, listen(http, words));
  http.start();
  const std::string scheme = words.certificate.empty() ? "http://" : "https://";
  talk("witness " + witness->vkey().name + " at " + scheme +
       words.listen.substr(0, words.listen.rfind(':')) + ":" + std::to_string(port) + "/");
  if (!words.metrics.empty()) ENGINE_TRY_VOID(metrics.start(http, words.metrics));
  manager.ready("witness");
  constexpr std::chrono::milliseconds kWitnessAliveWithin{2'000};
  while (signals.wait(manager.alive_every()) == ServiceSignals::Told::nothing)
    if (http.is_alive(kWitnessAliveWithin)) manager.alive();
  manager.stopping();
  metrics.stop();
  return http.stop() ? int{kDone} : int{kFailed};
}

CLI::App* add_witness_verb(CLI::App& witness, Run& run, const std::shared_ptr<WitnessWords>& words,
                           const char* name, const char* what,
                           Result<int> (*verb)(const WitnessWords&)) {
  CLI::App* command = add_verb(witness, run, words, name, what, verb);
  command->add_option("WITNESS", words->directory, "the witness's directory")->required();
  return command;
}

}  // namespace

void add_witness_verbs(CLI::App& witness, Run& run) {
  const auto words = std::make_shared<WitnessWords>();
  add_witness_verb(witness, run, words, "init", "A new witness; prints its verifier key", init)
      ->add_option("--name", words->name, "such as witness.stafett.example/w1")
      ->required();
  CLI::App* trusting =
      add_witness_verb(witness, run, words, "trust", "Cosigns for a log from now on", trust);
  trusting->add_option("VKEY", words->vkey, "the log's verifier key")->required();
  trusting->add_option("--origin", words->origin, "the log's origin, if it is not the key's name");
  trusting->add_option("--instead-of", words->instead_of,
                       "a verifier key of the log that is believed no longer");
  add_witness_verb(witness, run, words, "list", "The logs, and what was cosigned last", list)
      ->add_flag("--json", words->json, "JSON Lines");
  add_witness_verb(witness, run, words, "sign",
                   "Answers a request in a file; prints what goes back", sign)
      ->add_option("FILE", words->file, "the request; - or nothing: stdin");
  CLI::App* serving = add_witness_verb(witness, run, words, "serve",
                                       "Answers over HTTP, until SIGTERM or ctrl-C", serve);
  serving
      ->add_option("--listen", words->listen,
                   "ADDRESS:PORT, of loopback without a certificate; port 0: a free one")
      ->capture_default_str();
  serving->add_option("--metrics", words->metrics,
                      "ADDRESS:PORT of loopback for a Prometheus; without: nowhere");
  CLI::Option* certificate =
      serving->add_option("--certificate", words->certificate, "PEM, with its chain");
  CLI::Option* key = serving->add_option("--key", words->key, "PEM, 0600");
  certificate->needs(key);
  key->needs(certificate);
}

void add_witness(CLI::App& app, Run& run) {
  CLI::App* witness =
      app.add_subcommand("witness", "Cosigning other logs' checkpoints, and having ours cosigned");
  witness->require_subcommand(1);
  add_witness_verbs(*witness, run);
  add_witnessed_verbs(*witness, run);
}

}  // namespace stafett::tools
