#include "server/groups/webhook_post.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include "server/http/awaitable.h"

namespace stafett::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using asio::ip::tcp;

Result<void> trust_this_machines_roots(ssl::context& trusted) {
  beast::error_code error;
  trusted.set_options(
      ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1, error);
  if (!error) trusted.set_default_verify_paths(error);
  if (error) return Error{Errc::io, "TLS: " + error.message()};
  return {};
}

// Not in the namespace without a name: gcc 12 looks for types of coroutines' frames there in vain.
namespace posting {

// Asks the operating system, which nobody can interrupt: who waits no longer leaves it to end
// alone.
struct LookUp {
  explicit LookUp(const asio::any_io_executor& executor) : resolver(executor), over(executor) {}
  tcp::resolver resolver;
  asio::steady_timer over;
  bool has_ended = false;
  tcp::resolver::results_type found{};
};

asio::awaitable<std::shared_ptr<LookUp>> look_up(const WebUrl& url,
                                                 std::chrono::steady_clock::time_point until) {
  auto one = std::make_shared<LookUp>(co_await asio::this_coro::executor);
  one->over.expires_at(until);
  one->resolver.async_resolve(url.host, url.port,
                              [one](beast::error_code, tcp::resolver::results_type found) {
                                one->has_ended = true;
                                one->found = std::move(found);
                                one->over.cancel();
                              });
  (void)co_await one->over.async_wait(kTuple);
  one->resolver.cancel();  // if it has not begun
  co_return one;
}

template <class Stream>
asio::awaitable<std::string> exchange(Stream& stream, const WebUrl& url,
                                      const WebhookMessage& message) {
  http::request<http::string_body> request{http::verb::post, url.target, 11};
  request.set(http::field::host, url.authority);
  request.set(http::field::user_agent, "stafett");
  request.set(http::field::content_type, "application/cloudevents+json; charset=utf-8");
  request.set(http::field::connection, "close");
  request.set("webhook-id", message.id);
  request.set("webhook-timestamp", message.timestamp);
  request.set("webhook-signature", message.signature);
  request.body() = message.body;
  request.prepare_payload();
  const auto [write_error, written] = co_await http::async_write(stream, request, kTuple);
  (void)written;
  if (write_error == beast::error::timeout) co_return "no answer in time";
  if (write_error) co_return "the connection broke";
  beast::flat_buffer buffer{kAnswerHeaderMax + 4096};
  http::response_parser<http::empty_body> parser;
  parser.header_limit(kAnswerHeaderMax);
  const auto [error, read] = co_await http::async_read_header(stream, buffer, parser, kTuple);
  (void)read;
  if (error == beast::error::timeout) co_return "no answer in time";
  if (error) co_return "no answer that can be read";
  const unsigned status = parser.get().result_int();
  if (status >= 200 && status < 300) co_return std::string{};
  co_return "answered " + std::to_string(status);
}

asio::awaitable<std::string> post_encrypted(beast::tcp_stream tcp, const WebUrl& url,
                                            const WebhookMessage& message, ssl::context& trusted) {
  ssl::stream<beast::tcp_stream> stream{std::move(tcp), trusted};
  stream.set_verify_mode(ssl::verify_peer);
  stream.set_verify_callback(ssl::host_name_verification(url.host));
  // Which of its names is asked for; an address is none (RFC 6066).
  beast::error_code no_address;
  asio::ip::make_address(url.host, no_address);
  std::string name = url.host;
  const bool is_named =
      !no_address || SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME,
                              TLSEXT_NAMETYPE_host_name, name.data()) == 1;
  const auto [error] = co_await stream.async_handshake(ssl::stream_base::client, kTuple);
  if (error == beast::error::timeout) co_return "no answer in time";
  if (!is_named || error) co_return "its certificate is not trusted, or it does not encrypt";
  co_return co_await exchange(stream, url, message);
}

}  // namespace posting

asio::awaitable<Posted> post_webhook(WebUrl url, WebhookMessage message,
                                     std::chrono::milliseconds deadline, ssl::context& trusted) {
  const auto until = std::chrono::steady_clock::now() + deadline;
  const auto looked_up = co_await posting::look_up(url, until);
  // One name is looked up at a time: whose fault it is, nobody knows.
  if (!looked_up->has_ended) co_return Posted{"its name is not found in time", false};
  if (looked_up->found.empty()) co_return Posted{"the name is not found"};
  std::vector<tcp::endpoint> endpoints;
  for (const auto& one : looked_up->found)
    if (may_connect(url, one.endpoint().address())) endpoints.push_back(one.endpoint());
  if (endpoints.empty()) co_return Posted{"the name leads where events are not pushed to"};
  beast::tcp_stream stream{co_await asio::this_coro::executor};
  stream.expires_at(until);
  const auto [error, endpoint] = co_await stream.async_connect(endpoints, kTuple);
  (void)endpoint;
  Posted posted{"nobody answers there"};
  if (error) co_return posted;
  if (url.encrypted)
    posted.failure = co_await posting::post_encrypted(std::move(stream), url, message, trusted);
  else
    posted.failure = co_await posting::exchange(stream, url, message);
  co_return posted;
}

}  // namespace stafett::server
