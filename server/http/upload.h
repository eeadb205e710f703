#pragma once
// Upload: the body of one request as its handler reads it.
//
// Threads:  read() on the handler's thread, while the connection's coroutine waits for the handler;
//           all else on the connection's strand.
// Lifetime: stream and buffer outlive it.
// Limits:   `bytes_max` in all, HttpLimits::body_time without a byte, upload_time in all.

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>

#include "server/http/client_stream.h"
#include "server/http/limits.h"
#include "server/http/message.h"

namespace stafett::server {

class Upload final : public RequestBody {
 public:
  using Header = boost::beast::http::request_parser<boost::beast::http::string_body>;

  // REQUIRES: the header has been read, and nothing of the body.
  Upload(ClientStream& stream, boost::beast::flat_buffer& buffer, Header&& header,
         const HttpLimits& limits, std::uint64_t bytes_max);

  Result<std::size_t> read(std::span<std::uint8_t> to) override;
  // The client has sent all of it, and it has been read: another request may follow.
  bool is_read() const { return parser_.is_done(); }

 private:
  struct Piece {
    boost::beast::error_code error;
    std::size_t bytes = 0;
  };
  boost::asio::awaitable<Piece> next(std::span<std::uint8_t> to);
  boost::asio::awaitable<boost::beast::error_code> give_leave();

  ClientStream& stream_;
  boost::beast::flat_buffer& buffer_;
  boost::beast::http::request_parser<boost::beast::http::buffer_body> parser_;
  const std::chrono::milliseconds piece_time_;
  const std::chrono::steady_clock::time_point deadline_;
  bool awaits_leave_;  // Expect: 100-continue
};

}  // namespace stafett::server
