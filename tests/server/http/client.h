#pragma once
// A client that sends what it is told to, right or wrong, and reads one response after the other.

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <string>

namespace stafett::server::testing {

class Client final {
 public:
  using Response = boost::beast::http::response<boost::beast::http::string_body>;

  explicit Client(std::uint16_t port) {
    socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port});
  }
  void send(const std::string& text) { boost::asio::write(socket_, boost::asio::buffer(text)); }
  // Empty: the server closed instead. `to_head`: of a HEAD request, which has no body.
  std::optional<Response> read(bool to_head = false) {
    boost::beast::http::response_parser<boost::beast::http::string_body> parser;
    parser.skip(to_head);
    boost::beast::error_code error;
    boost::beast::http::read(socket_, buffer_, parser, error);
    if (error) return std::nullopt;
    return parser.release();
  }
  std::optional<Response> get(const std::string& target, const std::string& more = {}) {
    send("GET " + target + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n");
    return read();
  }
  // How the connection ends; waits for it.
  boost::system::error_code read_error() {
    char byte;
    boost::system::error_code error;
    socket_.read_some(boost::asio::buffer(&byte, 1), error);
    return error;
  }
  // Whether the server has closed; waits for it.
  bool is_closed() {
    char byte;
    boost::system::error_code error;
    socket_.read_some(boost::asio::buffer(&byte, 1), error);
    return static_cast<bool>(error);
  }

 private:
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_{io_};
  boost::beast::flat_buffer buffer_;
};

}  // namespace stafett::server::testing
