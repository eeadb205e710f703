#include "server/http/http_connection.h"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/write.hpp>

#include "engine/base/encoding.h"
#include "server/http/awaitable.h"
#include "server/http/compress.h"
#include "server/http/problem.h"
#include "server/http/target.h"
#include "server/http/trace_context.h"
#include "server/http/upload.h"

namespace stafett::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

// How long a client may take to agree that all was said.
constexpr std::chrono::milliseconds kEndTime{1'000};
constexpr const char* kStrictTransport = "max-age=31536000";  // RFC 6797: a year

Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Method::get;
    case http::verb::head:
      return Method::head;
    case http::verb::post:
      return Method::post;
    case http::verb::put:
      return Method::put;
    case http::verb::delete_:
      return Method::del;
    default:
      return Method::other;
  }
}

// UUIDv4 (RFC 9562 section 5.4).
std::string new_request_id(Random& random) {
  auto bytes = random_id<EventId>(random).array();
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  return to_uuid_text(bytes);
}

HttpResponse handle(const Route& route, const HttpRequest& request) {
  try {
    HttpResponse response = route.handler(request);
    compress(request, response);
    return response;
  } catch (const std::exception&) {  // Of a library, or no memory: the others go on.
    return problem("internal", {}, request.id);
  }
}

asio::awaitable<HttpResponse> handle_there(const Route& route, const HttpRequest& request) {
  co_return handle(route, request);
}

// Whether an If-None-Match names this tag (RFC 9110 13.1.2: weak comparison).
bool names_tag(std::string_view list, const std::string& etag) {
  if (list == "*") return true;
  const std::string quoted = '"' + etag + '"';
  for (std::size_t at = list.find(quoted); at != std::string_view::npos;
       at = list.find(quoted, at + 1)) {
    const std::string_view before = list.substr(0, at);
    if (before.empty() || before.ends_with(' ') || before.ends_with(',') || before.ends_with("W/"))
      return true;
  }
  return false;
}

}  // namespace

HttpConnection::HttpConnection(const HttpService& service, beast::tcp_stream stream,
                               std::shared_ptr<TlsIdentity> identity)
    : service_(service),
      stream_(std::move(stream), std::move(identity)),
      buffer_(service.limits.header_bytes_max + 16 * 1024),
      address_(stream_.peer_address()) {}

template <class Message>
void HttpConnection::set_common(Message& message, const HttpRequest& request,
                                const HttpResponse& response) const {
  message.set(http::field::server, "stafett");
  message.set(http::field::cache_control, response.cache);
  message.set("X-Content-Type-Options", "nosniff");
  if (stream_.is_encrypted()) message.set("Strict-Transport-Security", kStrictTransport);
  if (!request.id.empty()) message.set("X-Request-Id", request.id);
  if (!response.vary.empty()) message.set(http::field::vary, response.vary);
  for (const auto& [name, value] : response.headers) message.insert(name, value);
}

asio::awaitable<bool> HttpConnection::shake_hands() {
  if (!stream_.is_encrypted()) co_return true;
  Handshakes& all = service_.handshakes;
  if (!all.begin(service_.limits.handshakes_max)) co_return false;
  stream_.expires_after(service_.limits.header_time);
  const beast::error_code error = co_await stream_.handshake();
  all.end(error ? Handshakes::Outcome::failed : Handshakes::Outcome::done);
  co_return !error;
}

asio::awaitable<void> HttpConnection::run() {
  if (!co_await shake_hands()) co_return close();
  for (std::uint32_t count = 0; count < service_.limits.requests_max; ++count) {
    const Next next = co_await one_request(count == 0);
    if (next == Next::close || is_closing_) break;
  }
  co_await finish();
}

asio::awaitable<void> HttpConnection::turn_away() {
  HttpRequest request;
  const HttpResponse response = problem("overloaded", {}, {});
  if (stream_.is_encrypted()) {
    observe(request, "", response, Clock::now());
    co_return close();
  }
  (void)co_await write(request, response, 11, false);
  observe(request, "", response, Clock::now());
  co_await finish();
}

