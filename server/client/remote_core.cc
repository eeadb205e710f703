#include "server/client/remote_core.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>

#include "engine/crypto/sha256.h"
#include "server/http/awaitable.h"
#include "server/native/sign_in_message.h"

namespace stafett::server::client {

namespace asio = boost::asio;
using native::ClientFrame;
using native::RequestId;
using native::ServerFrame;

Error refused_by(const native::FaultFrame& fault) {
  return Error{Errc::refused, fault.detail.empty() ? fault.code : fault.code + ": " + fault.detail};
}

RemoteCore::RemoteCore(RemoteOptions options, crypto::SigningKey key)
    : options_(std::move(options)), key_(std::move(key)) {}

RemoteCore::~RemoteCore() {
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

Result<void> RemoteCore::start() {
  const std::string& endpoint = options_.endpoint;
  const std::size_t colon = endpoint.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == endpoint.size())
    return Error{Errc::invalid_argument, endpoint + ": HOST:PORT"};
  host_ = endpoint.substr(0, colon);
  port_ = endpoint.substr(colon + 1);
  if (host_.starts_with('[') && host_.ends_with(']')) host_ = host_.substr(1, host_.size() - 2);
  ENGINE_TRY_VOID(prepare_trust());
  asio::co_spawn(io_, run(), [](const std::exception_ptr& failure) { CHECK(!failure); });
  thread_ = std::thread{[this] { io_.run(); }};
  return {};
}

Result<void> RemoteCore::wait_until_signed_in(std::chrono::milliseconds longest) {
  std::unique_lock lock{mutex_};
  if (!changed_.wait_for(lock, longest, [this] { return is_signed_in_ || failure_; }))
    return Error{Errc::io, "no answer in time"};
  if (failure_) return *failure_;
  return {};
}

void RemoteCore::close(const Error& why) {
  {
    const std::lock_guard lock{mutex_};
    if (!failure_) failure_ = why;
  }
  changed_.notify_all();
  asio::post(io_, [this] {
    boost::system::error_code ignored;
    stream_.next_layer().close(ignored);
  });
}

asio::awaitable<void> RemoteCore::run() {
  const Error why = co_await talk();
  close(why);
}

Result<void> RemoteCore::prepare_trust() {
  if (!options_.tls) return {};
  boost::system::error_code error;
  if (::SSL_CTX_set_min_proto_version(trust_.native_handle(), TLS1_3_VERSION) != 1)
    return Error{Errc::io, "TLS 1.3 is not to be had"};
  if (options_.tls->ca_file.empty())
    trust_.set_default_verify_paths(error);
  else
    trust_.load_verify_file(options_.tls->ca_file, error);
  if (error) return Error{Errc::invalid_argument, options_.tls->ca_file + ": " + error.message()};
  stream_.set_verify_mode(asio::ssl::verify_peer);
  stream_.set_verify_callback(asio::ssl::host_name_verification(host_));
  return {};
}

asio::awaitable<Result<void>> RemoteCore::connect() {
  asio::ip::tcp::resolver resolver{io_};
  const auto [unknown, places] = co_await resolver.async_resolve(host_, port_, kTuple);
  if (unknown) co_return Error{Errc::io, host_ + ": " + unknown.message()};
  const bool is_here = std::ranges::all_of(
      places, [](const auto& one) { return one.endpoint().address().is_loopback(); });
  if (!is_here && !options_.tls)
    co_return Error{Errc::invalid_argument, host_ + ": unencrypted, so on loopback only"};
  if (!is_here && options_.origin.empty())
    co_return Error{Errc::invalid_argument, host_ + ": which log is meant is said by its origin"};
  const auto [error, place] = co_await asio::async_connect(stream_.next_layer(), places, kTuple);
  (void)place;
  if (error) co_return Error{Errc::io, error.message()};
  boost::system::error_code ignored;
  stream_.next_layer().set_option(asio::ip::tcp::no_delay(true), ignored);
  // Who mostly listens need not acknowledge each event by a packet of its own.
  const int off = 0;
  (void)::setsockopt(stream_.next_layer().native_handle(), IPPROTO_TCP, TCP_QUICKACK, &off,
                     sizeof off);
  if (!options_.tls) co_return Result<void>{};
  // By name, so that a server of several may choose; an address is none (RFC 6066 section 3).
  asio::ip::make_address(host_, ignored);
  if (ignored)
    ::SSL_ctrl(stream_.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
               host_.data());
  const auto [untrusted] = co_await stream_.async_handshake(asio::ssl::stream_base::client, kTuple);
  if (untrusted) co_return Error{Errc::refused, "TLS: " + untrusted.message()};
  co_return Result<void>{};
}

// Until nothing more comes: why.
asio::awaitable<Error> RemoteCore::talk() {
  const Result<void> connected = co_await connect();
  if (!connected) co_return connected.error();
  const Result<ServerFrame> first = co_await read_frame();
  if (!first) co_return first.error();
  const auto* hello = std::get_if<native::HelloFrame>(&*first);
  if (!hello) co_return Error{Errc::malformed, "no hello"};
  const Result<Bytes> answer = answer_hello(*hello);
  if (!answer) co_return answer.error();
  send_bytes(*answer);
  const Result<ServerFrame> second = co_await read_frame();
  if (!second) co_return second.error();
  if (const auto* fault = std::get_if<native::FaultFrame>(&*second)) co_return refused_by(*fault);
  const auto* signed_in = std::get_if<native::SignedInFrame>(&*second);
  if (!signed_in) co_return Error{Errc::malformed, "no answer to the sign-in"};
  {
    const std::lock_guard lock{mutex_};
    actor_ = signed_in->actor;
    is_signed_in_ = true;
  }
  changed_.notify_all();
  expect_something();
  while (true) {
    Result<ServerFrame> frame = co_await read_frame();
    if (!frame) co_return frame.error();
    heard_ = std::chrono::steady_clock::now();
    const Result<void> delivered = deliver(std::move(*frame), frame_bytes_);
    if (!delivered) co_return delivered.error();
  }
}

void RemoteCore::expect_something() {
  silent_.expires_at(heard_ + options_.silence_time);
  silent_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    bool is_owed = false;
    {
      const std::lock_guard lock{mutex_};
      is_owed = !streams_.empty();
    }
    const auto now = std::chrono::steady_clock::now();
    if (!is_owed) heard_ = now;
    if (now - heard_ >= options_.silence_time)
      close(Error{Errc::io, "the server has been silent for too long"});
    else
      expect_something();
  });
}

