#include "server/auth/https_fetch.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <mutex>
#include <set>

#include "engine/base/encoding.h"
#include "server/auth/web_url.h"
#include "server/http/awaitable.h"

namespace stafett::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using asio::ip::tcp;

namespace {

using Parser = http::response_parser<http::string_body>;

// What of a text comes after `name=`, when one of the texts that commas separate begins so.
std::optional<std::string_view> directive(std::string_view all, std::string_view name) {
  while (!all.empty()) {
    std::string_view one = all.substr(0, all.find(','));
    all.remove_prefix(std::min(all.size(), one.size() + 1));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (!one.starts_with(name)) continue;
    one.remove_prefix(name.size());
    if (one.empty()) return one;
    if (one.starts_with('=')) return one.substr(1);
  }
  return std::nullopt;
}

std::optional<std::chrono::seconds> keep_of(std::string_view cache_control) {
  constexpr std::uint64_t kYear = 365ull * 86'400;
  if (directive(cache_control, "no-store") || directive(cache_control, "no-cache"))
    return std::chrono::seconds{0};
  const auto text = directive(cache_control, "max-age");
  const auto age = text ? parse_decimal(*text) : std::nullopt;
  if (!age) return std::nullopt;
  return std::chrono::seconds{std::min(*age, kYear)};
}

}  // namespace

// Not in the namespace without a name: gcc 12 looks for types of coroutines' frames there in vain.
namespace fetching {

struct Answer {
  unsigned status = 0;
  std::string body;
  std::optional<std::chrono::seconds> keep;
};

struct Asking {
  WebUrl url;
  HttpsFetchOptions options;
  const WebForm* form;  // null: a document is asked for
  Result<Answer> answer = Error{Errc::io, "no answer in time"};
};

template <class Stream>
asio::awaitable<void> exchange(Stream& stream, Asking& asking) {
  const http::verb verb = asking.form ? http::verb::post : http::verb::get;
  http::request<http::string_body> request{verb, asking.url.target, 11};
  request.set(http::field::host, asking.url.authority);
  request.set(http::field::accept, "application/json");
  request.set(http::field::user_agent, "stafett");
  request.set(http::field::connection, "close");
  if (asking.form) {
    request.set(http::field::content_type, asking.form->type);
    if (!asking.form->authorization.empty())
      request.set(http::field::authorization, asking.form->authorization);
    request.body() = asking.form->body;
    request.prepare_payload();
  }
  const auto [write_error, written] = co_await http::async_write(stream, request, kTuple);
  if (write_error) {
    asking.answer = Error{Errc::io, "the connection broke"};
    co_return;
  }
  beast::flat_buffer buffer;
  Parser parser;
  parser.header_limit(asking.options.header_bytes_max);
  parser.body_limit(asking.options.body_bytes_max);
  const auto [error, read] = co_await http::async_read(stream, buffer, parser, kTuple);
  if (error == http::error::body_limit || error == http::error::header_limit) {
    asking.answer = Error{Errc::too_large, "the document is too large"};
  } else if (error) {
    asking.answer = Error{Errc::io, "the answer broke off"};
  } else {
    const auto keep = keep_of(parser.get()[http::field::cache_control]);
    asking.answer = Answer{parser.get().result_int(), std::move(parser.get().body()), keep};
  }
}

asio::awaitable<void> fetch(Asking& asking, ssl::context& trusted) {
  const auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver{executor};
  const auto [resolve_error, found] =
      co_await resolver.async_resolve(asking.url.host, asking.url.port, kTuple);
  if (resolve_error) {
    asking.answer = Error{Errc::io, "the name is not found"};
    co_return;
  }
  ssl::stream<beast::tcp_stream> stream{executor, trusted};
  beast::tcp_stream& plain = stream.next_layer();
  plain.expires_after(asking.options.deadline);
  const auto [connect_error, endpoint] = co_await plain.async_connect(found, kTuple);
  if (connect_error) {
    asking.answer = Error{Errc::io, "nobody answers there"};
    co_return;
  }
  if (!asking.url.encrypted) {
    co_await exchange(plain, asking);
    co_return;
  }
  stream.set_verify_mode(ssl::verify_peer);
  stream.set_verify_callback(ssl::host_name_verification(asking.url.host));
  // Which of its names is asked for; an address is none (RFC 6066).
  beast::error_code no_address;
  asio::ip::make_address(asking.url.host, no_address);
  const bool named =
      !no_address || SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME,
                              TLSEXT_NAMETYPE_host_name, asking.url.host.data()) == 1;
  const auto [handshake_error] = co_await stream.async_handshake(ssl::stream_base::client, kTuple);
  if (!named || handshake_error) {
    asking.answer = Error{Errc::io, "its certificate is not trusted, or it does not encrypt"};
    co_return;
  }
  co_await exchange(stream, asking);
}

}  // namespace fetching

