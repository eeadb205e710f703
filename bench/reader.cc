#include "bench/reader.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "bench/timing.h"

namespace stafett::bench {
namespace {

Error failed(const char* what) {
  return Error{Errc::io, std::string{what} + ": " + std::strerror(errno)};
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

double thread_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

// The sockets of all readers, to wait for at once.
class Poll final {
 public:
  Poll() : poll_(::epoll_create1(EPOLL_CLOEXEC)) {}
  ~Poll() { ::close(poll_); }
  Result<void> add(Reader& reader) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &reader;
    if (::epoll_ctl(poll_, EPOLL_CTL_ADD, reader.socket(), &event) != 0) return failed("epoll");
    return {};
  }
  std::span<const epoll_event> wait() {
    constexpr int kMilliseconds = 20;
    const int count = ::epoll_wait(poll_, events_, kEventsMax, kMilliseconds);
    return {events_, static_cast<std::size_t>(std::max(count, 0))};
  }

 private:
  static constexpr int kEventsMax = 256;
  const int poll_;
  epoll_event events_[kEventsMax];
};

}  // namespace

Result<Wire> Wire::connect(std::uint16_t port) {
  Wire wire{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const sockaddr_in address = loopback(port);
  if (wire.socket_ < 0 ||
      ::connect(wire.socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return failed("connect");
  const timeval longest{30, 0};
  const int on = 1, off = 0;
  // As our own client library does; NATS's readers have it too.
  ::setsockopt(wire.socket_, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof off);
  ::setsockopt(wire.socket_, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
  ::setsockopt(wire.socket_, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
  ::setsockopt(wire.socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return wire;
}

Wire::~Wire() {
  if (socket_ >= 0) ::close(socket_);
}

void Wire::shut() {
  ::shutdown(socket_, SHUT_RDWR);
}

Result<void> Wire::send(ByteView bytes) {
  const std::lock_guard lock{*sending_};
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return failed("send");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

Result<std::size_t> Wire::receive(std::span<std::uint8_t> to) {
  const ssize_t count = ::recv(socket_, to.data(), to.size(), 0);
  if (count == 0) return Error{Errc::io, "the other side has closed"};
  if (count < 0) return failed("receive");
  return static_cast<std::size_t>(count);
}

Result<std::uint16_t> free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  const bool done = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(socket);
  if (!done) return failed("no port is free");
  return ntohs(address.sin_port);
}

Result<double> read_all(Readers& readers, Deliveries& to,
                        const std::function<bool(const Deliveries&)>& is_done,
                        std::chrono::seconds longest) {
  Poll poll;
  for (const std::unique_ptr<Reader>& reader : readers) ENGINE_TRY_VOID(poll.add(*reader));
  const double cpu = thread_seconds();
  const Stopwatch watch;
  while (!is_done(to)) {
    for (const epoll_event& event : poll.wait())
      ENGINE_TRY_VOID(static_cast<Reader*>(event.data.ptr)->take(to));
    if (watch.seconds() > static_cast<double>(longest.count()))
      return Error{Errc::io, std::to_string(to.events) + " events had come in time"};
  }
  return thread_seconds() - cpu;
}

Result<std::size_t> Incoming::fill(Wire& wire) {
  static thread_local std::vector<std::uint8_t> room(Wire::kReadBytes);
  buffer_.erase(0, begin_);
  begin_ = 0;
  ENGINE_TRY(count, wire.receive(room));
  buffer_ += as_text(ByteView{room.data(), count});
  return count;
}

std::optional<std::string_view> Incoming::line() {
  const std::size_t end = buffer_.find('\n', begin_);
  if (end == std::string::npos) return std::nullopt;
  std::string_view line{buffer_.data() + begin_, end - begin_};
  begin_ = end + 1;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::optional<std::string_view> Incoming::piece(std::size_t bytes) {
  if (buffer_.size() - begin_ < bytes) return std::nullopt;
  const std::string_view piece{buffer_.data() + begin_, bytes};
  begin_ += bytes;
  return piece;
}

}  // namespace stafett::bench
