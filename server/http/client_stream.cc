#include "server/http/client_stream.h"

#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "server/http/awaitable.h"
#include "server/tls/tls_identity.h"

namespace stafett::server {

namespace asio = boost::asio;

struct ClientStream::Tls {
  Tls(boost::beast::tcp_stream& below, std::shared_ptr<TlsIdentity> given)
      : identity(std::move(given)), stream(below, identity->context()) {}
  std::shared_ptr<TlsIdentity> identity;  // of this connection, also when it is replaced
  boost::beast::ssl_stream<boost::beast::tcp_stream&> stream;
};

ClientStream::ClientStream(boost::beast::tcp_stream stream, std::shared_ptr<TlsIdentity> identity)
    : tcp_(std::move(stream)) {
  if (identity) tls_ = std::make_unique<Tls>(tcp_, std::move(identity));
}
ClientStream::~ClientStream() = default;

asio::awaitable<boost::system::error_code> ClientStream::handshake() {
  if (!tls_) co_return boost::system::error_code{};
  const auto [error] =
      co_await tls_->stream.async_handshake(asio::ssl::stream_base::server, kTuple);
  co_return error;
}

asio::awaitable<void> ClientStream::say_end() {
  if (!tls_) co_return;
  const auto [ignored] = co_await tls_->stream.async_shutdown(kTuple);
  (void)ignored;
}

void ClientStream::end_sending() {
  boost::system::error_code ignored;
  if (!tls_) tcp_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

std::string ClientStream::peer_address() const {
  boost::system::error_code error;
  const auto peer = tcp_.socket().remote_endpoint(error);
  return error ? std::string{} : peer.address().to_string();
}

void ClientStream::shut_down() {
  boost::system::error_code ignored;
  tcp_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
}

std::size_t ClientStream::write_now(asio::const_buffer from, boost::system::error_code& error) {
  error = {};
  if (tls_) return 0;
  if (!tcp_.socket().non_blocking()) tcp_.socket().non_blocking(true, error);
  const std::size_t count = error ? 0 : tcp_.socket().write_some(asio::buffer(from), error);
  if (error == asio::error::would_block || error == asio::error::try_again) error = {};
  return count;
}

void ClientStream::cancel() {
  tcp_.cancel();
}

void ClientStream::close() {
  boost::system::error_code ignored;
  tcp_.socket().close(ignored);
}

void ClientStream::read(asio::mutable_buffer into, Handler handler) {
  if (tls_)
    tls_->stream.async_read_some(into, std::move(handler));
  else
    tcp_.async_read_some(into, std::move(handler));
}

void ClientStream::write(const Pieces& from, Handler handler) {
  if (tls_)
    tls_->stream.async_write_some(from, std::move(handler));
  else
    tcp_.async_write_some(from, std::move(handler));
}

}  // namespace stafett::server
