#include "server/native/native_server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include "engine/base/check.h"
#include "server/http/awaitable.h"
#include "server/http/endpoint.h"
#include "server/native/client_wire.h"
#include "server/native/native_connection.h"
#include "server/tls/tls_identity.h"

namespace stafett::server::native {

namespace asio = boost::asio;
using asio::ip::tcp;

struct NativeServer::Impl {
  Impl(const LogSet& logs, OpenSource given_open, Random& random, NativeServerOptions given)
      : options(given),
        open(std::move(given_open)),
        service{logs, options.limits, open, counts, random, {}, std::make_shared<Visits>()},
        loops(std::max(
            1u, options.threads != 0 ? options.threads : std::thread::hardware_concurrency())) {}

  using Connection = std::shared_ptr<NativeConnection>;

  // A thread with connections of its own: nothing of theirs is locked, nor goes from core to core.
  struct Loop {
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{asio::make_work_guard(io)};
    std::thread thread;
  };

  struct Listening {
    std::shared_ptr<tcp::acceptor> acceptor;
    std::shared_ptr<TlsSlot> identity;  // null: in clear
  };

  asio::awaitable<void> accept(std::shared_ptr<tcp::acceptor> acceptor,
                               std::shared_ptr<TlsSlot> identity) {
    // When the process has no file descriptor left, accepting again at once would only spin.
    constexpr std::chrono::milliseconds kPause{50};
    asio::steady_timer pause{acceptor->get_executor()};
    while (acceptor->is_open()) {
      next_loop = (next_loop + 1) % loops.size();
      auto [error, socket] = co_await acceptor->async_accept(loops[next_loop].io, kTuple);
      if (error == asio::error::operation_aborted || !acceptor->is_open()) co_return;
      if (error) {
        pause.expires_after(kPause);
        (void)co_await pause.async_wait(kTuple);
        continue;
      }
      begin(std::move(socket), identity ? identity->get() : nullptr);
    }
  }

  void begin(tcp::socket socket, std::shared_ptr<TlsIdentity> identity) {
    auto connection = std::make_shared<NativeConnection>(
        service, make_client_wire(std::move(socket), std::move(identity)));
    std::list<Connection>::iterator place;
    {
      const std::lock_guard lock{mutex};
      if (stopping || connections.size() >= options.limits.connections_max) return;
      place = connections.insert(connections.end(), connection);
    }
    asio::co_spawn(connection->executor(), connection->run(),
                   [this, place](const std::exception_ptr&) {
                     const std::lock_guard lock{mutex};
                     connections.erase(place);
                     ++ended;
                     gone.notify_all();
                   });
  }

  void close_each(void (NativeConnection::*close)()) {
    const std::lock_guard lock{mutex};
    for (const Connection& one : connections)
      asio::post(one->executor(), [one, close] { (one.get()->*close)(); });
  }

  bool wait_until_gone() {
    std::unique_lock lock{mutex};
    return gone.wait_for(lock, options.limits.drain_time, [this] { return connections.empty(); });
  }

  const NativeServerOptions options;
  const OpenSource open;
  NativeCounts counts;
  std::optional<asio::thread_pool> pool;
  NativeService service;  // Constant once started.
  std::vector<Loop> loops;
  std::size_t next_loop = 0;  // the first loop's only: that accepts
  std::vector<Listening> listening;

  std::mutex mutex;
  std::condition_variable gone;
  std::list<Connection> connections;  // Guarded by mutex.
  std::uint64_t ended = 0;            // Guarded by mutex.
  bool stopping = false;              // Guarded by mutex.
};

NativeServer::NativeServer(const LogSet& logs, OpenSource open, Random& random,
                           NativeServerOptions options)
    : impl_(std::make_unique<Impl>(logs, std::move(open), random, options)) {}

NativeServer::~NativeServer() {
  (void)stop();
}

Result<std::uint16_t> NativeServer::listen(const std::string& endpoint,
                                           std::shared_ptr<TlsSlot> identity) {
  ENGINE_TRY(where, parse_endpoint(endpoint));
  if (!identity && !where.address.is_loopback())
    return Error{Errc::invalid_argument, "unencrypted, so on loopback only"};
  const tcp::endpoint at{where.address, where.port};
  auto acceptor = std::make_shared<tcp::acceptor>(impl_->loops.front().io);
  boost::system::error_code error;
  acceptor->open(at.protocol(), error);
  if (!error) acceptor->set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor->bind(at, error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (error) return Error{Errc::io, endpoint + ": " + error.message()};
  impl_->listening.push_back({acceptor, std::move(identity)});
  return acceptor->local_endpoint().port();
}

void NativeServer::start() {
  if (impl_->listening.empty()) return;
  impl_->service.pool = impl_->pool.emplace(impl_->options.pool).get_executor();
  for (const auto& [acceptor, identity] : impl_->listening)
    asio::co_spawn(acceptor->get_executor(), impl_->accept(acceptor, identity),
                   [](const std::exception_ptr& failure) { CHECK(!failure); });
  for (Impl::Loop& loop : impl_->loops) loop.thread = std::thread{[&loop] { loop.io.run(); }};
}

bool NativeServer::stop() {
  if (!impl_->loops.front().thread.joinable()) return true;
  {
    const std::lock_guard lock{impl_->mutex};
    impl_->stopping = true;
  }
  for (const Impl::Listening& one : impl_->listening)
    asio::post(one.acceptor->get_executor(), [acceptor = one.acceptor] {
      boost::system::error_code ignored;
      acceptor->close(ignored);
    });
  impl_->close_each(&NativeConnection::close_when_idle);
  const bool told = impl_->wait_until_gone();
  if (!told) {
    impl_->close_each(&NativeConnection::close);
    // What was handed to the log comes back, if late: until then somebody must be there.
    while (!impl_->wait_until_gone()) {
    }
  }
  impl_->pool->join();
  impl_->service.visits->wait_until_none();
  for (Impl::Loop& loop : impl_->loops) {
    loop.io.stop();
    loop.thread.join();
  }
  return told;
}

std::uint64_t NativeServer::ended() const {
  const std::lock_guard lock{impl_->mutex};
  return impl_->ended;
}

std::size_t NativeServer::connections() const {
  const std::lock_guard lock{impl_->mutex};
  return impl_->connections.size();
}

NativeFigures NativeServer::figures() const {
  const NativeCounts& counts = impl_->counts;
  return {connections(), counts.subscriptions, counts.events_sent, counts.fell_behind,
          counts.sign_ins_refused};
}

}  // namespace stafett::server::native
