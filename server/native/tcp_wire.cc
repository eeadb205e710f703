#include "server/native/tcp_wire.h"

#include <boost/asio/write.hpp>

#include "server/http/awaitable.h"

namespace stafett::server::native {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

class TcpWire final : public Wire {
 public:
  explicit TcpWire(asio::ip::tcp::socket socket) : stream_(std::move(socket)) {
    beast::error_code ignored;
    stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  }
  asio::any_io_executor executor() override { return stream_.get_executor(); }

  asio::awaitable<WireRead> read_some(asio::mutable_buffer to,
                                      std::chrono::milliseconds longest) override {
    expire_after(longest);
    const auto [error, count] = co_await stream_.async_read_some(to, kTuple);
    co_return WireRead{error, count};
  }
  asio::awaitable<boost::system::error_code> write(asio::const_buffer from,
                                                   std::chrono::milliseconds longest) override {
    expire_after(longest);
    const auto [error, count] = co_await asio::async_write(stream_, from, kTuple);
    (void)count;
    co_return error;
  }
  void shut_down_send() override {
    beast::error_code ignored;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  }
  void close() override {
    beast::error_code ignored;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    stream_.close();
  }
  Bytes channel_binding() const override { return {}; }

 private:
  // Of the direction that nothing is under way in: each has a time of its own.
  void expire_after(std::chrono::milliseconds longest) {
    longest.count() == 0 ? stream_.expires_never() : void(stream_.expires_after(longest));
  }
  beast::tcp_stream stream_;
};

}  // namespace

std::unique_ptr<Wire> make_tcp_wire(asio::ip::tcp::socket socket) {
  return std::make_unique<TcpWire>(std::move(socket));
}

}  // namespace stafett::server::native
