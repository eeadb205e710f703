#include "server/http/upload.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/write.hpp>
#include <future>

#include "server/http/awaitable.h"

namespace stafett::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

Upload::Upload(ClientStream& stream, beast::flat_buffer& buffer, Header&& header,
               const HttpLimits& limits, std::uint64_t bytes_max)
    : stream_(stream),
      buffer_(buffer),
      parser_(std::move(header)),
      piece_time_(limits.body_time),
      deadline_(std::chrono::steady_clock::now() + limits.upload_time),
      awaits_leave_(beast::iequals(parser_.get()[http::field::expect], "100-continue")) {
  parser_.body_limit(bytes_max);
}

Result<std::size_t> Upload::read(std::span<std::uint8_t> to) {
  if (to.empty()) return std::size_t{0};
  try {
    const Piece piece = asio::co_spawn(stream_.get_executor(), next(to), asio::use_future).get();
    if (piece.error == http::error::body_limit)
      return Error{Errc::too_large, "a larger body than is taken here"};
    if (piece.error) return Error{Errc::io, "the body has not come whole"};
    return piece.bytes;
  } catch (const std::exception&) {  // no memory, or nobody is there to read any more
    return Error{Errc::io, "the body cannot be read"};
  }
}

asio::awaitable<beast::error_code> Upload::give_leave() {
  http::response<http::empty_body> go_on{http::status::continue_, parser_.get().version()};
  const auto [error, count] = co_await http::async_write(stream_, go_on, kTuple);
  (void)count;
  co_return error;
}

asio::awaitable<Upload::Piece> Upload::next(std::span<std::uint8_t> to) {
  Piece piece;
  while (piece.bytes == 0 && !parser_.is_done()) {
    stream_.expires_at(std::min(std::chrono::steady_clock::now() + piece_time_, deadline_));
    if (awaits_leave_) {
      awaits_leave_ = false;
      piece.error = co_await give_leave();
      if (piece.error) co_return piece;
    }
    http::buffer_body::value_type& body = parser_.get().body();
    body.data = to.data();
    body.size = to.size();
    body.more = true;
    const auto [error, count] = co_await http::async_read_some(stream_, buffer_, parser_, kTuple);
    (void)count;
    piece.bytes = to.size() - body.size;
    if (error && error != http::error::need_buffer) {
      piece.error = error;
      co_return piece;
    }
  }
  co_return piece;
}

}  // namespace stafett::server