void HttpConnection::close_when_idle() {
  is_closing_ = true;
  if (!is_answering_) close();
  if (streaming_) streaming_->stop();
}

void HttpConnection::close() {
  is_closing_ = true;
  if (streaming_) streaming_->stop();
  stream_.close();
}

asio::awaitable<void> HttpConnection::finish() {
  stream_.expires_after(kEndTime);
  co_await stream_.say_end();
  stream_.shut_down();
  stream_.close();
}

asio::awaitable<HttpConnection::Next> HttpConnection::one_request(bool first) {
  const HttpLimits& limits = service_.limits;
  Parser parser;
  parser.header_limit(limits.header_bytes_max);
  parser.body_limit(boost::none);  // which one it is depends on the route

  is_answering_ = false;
  if (buffer_.size() == 0) {
    buffer_.shrink_to_fit();  // whoever waits keeps nothing of the request before
    // Waiting for the first byte is not reading slowly: it has a time of its own.
    stream_.expires_after(first ? limits.header_time : limits.idle_time);
    const auto [error, count] = co_await stream_.async_read_some(buffer_.prepare(4 * 1024), kTuple);
    if (error) co_return Next::close;
    buffer_.commit(count);
  }

  HttpRequest request;
  request.id = new_request_id(service_.random);
  request.address = address_;
  stream_.expires_after(limits.header_time);
  auto [error, size] = co_await http::async_read_header(stream_, buffer_, parser, kTuple);
  (void)size;
  Asked to;
  std::uint64_t bytes_max = limits.body_bytes_max;
  bool is_streamed = false;
  if (!error) {
    to = asked(parser.get(), request);
    if (to.route && to.route->body_bytes_max != 0) bytes_max = to.route->body_bytes_max;
    if (parser.content_length() && *parser.content_length() > bytes_max)
      error = http::error::body_limit;
    is_streamed = to.route && to.route->body == BodyForm::streamed;
  }
  if (!error && !is_streamed) error = co_await read_body(parser, bytes_max);
  if (error) {
    // After a timeout the stream is closed: nobody can be told.
    if (error == beast::error::timeout || error == http::error::end_of_stream ||
        error == asio::error::operation_aborted || error == asio::error::eof ||
        error == asio::error::connection_reset || error == http::error::partial_message)
      co_return Next::close;
    const auto began = Clock::now();
    const HttpResponse response = refusal(error, bytes_max, request.id);
    (void)co_await write(request, response, 11, false);
    observe(request, "", response, began);
    if (error == http::error::body_limit) co_await linger();
    co_return Next::close;
  }

  is_answering_ = true;
  const auto began = Clock::now();
  const std::string_view route = to.route ? to.route->pattern : std::string_view{};
  const unsigned version = parser.get().version();
  bool keep_alive = parser.get().keep_alive();
  std::optional<Upload> upload;
  if (is_streamed) {
    request.streamed = &upload.emplace(stream_, buffer_, std::move(parser), limits, bytes_max);
  } else {
    request.body = std::move(parser.get().body());
  }
  const HttpResponse response = co_await answer(to, request);
  // What is left of a body would be taken for a request.
  if (upload && !upload->is_read()) keep_alive = false;
  Next next = Next::close;
  if (response.source)
    next = co_await send_stream(*response.source, request, response, version);
  else
    next = co_await write(request, response, version, keep_alive && !is_closing_);
  observe(request, route, response, began);
  if (upload && !upload->is_read()) co_await linger();
  co_return next;
}

