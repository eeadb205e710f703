#pragma once
// Readers of a stream of events, of whatever system: what all of them cost here is alike, so that
// their servers can be compared. One thread reads all sockets of a run.
//
// Source:  docs/performance.md
// Threads: a Wire and a Reader by one thread; read_all() is that thread.
// Limits:  a read takes at most kReadBytes; what waits for its rest is one event.

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace stafett::bench {

using Moment = std::chrono::steady_clock::time_point;

// A connection to a port of this machine. Nothing comes for 30 s: io.
class Wire final {
 public:
  static constexpr std::size_t kReadBytes = 256 * 1024;

  static Result<Wire> connect(std::uint16_t port);
  Wire(Wire&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), sending_(std::move(other.sending_)) {}
  Wire& operator=(Wire&&) = delete;
  ~Wire();
  int socket() const { return socket_; }
  Result<void> send(ByteView bytes);  // from any thread
  void shut();                        // from any thread: receive() fails
  // At least one byte: waits for it. Errors: io, also when the other side has closed.
  Result<std::size_t> receive(std::span<std::uint8_t> to);

 private:
  explicit Wire(int socket) : socket_(socket) {}
  int socket_;
  std::unique_ptr<std::mutex> sending_ = std::make_unique<std::mutex>();
};

// A port that nobody listens to now.
Result<std::uint16_t> free_port();

struct Delivery {
  std::uint64_t position;
  Moment at;
};

// What has come to all readers of a run.
struct Deliveries {
  bool keeps = false;  // each of them, not their number alone
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;      // as they came over the connection
  std::uint64_t next = 0;       // behind the last position
  std::uint64_t caught_up = 0;  // how often a server of ours said that all has been sent
  std::vector<Delivery> each;
  void add(std::uint64_t position, Moment at) {
    ++events;
    next = position + 1;
    if (keeps) each.push_back({position, at});
  }
};

class Reader {
 public:
  virtual ~Reader() = default;
  virtual int socket() const = 0;
  // Takes what is there now. Errors: io, malformed, refused.
  virtual Result<void> take(Deliveries& to) = 0;
};
using Readers = std::vector<std::unique_ptr<Reader>>;

// Until `is_done`, which is asked at every wakening and every 20 ms. Returns the processor time of
// this thread, in seconds. Errors: the readers', and io after `longest`.
Result<double> read_all(Readers& readers, Deliveries& to,
                        const std::function<bool(const Deliveries&)>& is_done,
                        std::chrono::seconds longest);

// Lines and counted pieces out of bytes that come as they come.
class Incoming final {
 public:
  // Reads once.
  Result<std::size_t> fill(Wire& wire);
  // Without its end; none: it has not come whole. Valid until fill().
  std::optional<std::string_view> line();
  std::optional<std::string_view> piece(std::size_t bytes);
  // So that a line is read again when what belongs to it has not come yet.
  std::size_t mark() const { return begin_; }
  void go_back(std::size_t mark) { begin_ = mark; }

 private:
  std::string buffer_;
  std::size_t begin_ = 0;
};

}  // namespace stafett::bench