// What stop() ends, for as long as it is asked.
class UnderWay final {
 public:
  UnderWay(std::set<asio::io_context*>& all, std::mutex& mutex, asio::io_context& io)
      : all_(all), mutex_(mutex), io_(io) {}
  ~UnderWay() {
    const std::lock_guard lock{mutex_};
    all_.erase(&io_);
  }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;

 private:
  std::set<asio::io_context*>& all_;
  std::mutex& mutex_;
  asio::io_context& io_;
};

struct HttpsFetch::Impl {
  Result<fetching::Answer> ask(const std::string& url, const WebForm* form);

  HttpsFetchOptions options;
  ssl::context trusted{ssl::context::tls_client};
  std::mutex mutex;
  bool stopping = false;                  // Guarded by mutex.
  std::set<asio::io_context*> under_way;  // Guarded by mutex.
};

HttpsFetch::HttpsFetch(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpsFetch::~HttpsFetch() = default;

Result<std::unique_ptr<HttpsFetch>> HttpsFetch::make(HttpsFetchOptions options) {
  auto impl = std::make_unique<Impl>();
  beast::error_code error;
  impl->trusted.set_options(
      ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1, error);
  if (error) return Error{Errc::io, "TLS: " + error.message()};
  if (options.ca_file.empty())
    impl->trusted.set_default_verify_paths(error);
  else
    impl->trusted.load_verify_file(options.ca_file, error);
  if (error) return Error{Errc::invalid_argument, options.ca_file + ": " + error.message()};
  impl->options = std::move(options);
  return std::unique_ptr<HttpsFetch>(new HttpsFetch(std::move(impl)));
}

Result<FetchedDocument> HttpsFetch::get(const std::string& url) {
  ENGINE_TRY(answer, impl_->ask(url, nullptr));
  if (answer.status != 200) return Error{Errc::io, "answered " + std::to_string(answer.status)};
  return FetchedDocument{std::move(answer.body), answer.keep};
}

Result<FormAnswer> HttpsFetch::post(const std::string& url, const WebForm& form) {
  ENGINE_TRY(answer, impl_->ask(url, &form));
  return FormAnswer{answer.status, std::move(answer.body)};
}

Result<fetching::Answer> HttpsFetch::Impl::ask(const std::string& url, const WebForm* form) {
  const auto parsed = parse_web_url(url);
  if (!parsed || !is_safe(*parsed)) return Error{Errc::refused, "not an https address"};
  fetching::Asking asking{*parsed, options, form};
  asio::io_context io{1};
  const UnderWay leaves{under_way, mutex, io};
  {
    const std::lock_guard lock{mutex};
    if (stopping) return Error{Errc::io, "stopping"};
    under_way.insert(&io);
  }
  bool failed = false;
  asio::co_spawn(io, fetching::fetch(asking, trusted),
                 [&failed](const std::exception_ptr& failure) { failed = failure != nullptr; });
  io.run_for(options.deadline);
  if (failed) return Error{Errc::io, "no memory to ask"};
  return std::move(asking.answer);
}

void HttpsFetch::stop() {
  const std::lock_guard lock{impl_->mutex};
  impl_->stopping = true;
  for (asio::io_context* io : impl_->under_way) io->stop();
}

}  // namespace stafett::server
