#pragma once
// ServerConfig: what `stafett serve` is told, from a TOML file, from the command line, or by
// default.
//
// Source:  docs/reference/configuration.md.
// Threads: values.
// Limits:  a file of kConfigBytesMax, kListenersMax listeners, kLogsMax logs.
//
// The file holds no secrets, only the paths of files that do. A path that is not absolute begins in
// the file's own folder. A section is a struct with plain members and a function that names them
// (sections.h); where a value comes from is kept beside it, by its full name.

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "server/http/limits.h"
#include "server/limits/load_limits.h"

namespace stafett::server {

inline constexpr std::size_t kConfigBytesMax = std::size_t{1} << 18;
inline constexpr std::size_t kListenersMax = 16;
inline constexpr std::size_t kLogsMax = 1024;
inline constexpr std::size_t kWebhookHostsMax = 256;

struct Provenance {
  enum class From { default_value, file, command_line };
  From from = From::default_value;
  unsigned line = 0;  // of the file
};

// [webhooks]
struct WebhooksSection {
  std::vector<std::string> allowed_hosts;  // as WebhookHosts::of() takes them
};

// [[listener]]
struct ListenerSection {
  std::string address;      // ADDRESS:PORT
  std::string certificate;  // PEM files; both or none
  std::string key;
  std::string protocol = "http";  // or "native"
  bool is_native() const { return protocol == "native"; }
  bool is_encrypted() const { return !certificate.empty(); }
};

// [[log]]
struct LogSection {
  std::string directory;
  std::chrono::seconds public_grid{900};
  std::size_t cases_max = 80'000;
};

// [sign_in]
struct SignInSection {
  std::string issuers;     // a file of its own (auth/issuer_file.h); empty: only the logs' own
  std::string public_url;  // how browsers reach this server; empty: they do not sign in
  std::chrono::minutes session_idle{30};
  std::chrono::minutes session_time{8 * 60};
  std::size_t sessions_max = 10'000;
};

struct ServerConfig {
  HttpLimits http;
  LoadLimits limits;
  WebhooksSection webhooks;
  SignInSection sign_in;
  std::vector<ListenerSection> listeners;
  std::vector<LogSection> logs;
  // By full name, such as "http.idle_time" or "log[0].directory"; who is not here has its default.
  std::map<std::string, Provenance> provenance;

  Provenance provenance_of(const std::string& name) const;
  // Nobody outside can reach it.
  bool is_on_loopback() const;
};

struct ConfigText {
  std::string_view text;
  std::string name;                    // of the file, as errors tell it
  std::vector<std::string> overrides;  // lines of TOML, `http.idle_time = "5s"`; they win
};

// Whole and consistent: at least one listener and one log. Errors: invalid_argument; its detail has
// a line for each fault, "FILE:LINE:COLUMN: KEY: what is wrong".
Result<ServerConfig> parse_config(const ConfigText& given);
// Errors: also not_found, too_large, io.
Result<ServerConfig> read_config(const std::string& path, std::vector<std::string> overrides);
// Of `serve DIR... --listen ADDRESS --native ADDRESS`; `native`: empty: none. Each checkpoint is
// shown as it is signed. Errors: invalid_argument.
Result<ServerConfig> config_of_words(const std::vector<std::string>& directories,
                                     const std::string& listen, const std::string& native);

// A value as it is shown to people.
struct ConfigValue {
  std::string name;     // "http.idle_time", "listener[0].address"
  std::string value;    // as the file would have it
  std::string initial;  // its default; empty: none
  std::string allowed;  // "1–100", "100ms–10m", "path"
  Provenance provenance;
};
// All of them, in the order of the sections; of a config without logs those that are there once.
std::vector<ConfigValue> values_of(const ServerConfig& config);

}  // namespace stafett::server