// Closed while the client still sends, the connection would be reset, and the answer lost with it:
// some of what comes is passed over until the client has seen that this is the end.
asio::awaitable<void> HttpConnection::linger() {
  constexpr std::size_t kBytesMax = 1024 * 1024;
  constexpr std::chrono::milliseconds kTime{1000};
  stream_.end_sending();
  stream_.expires_after(kTime);
  std::array<char, 16 * 1024> bytes;
  for (std::size_t passed = 0; passed < kBytesMax;) {
    const auto [error, count] = co_await stream_.async_read_some(asio::buffer(bytes), kTuple);
    if (error) break;
    passed += count;
  }
}

void HttpConnection::observe(const HttpRequest& request, std::string_view route,
                             const HttpResponse& response, Clock::time_point began) const {
  if (!service_.observer) return;
  service_.observer({method_name(request.method), route, response.status, response.body.size(),
                     std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began),
                     request.id, trace_id(request.headers.find("traceparent")),
                     response.source != nullptr});
}

asio::awaitable<beast::error_code> HttpConnection::read_body(Parser& parser,
                                                             std::uint64_t bytes_max) {
  if (parser.is_done()) co_return beast::error_code{};
  parser.body_limit(bytes_max);
  stream_.expires_after(service_.limits.body_time);
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    http::response<http::empty_body> go_on{http::status::continue_, parser.get().version()};
    const auto [error, count] = co_await http::async_write(stream_, go_on, kTuple);
    (void)count;
    if (error) co_return error;
  }
  const auto [error, count] = co_await http::async_read(stream_, buffer_, parser, kTuple);
  (void)count;
  co_return error;
}

HttpResponse HttpConnection::refusal(const beast::error_code& error, std::uint64_t bytes_max,
                                     const std::string& id) const {
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return problem("headers-too-large", {}, id);
  if (error == http::error::body_limit)
    return problem("body-too-large", "at most " + std::to_string(bytes_max) + " bytes", id);
  return problem("bad-request", error.message(), id);
}

HttpConnection::Asked HttpConnection::asked(const Parser::value_type& message,
                                            HttpRequest& request) const {
  Asked asked;
  request.method = method_of(message.method());
  for (const auto& field : message) request.headers.add(field.name_string(), field.value());
  const auto target = message.target();
  Result<Target> parsed = parse_target({target.data(), target.size()});
  if (!parsed) {
    asked.refusal = problem("bad-target", parsed.error().detail(), request.id);
    return asked;
  }
  request.path = std::move(parsed->path);
  request.query = std::move(parsed->query);
  Router::Found found = service_.router.find(request.method, request.path);
  if (!found.route) {
    asked.refusal =
        problem(found.allow.empty() ? "not-found" : "method-not-allowed", {}, request.id);
    asked.refusal.allow = found.allow;
    return asked;
  }
  asked.route = found.route;
  request.params = std::move(found.params);
  return asked;
}

asio::awaitable<HttpResponse> HttpConnection::answer(const Asked& asked, HttpRequest& request) {
  if (!asked.route) co_return asked.refusal;
  HttpResponse response;
  if (asked.route->work == Work::quick)
    response = handle(*asked.route, request);
  else
    response = co_await asio::co_spawn(service_.pool, handle_there(*asked.route, request),
                                       asio::use_awaitable);
  if (response.status == 200 && !response.etag.empty() &&
      names_tag(request.headers.find("if-none-match"), response.etag)) {
    response.status = 304;
    response.body.clear();
  }
  co_return response;
}

