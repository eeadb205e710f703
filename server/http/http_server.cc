#include "server/http/http_server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <future>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/base/check.h"
#include "server/http/awaitable.h"
#include "server/http/endpoint.h"
#include "server/http/http_connection.h"
#include "server/tls/tls_identity.h"

namespace stafett::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

namespace {

// When the process has no file descriptor left, accepting again at once would only spin.
constexpr std::chrono::milliseconds kAcceptPause{50};

}  // namespace

struct HttpServer::Impl {
  Impl(const Router& router, Random& random, HttpServerOptions given)
      : options(std::move(given)),
        pool(options.pool),
        service{router, options.limits, options.observer, random, pool.get_executor(), handshakes},
        work(asio::make_work_guard(io)) {}

  using Connection = std::shared_ptr<HttpConnection>;

  struct Listener {
    std::shared_ptr<tcp::acceptor> acceptor;
    std::shared_ptr<TlsSlot> identity;  // null: in clear
  };

  Result<std::uint16_t> listen(const std::string& endpoint, const Endpoint& where,
                               std::shared_ptr<TlsSlot> identity) {
    const tcp::endpoint at{where.address, where.port};
    auto acceptor = std::make_shared<tcp::acceptor>(asio::make_strand(io));
    beast::error_code error;
    acceptor->open(at.protocol(), error);
    if (!error) acceptor->set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor->bind(at, error);
    if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
    if (error) return Error{Errc::io, endpoint + ": " + error.message()};
    const std::uint16_t port = acceptor->local_endpoint().port();
    listeners.push_back({std::move(acceptor), std::move(identity)});
    return port;
  }

  asio::awaitable<void> accept(std::shared_ptr<tcp::acceptor> acceptor,
                               std::shared_ptr<TlsSlot> identity) {
    asio::steady_timer pause{io};
    while (acceptor->is_open()) {
      auto [error, socket] = co_await acceptor->async_accept(asio::make_strand(io), kTuple);
      if (error == asio::error::operation_aborted || !acceptor->is_open()) co_return;
      if (error) {
        pause.expires_after(kAcceptPause);
        (void)co_await pause.async_wait(kTuple);
        continue;
      }
      begin(std::move(socket), identity ? identity->get() : nullptr);
      while (is_full() && acceptor->is_open()) {
        pause.expires_after(kAcceptPause);
        (void)co_await pause.async_wait(kTuple);
      }
    }
  }

  void begin(tcp::socket socket, std::shared_ptr<TlsIdentity> identity) {
    beast::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    auto connection = std::make_shared<HttpConnection>(
        service, beast::tcp_stream{std::move(socket)}, std::move(identity));
    std::list<Connection>::iterator place;
    bool welcome = false;
    {
      const std::lock_guard lock{mutex};
      if (stopping) return;
      welcome = served < options.limits.connections_max;
      served += welcome ? 1 : 0;
      place = connections.insert(connections.end(), connection);
    }
    asio::co_spawn(
        connection->executor(),
        [connection, welcome]() -> asio::awaitable<void> {
          if (welcome)
            co_await connection->run();
          else
            co_await connection->turn_away();
        },
        [this, place, welcome](const std::exception_ptr&) {
          const std::lock_guard lock{mutex};
          served -= welcome ? 1 : 0;
          connections.erase(place);
          ++ended;
          gone.notify_all();
        });
  }

  bool is_full() {
    const std::lock_guard lock{mutex};
    return connections.size() - served >= options.limits.turned_away_max;
  }

  void close_each(void (HttpConnection::*close)()) {
    const std::lock_guard lock{mutex};
    for (const Connection& one : connections)
      asio::post(one->executor(), [one, close] { (one.get()->*close)(); });
  }

  bool wait_until_gone(std::chrono::milliseconds longest) {
    std::unique_lock lock{mutex};
    return gone.wait_for(lock, longest, [this] { return connections.empty(); });
  }

  const HttpServerOptions options;
  asio::thread_pool pool;
  Handshakes handshakes;
  const HttpService service;
  asio::io_context io;
  asio::executor_work_guard<asio::io_context::executor_type> work;
  std::vector<Listener> listeners;
  std::vector<std::thread> threads;

  std::mutex mutex;
  std::condition_variable gone;
  std::list<Connection> connections;  // Guarded by mutex.
  std::uint64_t ended = 0;            // Guarded by mutex.
  std::size_t served = 0;             // Guarded by mutex. Of connections, those not turned away.
  bool stopping = false;              // Guarded by mutex.
};

HttpServer::HttpServer(const Router& router, Random& random, HttpServerOptions options)
    : impl_(std::make_unique<Impl>(router, random, std::move(options))) {}

HttpServer::~HttpServer() {
  (void)stop();
}

Result<std::uint16_t> HttpServer::listen(const std::string& endpoint) {
  ENGINE_TRY(where, parse_endpoint(endpoint));
  if (!where.address.is_loopback())
    return Error{Errc::invalid_argument, "unencrypted, so on loopback only"};
  return impl_->listen(endpoint, where, nullptr);
}

Result<std::uint16_t> HttpServer::listen(const std::string& endpoint,
                                         std::shared_ptr<TlsSlot> identity) {
  CHECK(identity != nullptr);
  ENGINE_TRY(where, parse_endpoint(endpoint));
  return impl_->listen(endpoint, where, std::move(identity));
}

void HttpServer::start() {
  for (const auto& [acceptor, identity] : impl_->listeners)
    asio::co_spawn(acceptor->get_executor(), impl_->accept(acceptor, identity),
                   [](const std::exception_ptr& failure) { CHECK(!failure); });
  const unsigned count = impl_->options.threads != 0
                             ? impl_->options.threads
                             : std::max(1u, std::thread::hardware_concurrency());
  for (unsigned i = 0; i < count; ++i) impl_->threads.emplace_back([this] { impl_->io.run(); });
}

bool HttpServer::stop() {
  {
    const std::lock_guard lock{impl_->mutex};
    impl_->stopping = true;
  }
  for (const auto& listener : impl_->listeners)
    asio::post(listener.acceptor->get_executor(), [acceptor = listener.acceptor] {
      beast::error_code ignored;
      acceptor->close(ignored);
    });
  bool drained = true;
  if (!impl_->threads.empty()) {
    impl_->close_each(&HttpConnection::close_when_idle);
    drained = impl_->wait_until_gone(impl_->options.limits.drain_time);
    if (!drained) {
      impl_->close_each(&HttpConnection::close);
      impl_->pool.join();  // while there is somebody to take what comes back from it
      (void)impl_->wait_until_gone(impl_->options.limits.drain_time);
    }
  }
  impl_->pool.join();
  impl_->work.reset();
  impl_->io.stop();
  for (std::thread& thread : impl_->threads) thread.join();
  impl_->threads.clear();
  return drained;
}

bool HttpServer::is_alive(std::chrono::milliseconds longest) {
  const auto reached = std::make_shared<std::promise<void>>();
  asio::post(impl_->io, [reached] { reached->set_value(); });
  return reached->get_future().wait_for(longest) == std::future_status::ready;
}

HandshakeCounts HttpServer::handshakes() const {
  return impl_->handshakes.counts();
}

std::uint64_t HttpServer::ended() const {
  const std::lock_guard lock{impl_->mutex};
  return impl_->ended;
}

std::size_t HttpServer::connections() const {
  const std::lock_guard lock{impl_->mutex};
  return impl_->served;
}

}  // namespace stafett::server
