#pragma once
// The comparison with NATS JetStream: a server of its own on loopback, with file storage and its
// own ideas of when to sync, spoken to in its text protocol. libnats has threads for each
// connection; a thousand readers of ours and of theirs are to cost alike.
//
// Source:   docs.nats.io, "NATS Protocol" and "JetStream wire API"
// Threads:  owner only; publish() by one.

#include <sys/types.h>

#include <thread>

#include "bench/live.h"

namespace stafett::bench {

// A connection: what is said on it, and messages that come.
class NatsWire final {
 public:
  struct Message {
    std::string_view subject, reply, body;  // valid until the next read
    bool is_control = false;                // with headers only: flow control, heartbeats
  };
  static Result<NatsWire> connect(std::uint16_t port);

  int socket() const { return wire_.socket(); }
  const std::string& version() const { return version_; }  // of the server
  void shut() { wire_.shut(); }
  Result<void> say(const std::string& text) { return wire_.send(as_bytes(text)); }
  // Until what was said has been understood. REQUIRES: no message is on its way.
  Result<void> settle();
  Result<void> publish(const std::string& subject, const std::string& reply, ByteView body);
  Result<std::size_t> fill() { return in_.fill(wire_); }
  // None: more must be read. Answers pings.
  Result<std::optional<Message>> next();
  Result<Message> wait();

 private:
  explicit NatsWire(Wire wire) : wire_(std::move(wire)) {}
  Result<void> greet();
  Wire wire_;
  Incoming in_;
  std::string version_;
};

class Nats final {
 public:
  // Errors: unsupported (nats-server is not installed), io.
  static Result<std::unique_ptr<Nats>> start(const std::string& directory);
  ~Nats();
  Nats(const Nats&) = delete;
  Nats& operator=(const Nats&) = delete;

  const std::string& version() const { return control_->version(); }
  pid_t process() const { return process_; }
  // Into a new stream, until all of it is acknowledged. Once.
  Result<void> store(std::span<const Bytes> bodies);
  // Through an own push consumer with flow control, without acknowledgements: of all there is, or
  // of what comes from now on.
  Result<std::unique_ptr<Reader>> reader(bool from_now_on);
  // Each acknowledged when the server says that it has stored it. REQUIRES: `bodies` outlives it.
  Result<Publish> publisher(std::span<const Bytes> bodies);

 private:
  Nats() = default;
  Result<void> run(const std::string& directory);

  std::uint16_t port_ = 0;
  pid_t process_ = -1;
  std::optional<NatsWire> control_;
};

}  // namespace stafett::bench
