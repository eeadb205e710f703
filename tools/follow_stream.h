#pragma once
// `stafett log` of a log that a server has: over the native stream.

#include <optional>
#include <string>

namespace stafett::tools {

struct StreamWords {
  std::string url;  // stafett://127.0.0.1:PORT/NAME, or stafetts:// through TLS
  std::string key_file, origin, purpose, visit, service, case_label, type;
  std::uint64_t from = 0;
  std::optional<std::uint64_t> limit;
  bool content = false;  // else entries only
  bool follow = false;   // else until all that is there has come
  bool json = false;
  std::string ca_file;  // whose certificates are believed; empty: the system's
};

bool is_stream_url(const std::string& text);
// The exit code. Until SIGINT or SIGTERM, when it follows.
int follow_stream(const StreamWords& words);

}  // namespace stafett::tools
