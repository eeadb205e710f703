#pragma once
// ClientStream: the bytes of one client, in clear or through TLS; to Beast and Asio a stream like
// any other.
//
// Threads: one strand, on which all handlers run.
// Limits:  Asio holds 34 KiB for each connection that is encrypted.
//
// One read and one write at a time; a deadline is of what begins after it. Deadlines are
// beast::tcp_stream's: when one passes, the connection is closed and what waits ends with
// beast::error::timeout. Handlers are of one type inside, so that the machinery of TLS is compiled
// once and not for each use.

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/container/static_vector.hpp>
#include <functional>
#include <memory>

namespace stafett::server {

class TlsIdentity;

class ClientStream {  // not final: Asio derives from streams to see what they are
 public:
  using executor_type = boost::beast::tcp_stream::executor_type;

  // `identity`: null: in clear.
  ClientStream(boost::beast::tcp_stream stream, std::shared_ptr<TlsIdentity> identity);
  ~ClientStream();

  executor_type get_executor() { return tcp_.get_executor(); }
  bool is_encrypted() const { return tls_ != nullptr; }
  std::string peer_address() const;  // empty: it has gone
  void expires_after(std::chrono::milliseconds longest) { tcp_.expires_after(longest); }
  void expires_at(std::chrono::steady_clock::time_point when) { tcp_.expires_at(when); }
  void expires_never() { tcp_.expires_never(); }

  // In clear there is nothing to shake, and nothing to say at the end.
  boost::asio::awaitable<boost::system::error_code> handshake();
  // Tells the client that nothing is missing, and waits for it to say the same.
  boost::asio::awaitable<void> say_end();
  void end_sending();  // in clear: the client sees the end. Through TLS say_end() is for that
  void shut_down();
  // What goes without waiting for the client, of what is not encrypted; else nothing does.
  std::size_t write_now(boost::asio::const_buffer from, boost::system::error_code& error);
  void cancel();  // what waits ends with operation_aborted; the stream is as good as before
  void close();

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Buffers& into) {
          read(first_of(into), erased(std::move(handler)));
        },
        token, buffers);
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Buffers& from) {
          write(pieces_of(from), erased(std::move(handler)));
        },
        token, buffers);
  }

 private:
  using Handler = std::function<void(boost::system::error_code, std::size_t)>;
  static constexpr std::size_t kPiecesMax = 16;  // the rest is for the next write
  using Pieces = boost::container::static_vector<boost::asio::const_buffer, kPiecesMax>;
  struct Tls;

  template <class OneHandler>
  static Handler erased(OneHandler handler) {
    auto kept = std::make_shared<OneHandler>(std::move(handler));
    return [kept](boost::system::error_code error, std::size_t count) { (*kept)(error, count); };
  }
  template <class Buffers>
  static boost::asio::mutable_buffer first_of(const Buffers& buffers) {
    for (auto at = boost::asio::buffer_sequence_begin(buffers);
         at != boost::asio::buffer_sequence_end(buffers); ++at)
      if (boost::asio::mutable_buffer one{*at}; one.size() != 0) return one;
    return {};
  }
  template <class Buffers>
  static Pieces pieces_of(const Buffers& buffers) {
    Pieces pieces;
    for (auto at = boost::asio::buffer_sequence_begin(buffers);
         at != boost::asio::buffer_sequence_end(buffers) && pieces.size() < kPiecesMax; ++at)
      if (boost::asio::const_buffer one{*at}; one.size() != 0) pieces.push_back(one);
    return pieces;
  }
  void read(boost::asio::mutable_buffer into, Handler handler);
  void write(const Pieces& from, Handler handler);

  boost::beast::tcp_stream tcp_;
  std::unique_ptr<Tls> tls_;  // refers to tcp_
};

}  // namespace stafett::server
