#pragma once
// RemoteCore: the connection of a RemoteClient: what has come and is waited for.
//
// Threads:  any; start() once, by the owner. One of its own runs the socket.
// Lifetime: the last owner joins that thread, and is never on it.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "server/client/remote_client.h"
#include "server/client/verify_event.h"
#include "server/native/frame_reader.h"

namespace stafett::server::client {

Error refused_by(const native::FaultFrame& fault);

class RemoteCore {
 public:
  RemoteCore(RemoteOptions options, crypto::SigningKey key);
  ~RemoteCore();

  Result<void> start();
  Result<void> wait_until_signed_in(std::chrono::milliseconds longest);
  // Everybody who waits gets this error, unless there was one before.
  void close(const Error& why);

  // Constant once signed in.
  const std::string& origin() const { return origin_; }
  const Hash& origin_hash() const { return origin_hash_; }
  const ActorId& actor() const { return actor_; }

  Result<std::vector<AppendOutcome>> append(const log::SubmissionGroup& group,
                                            std::chrono::milliseconds longest);
  Result<native::RequestId> subscribe(const Wish& wish);
  // Grants what has been taken, when that is worth a frame.
  Result<std::optional<native::ServerFrame>> next_frame(native::RequestId request,
                                                        std::chrono::milliseconds longest);
  void give_up(native::RequestId request);

 private:
  struct Waiting {
    std::deque<std::pair<native::ServerFrame, std::size_t>> frames;  // with their bytes
    std::size_t events = 0, notices = 0;                             // of frames
    native::Credit taken;                                            // and not granted again
  };
  boost::asio::awaitable<void> run();
  Result<void> prepare_trust();
  boost::asio::awaitable<Result<void>> connect();
  boost::asio::awaitable<Error> talk();
  boost::asio::awaitable<Result<native::ServerFrame>> read_frame();
  boost::asio::awaitable<void> write_out();
  void expect_something();  // within silence_time, where there is a subscription
  Result<Bytes> answer_hello(const native::HelloFrame& hello);
  Result<void> deliver(native::ServerFrame frame, std::size_t bytes);
  Result<void> deliver_to(native::RequestId request, native::ServerFrame frame, std::size_t bytes);
  Result<void> send(const native::ClientFrame& frame);
  void send_bytes(const Bytes& bytes);

  const RemoteOptions options_;
  const crypto::SigningKey key_;
  std::string origin_;  // Set before is_signed_in_.
  Hash origin_hash_;    // The same.
  ActorId actor_;       // The same.
  boost::asio::io_context io_;
  std::string host_, port_;  // Constant once started.
  boost::asio::ssl::context trust_{boost::asio::ssl::context::tls_client};
  // Own thread only, as the next five. In clear only its socket is used.
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_{io_, trust_};
  native::FrameReader reader_{native::kFrameBytesMax, 256 * 1024};
  std::size_t frame_bytes_ = 0;
  boost::asio::steady_timer silent_{io_};
  std::chrono::steady_clock::time_point heard_ = std::chrono::steady_clock::now();
  bool is_writing_ = false;  // Own thread only.

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_signed_in_ = false;  // Guarded, as all below.
  std::optional<Error> failure_;
  native::RequestId last_request_ = 0;
  std::map<native::RequestId, std::optional<native::AnswerFrame>> answers_;  // waited for
  std::map<native::RequestId, Waiting> streams_;
  Bytes out_;
  std::thread thread_;
};

}  // namespace stafett::server::client