asio::awaitable<Result<ServerFrame>> RemoteCore::read_frame() {
  while (true) {
    const Result<std::optional<ByteView>> next = reader_.next();
    if (!next) co_return next.error();
    if (*next) {
      frame_bytes_ = (*next)->size() + native::kLengthBytes;
      co_return native::read_server_frame(**next);
    }
    const auto room = reader_.prepare();
    const asio::mutable_buffer into{room.data(), room.size()};
    const auto [error, count] =
        options_.tls ? co_await stream_.async_read_some(asio::buffer(into), kTuple)
                     : co_await stream_.next_layer().async_read_some(asio::buffer(into), kTuple);
    if (error) co_return Error{Errc::io, error.message()};
    reader_.commit(count);
  }
}

Result<Bytes> RemoteCore::answer_hello(const native::HelloFrame& hello) {
  if (hello.version != native::kProtocolVersion)
    return Error{Errc::unsupported, "version " + std::to_string(hello.version)};
  const auto log = std::ranges::find(hello.logs, options_.log, &native::HelloFrame::LogName::name);
  if (log == hello.logs.end()) return Error{Errc::not_found, "no such log there"};
  if (!options_.origin.empty() && options_.origin != log->origin)
    return Error{Errc::refused, "the log there is " + log->origin};
  origin_ = log->origin;
  origin_hash_ = Hash{crypto::sha256(as_bytes(origin_)).array()};
  const Bytes message =
      native::sign_in_message(origin_hash_, hello.challenge, key_.id(), ByteView{});
  Bytes bytes;
  ENGINE_TRY_VOID(native::write_frame(
      bytes, ClientFrame{native::SignInFrame{options_.log, key_.id(), key_.sign(message)}}));
  return bytes;
}

// ---- What comes.

Result<void> RemoteCore::deliver(ServerFrame frame, std::size_t bytes) {
  if (auto* answer = std::get_if<native::AnswerFrame>(&frame)) {
    const std::lock_guard lock{mutex_};
    const auto found = answers_.find(answer->request);
    if (found != answers_.end()) found->second = std::move(*answer);
    changed_.notify_all();
    return {};
  }
  const RequestId request = std::visit(
      [](const auto& one) -> RequestId {
        if constexpr (requires { one.request; })
          return one.request;
        else
          return 0;
      },
      frame);
  if (request == 0) {
    const auto* fault = std::get_if<native::FaultFrame>(&frame);
    return fault ? refused_by(*fault) : Error{Errc::malformed, "a frame out of place"};
  }
  return deliver_to(request, std::move(frame), bytes);
}

Result<void> RemoteCore::deliver_to(RequestId request, ServerFrame frame, std::size_t bytes) {
  const std::lock_guard lock{mutex_};
  const auto found = streams_.find(request);
  if (found == streams_.end()) return {};  // given up
  Waiting& waiting = found->second;
  const bool is_notice = !std::holds_alternative<native::EventFrame>(frame);
  const bool is_heartbeat = std::holds_alternative<native::HeartbeatFrame>(frame);
  // The newest says all that the one before it said.
  if (is_heartbeat && !waiting.frames.empty() &&
      std::holds_alternative<native::HeartbeatFrame>(waiting.frames.back().first)) {
    waiting.frames.back() = {std::move(frame), bytes};
    return {};
  }
  ++(is_notice ? waiting.notices : waiting.events);
  if (waiting.notices > RemoteClient::kNoticesMax || waiting.events > options_.window.events)
    return Error{Errc::too_large, "more than was asked for"};
  const bool wakes = waiting.frames.empty();
  waiting.frames.emplace_back(std::move(frame), bytes);
  if (wakes) changed_.notify_all();
  return {};
}

