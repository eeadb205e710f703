#pragma once
// HttpConnection: the requests of one client, one after the other.
//
// Source:  RFC 9110, RFC 9112; Boost.Beast reads and writes.
// Threads: all of it runs on the connection's strand, close_when_idle() and close() too.
// Limits:  HttpLimits; one request at a time is in memory.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "engine/base/random.h"
#include "server/http/body_source.h"
#include "server/http/client_stream.h"
#include "server/http/handshakes.h"
#include "server/http/limits.h"
#include "server/http/request_record.h"
#include "server/http/router.h"

namespace stafett::server {

// What all connections of a server share; outlives them.
struct HttpService {
  const Router& router;
  const HttpLimits& limits;
  const RequestObserver& observer;
  Random& random;                     // of request ids
  boost::asio::any_io_executor pool;  // runs what waits
  Handshakes& handshakes;
};

class HttpConnection final {
 public:
  // `identity`: null: in clear.
  HttpConnection(const HttpService& service, boost::beast::tcp_stream stream,
                 std::shared_ptr<TlsIdentity> identity);

  // Until the client goes, a limit is met or the server stops. Never throws.
  boost::asio::awaitable<void> run();
  // Answers 503 and closes; through TLS, where an answer would cost a handshake, only closes.
  boost::asio::awaitable<void> turn_away();

  boost::asio::any_io_executor executor() { return stream_.get_executor(); }
  // A request that is being answered is answered; then the connection closes.
  void close_when_idle();
  void close();

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Clock = std::chrono::steady_clock;
  enum class Next { request, close };

  boost::asio::awaitable<bool> shake_hands();
  // What a request asks for, by its header.
  struct Asked {
    const Route* route = nullptr;
    HttpResponse refusal;  // without a route
  };

  boost::asio::awaitable<Next> one_request(bool first);
  Asked asked(const Parser::value_type& message, HttpRequest& request) const;
  boost::asio::awaitable<boost::beast::error_code> read_body(Parser& parser,
                                                             std::uint64_t bytes_max);
  boost::asio::awaitable<HttpResponse> answer(const Asked& asked, HttpRequest& request);
  boost::asio::awaitable<Next> send_stream(BodySource& source, const HttpRequest& request,
                                           const HttpResponse& response, unsigned version);
  boost::asio::awaitable<void> watch();
  boost::asio::awaitable<boost::beast::error_code> send_pieces(BodySource& source, bool chunked);
  boost::asio::awaitable<Next> write(const HttpRequest& request, const HttpResponse& response,
                                     unsigned version, bool keep_alive);
  HttpResponse refusal(const boost::beast::error_code& error, std::uint64_t bytes_max,
                       const std::string& id) const;
  void observe(const HttpRequest& request, std::string_view route, const HttpResponse& response,
               Clock::time_point began) const;
  template <class Message>
  void set_common(Message& message, const HttpRequest& request, const HttpResponse& response) const;
  boost::asio::awaitable<void> finish();
  boost::asio::awaitable<void> linger();

  const HttpService& service_;
  ClientStream stream_;
  boost::beast::flat_buffer buffer_;
  const std::string address_;  // of the client, for limits; never written anywhere
  bool is_answering_ = false;  // a request has come whole
  bool is_closing_ = false;
  BodySource* streaming_ = nullptr;  // while it is being sent
};

}  // namespace stafett::server
