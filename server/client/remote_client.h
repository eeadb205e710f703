#pragma once
// RemoteClient: a log over the native stream.
//
// Source:   docs/reference/native-stream.md.
// Threads:  as LogClient; one of its own reads and writes. Verifying is done by whoever asks for
//           the next item.
// Limits:   each stream holds at most `window` of events, and kNoticesMax items without an event.
//
// It does not connect again by itself: whoever wants that makes a new one, and subscribes after the
// last position that came.

#include "engine/crypto/ed25519.h"
#include "server/client/log_client.h"

namespace stafett::server::client {

// Through TLS 1.3: whose certificates are believed for the endpoint's host.
struct RemoteTls {
  std::string ca_file;  // PEM; empty: the system's
};

struct RemoteOptions {
  std::string endpoint;          // "127.0.0.1:9000", "[::1]:9000", "log.stafett.example:9000"
  std::optional<RemoteTls> tls;  // none: in clear
  std::string log;               // by its name
  std::string origin;  // which log is meant; empty: whatever the server calls so, on loopback only
  std::chrono::milliseconds connect_time{10'000};  // until signed in
  // With a subscription the server says something every 15 s; longer silent, it is given up.
  std::chrono::milliseconds silence_time{45'000};
  native::Credit window{4096, 8 * 1024 * 1024};
};

class RemoteClient final : public LogClient {
 public:
  static constexpr std::size_t kNoticesMax = 1024;

  // In clear, or without an origin, only an address of loopback is connected to.
  // Errors: invalid_argument (the endpoint, the file of certificates), refused (the server's code
  // in the detail; or another origin), unsupported (another version), malformed, io.
  static Result<std::unique_ptr<RemoteClient>> connect(RemoteOptions options,
                                                       crypto::SigningKey key);
  ~RemoteClient() override;

  const std::string& origin() const override;
  const ActorId& actor() const override;
  Result<std::vector<AppendOutcome>> append(const log::SubmissionGroup& group,
                                            std::chrono::milliseconds longest) override;
  Result<std::unique_ptr<EventStream>> subscribe(const Wish& wish) override;

 private:
  class Core;
  class Stream;
  explicit RemoteClient(std::shared_ptr<Core> core) : core_(std::move(core)) {}
  const std::shared_ptr<Core> core_;
};

}  // namespace stafett::server::client