// ---- What goes.

void RemoteCore::send_bytes(const Bytes& bytes) {
  {
    const std::lock_guard lock{mutex_};
    stafett::append(out_, bytes);
  }
  asio::post(io_, [this] {
    if (is_writing_) return;
    is_writing_ = true;
    asio::co_spawn(io_, write_out(), [](const std::exception_ptr& failure) { CHECK(!failure); });
  });
}

asio::awaitable<void> RemoteCore::write_out() {
  while (true) {
    Bytes piece;
    {
      const std::lock_guard lock{mutex_};
      piece.swap(out_);
    }
    if (piece.empty()) break;
    const auto [error, count] =
        options_.tls
            ? co_await asio::async_write(stream_, asio::buffer(piece), kTuple)
            : co_await asio::async_write(stream_.next_layer(), asio::buffer(piece), kTuple);
    (void)count;
    if (error) break;  // whoever reads is told too
  }
  is_writing_ = false;
}

Result<void> RemoteCore::send(const ClientFrame& frame) {
  Bytes bytes;
  ENGINE_TRY_VOID(native::write_frame(bytes, frame));
  send_bytes(bytes);
  return {};
}

Result<std::vector<AppendOutcome>> RemoteCore::append(const log::SubmissionGroup& group,
                                                      std::chrono::milliseconds longest) {
  native::AppendFrame frame{0, group};
  {
    const std::lock_guard lock{mutex_};
    if (failure_) return *failure_;
    frame.request = ++last_request_;
    answers_[frame.request];
  }
  const RequestId request = frame.request;
  if (const Result<void> sent = send(ClientFrame{std::move(frame)}); !sent) {
    const std::lock_guard lock{mutex_};
    answers_.erase(request);
    return sent.error();
  }
  std::unique_lock lock{mutex_};
  (void)changed_.wait_for(lock, longest, [&] { return answers_[request] || failure_; });
  const auto answer = answers_.extract(request);
  if (!answer.mapped())
    return Error{Errc::outcome_unknown, failure_ ? failure_->detail() : "no answer in time"};
  if (answer.mapped()->outcomes.size() != group.events.size())
    return Error{Errc::outcome_unknown, "not an answer for each event"};
  return std::move(answer.mapped()->outcomes);
}

Result<RequestId> RemoteCore::subscribe(const Wish& wish) {
  native::SubscribeFrame frame;
  frame.purpose = wish.purpose;
  frame.visit = wish.visit;
  frame.service = wish.service;
  frame.case_label = wish.case_label;
  frame.types = wish.types;
  frame.classes = wish.classes;
  frame.after = wish.after;
  frame.credit = options_.window;
  {
    const std::lock_guard lock{mutex_};
    if (failure_) return *failure_;
    frame.request = ++last_request_;
    streams_[frame.request];
  }
  const RequestId request = frame.request;
  ENGINE_TRY_VOID(send(ClientFrame{std::move(frame)}));
  asio::post(io_, [this] { heard_ = std::chrono::steady_clock::now(); });
  return request;
}

Result<std::optional<ServerFrame>> RemoteCore::next_frame(RequestId request,
                                                          std::chrono::milliseconds longest) {
  native::GrantFrame grant{request, {}};
  std::optional<ServerFrame> frame;
  {
    std::unique_lock lock{mutex_};
    Waiting& waiting = streams_.at(request);
    (void)changed_.wait_for(lock, longest, [&] { return !waiting.frames.empty() || failure_; });
    if (waiting.frames.empty()) {
      if (failure_) return *failure_;
      return frame;
    }
    frame = std::move(waiting.frames.front().first);
    if (std::holds_alternative<native::EventFrame>(*frame)) {
      --waiting.events;
      ++waiting.taken.events;
      waiting.taken.bytes += waiting.frames.front().second;
    } else {
      --waiting.notices;
    }
    waiting.frames.pop_front();
    if (waiting.taken.events * 2 >= options_.window.events ||
        waiting.taken.bytes * 2 >= options_.window.bytes)
      std::swap(grant.credit, waiting.taken);
  }
  if (grant.credit.events > 0) ENGINE_TRY_VOID(send(ClientFrame{grant}));
  return frame;
}

void RemoteCore::give_up(RequestId request) {
  {
    const std::lock_guard lock{mutex_};
    streams_.erase(request);
    if (failure_) return;
  }
  CHECK(send(ClientFrame{native::CancelFrame{request}}));
}

}  // namespace stafett::server::client
