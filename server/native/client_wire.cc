#include "server/native/client_wire.h"

#include <boost/asio/write.hpp>

#include "server/http/awaitable.h"
#include "server/http/client_stream.h"

namespace stafett::server::native {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

class ClientWire final : public Wire {
 public:
  ClientWire(asio::ip::tcp::socket socket, std::shared_ptr<TlsIdentity> identity)
      : stream_(beast::tcp_stream{std::move(socket)}, std::move(identity)) {}
  asio::any_io_executor executor() override { return stream_.get_executor(); }

  asio::awaitable<boost::system::error_code> shake_hands(
      std::chrono::milliseconds longest) override {
    expire_after(longest);
    co_return co_await stream_.handshake();
  }
  asio::awaitable<WireRead> read_some(asio::mutable_buffer to,
                                      std::chrono::milliseconds longest) override {
    expire_after(longest);
    const auto [error, count] = co_await stream_.async_read_some(asio::buffer(to), kTuple);
    co_return WireRead{error, count};
  }
  asio::awaitable<boost::system::error_code> write(asio::const_buffer from,
                                                   std::chrono::milliseconds longest) override {
    boost::system::error_code failed;
    from += stream_.write_now(from, failed);
    if (failed || from.size() == 0) co_return failed;
    expire_after(longest);
    const auto [error, count] = co_await asio::async_write(stream_, asio::buffer(from), kTuple);
    (void)count;
    co_return error;
  }
  void shut_down_send() override { stream_.end_sending(); }
  void close() override {
    stream_.shut_down();
    stream_.close();
  }
  Bytes channel_binding() const override { return {}; }

 private:
  // Of the direction that nothing is under way in: each has a time of its own.
  void expire_after(std::chrono::milliseconds longest) {
    longest.count() == 0 ? stream_.expires_never() : stream_.expires_after(longest);
  }
  ClientStream stream_;
};

}  // namespace

std::unique_ptr<Wire> make_client_wire(asio::ip::tcp::socket socket,
                                       std::shared_ptr<TlsIdentity> identity) {
  beast::error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  return std::make_unique<ClientWire>(std::move(socket), std::move(identity));
}

}  // namespace stafett::server::native