// In chunks, so that the client can tell the end from a connection that broke.
asio::awaitable<HttpConnection::Next> HttpConnection::send_stream(BodySource& source,
                                                                  const HttpRequest& request,
                                                                  const HttpResponse& response,
                                                                  unsigned version) {
  http::response<http::empty_body> head{static_cast<http::status>(response.status), version};
  set_common(head, request, response);
  head.set(http::field::content_type, response.type);
  head.keep_alive(false);
  const bool chunked = version >= 11;
  head.chunked(chunked);
  http::response_serializer<http::empty_body> serializer{head};
  stream_.expires_after(service_.limits.write_time);
  const auto [failed, count] = co_await http::async_write_header(stream_, serializer, kTuple);
  (void)count;
  if (failed || request.method == Method::head) co_return Next::close;
  source.begin(stream_.get_executor(), service_.pool);
  streaming_ = &source;
  bool is_watched = true;
  asio::steady_timer watch_ends{stream_.get_executor(), asio::steady_timer::time_point::max()};
  asio::co_spawn(stream_.get_executor(), watch(), [&](const std::exception_ptr&) {
    is_watched = false;
    watch_ends.cancel();
  });
  beast::error_code error;
  try {
    error = co_await send_pieces(source, chunked);
  } catch (const std::exception&) {  // of a library, or no memory: the answer is cut short
    error = asio::error::fault;
  }
  streaming_ = nullptr;
  if (!error && chunked) {
    stream_.expires_after(service_.limits.write_time);
    const auto [ignored, sent] =
        co_await asio::async_write(stream_, http::make_chunk_last(), kTuple);
    (void)ignored, (void)sent;
  }
  stream_.cancel();
  while (is_watched) (void)co_await watch_ends.async_wait(kTuple);
  co_return Next::close;
}

// While nothing is there to be sent, only reading tells that the client has gone. One that closes
// its own direction only has gone too. Of one that says something more nothing is learnt this way.
asio::awaitable<void> HttpConnection::watch() {
  if (!streaming_) co_return;
  char more = 0;
  stream_.expires_never();
  const auto [error, count] = co_await stream_.async_read_some(asio::buffer(&more, 1), kTuple);
  (void)count;
  if (error && streaming_) close();
}

asio::awaitable<beast::error_code> HttpConnection::send_pieces(BodySource& source, bool chunked) {
  while (true) {
    if (is_closing_) source.stop();
    stream_.expires_never();  // how long the next piece takes is the source's own business
    const std::string piece = co_await source.next();
    if (piece.empty()) co_return beast::error_code{};
    stream_.expires_after(service_.limits.write_time);
    beast::error_code error;
    if (chunked) {
      const auto [failed, sent] = co_await asio::async_write(
          stream_, http::make_chunk(asio::const_buffer{piece.data(), piece.size()}), kTuple);
      (void)sent;
      error = failed;
    } else {
      const auto [failed, sent] = co_await asio::async_write(stream_, asio::buffer(piece), kTuple);
      (void)sent;
      error = failed;
    }
    if (error) co_return error;
  }
}

asio::awaitable<HttpConnection::Next> HttpConnection::write(const HttpRequest& request,
                                                            const HttpResponse& response,
                                                            unsigned version, bool keep_alive) {
  http::response<http::string_body> message{static_cast<http::status>(response.status), version};
  set_common(message, request, response);
  if (!response.etag.empty()) message.set(http::field::etag, '"' + response.etag + '"');
  if (!response.authenticate.empty())
    message.set(http::field::www_authenticate, response.authenticate);
  if (!response.allow.empty()) message.set(http::field::allow, response.allow);
  if (response.retry_after)
    message.set(http::field::retry_after, std::to_string(*response.retry_after));
  if (response.status != 304) message.set(http::field::content_type, response.type);
  if (!response.encoding.empty()) message.set(http::field::content_encoding, response.encoding);
  message.keep_alive(keep_alive);
  if (request.method == Method::head) {
    message.content_length(response.body.size());
  } else if (response.status != 304) {
    message.body() = response.body;
    message.prepare_payload();
  }
  http::response_serializer<http::string_body> serializer{message};
  stream_.expires_after(service_.limits.write_time);
  beast::error_code error;
  if (request.method == Method::head) {
    const auto [failed, count] = co_await http::async_write_header(stream_, serializer, kTuple);
    (void)count;
    error = failed;
  } else {
    const auto [failed, count] = co_await http::async_write(stream_, serializer, kTuple);
    (void)count;
    error = failed;
  }
  co_return error || !keep_alive ? Next::close : Next::request;
}

}  // namespace stafett::server
