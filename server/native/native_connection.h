#pragma once
// NativeConnection: one client of the native stream: signs in, appends, subscribes.
//
// Source:   docs/reference/native-stream.md.
// Threads:  all of it runs on the wire's strand; looks at the log run on the pool, answers come
//           from the sequencer's thread and are handed over. run() returns when neither is under
//           way.
// Lifetime: shared by what is under way; the service outlives it.
// Limits:   NativeLimits. In memory are a frame, the appends under way, what has been answered and
//           not been sent (twice control_bytes_max and a frame, at most: one part is being
//           written), and for each subscription what one look has found.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>

#include "engine/base/random.h"
#include "server/native/frame_reader.h"
#include "server/native/key_sign_in.h"
#include "server/native/subscription.h"
#include "server/native/visits.h"
#include "server/native/wire.h"

namespace stafett::server::native {

// What all connections of a server share; outlives them.
struct NativeService {
  const LogSet& logs;
  const NativeLimits& limits;
  const OpenSource& open;
  NativeCounts& counts;
  Random& random;                     // of challenges
  boost::asio::any_io_executor pool;  // runs what waits
  std::shared_ptr<Visits> visits;     // of the log's threads
};

class NativeConnection final : public std::enable_shared_from_this<NativeConnection> {
 public:
  NativeConnection(const NativeService& service, std::unique_ptr<Wire> wire);
  ~NativeConnection();

  // Until the client goes, a limit is met or the server stops.
  boost::asio::awaitable<void> run();
  boost::asio::any_io_executor executor() { return wire_->executor(); }
  // What has been handed to the log is answered; then it closes.
  void close_when_idle();
  void close();

 private:
  using Instant = Subscription::Instant;
  using SubscriptionPtr = std::shared_ptr<Subscription>;

  boost::asio::awaitable<bool> sign_in();
  std::chrono::milliseconds time_to_sign_in() const;
  boost::asio::awaitable<std::optional<SignInFrame>> first_frame();
  boost::asio::awaitable<bool> read_frames();
  boost::asio::awaitable<void> write_frames();
  boost::asio::awaitable<void> write_one(SubscriptionPtr subscription);
  boost::asio::awaitable<bool> write(ByteView bytes, std::chrono::milliseconds longest);
  boost::asio::awaitable<void> say_and_close(std::string code, std::string detail);
  boost::asio::awaitable<void> linger();

  // Whether more frames are read.
  bool take_frame(ByteView bytes);
  bool take(SignInFrame& frame);
  bool take(AppendFrame& frame);
  bool take(SubscribeFrame& frame);
  bool take(GrantFrame& frame);
  bool take(CancelFrame& frame);
  bool fault(const char* code, std::string detail);
  // By how often one person may ask, over all connections.
  bool may_ask();
  void send(const ServerFrame& frame);
  void answer(AnswerFrame frame);
  void refuse(RequestId request, std::size_t count, const Error& error);
  void answered(RequestId request, std::size_t bytes, const log::Outcomes& outcomes);

  void begin_looks(Instant now);
  void begin_look(const SubscriptionPtr& subscription, Subscription::Look look);
  void look_here(const SubscriptionPtr& subscription, TreeSize head, Instant now);
  SubscriptionPtr next_to_send();
  void forget_ended();
  bool is_key_valid() const;
  const char* reason_to_end(Instant now) const;
  Instant next_deadline(Instant now) const;
  bool is_quiet() const { return looks_ == 0 && appends_ == 0 && !is_writing_frames_; }
  void wake() { wake_->cancel(); }

  const NativeService& service_;
  const std::unique_ptr<Wire> wire_;
  FrameReader reader_;
  ServedLog* log_ = nullptr;  // set by the sign-in
  Result<SignedIn> verdict_ = Error{Errc::unset};
  SignedIn person_;
  std::string limited_as_;  // the person
  KeyId key_;
  // As of when the key was last seen to be valid; it is asked for at every turn.
  mutable std::optional<std::uint64_t> key_seen_;
  std::map<RequestId, SubscriptionPtr> subscriptions_;
  RequestId served_last_ = 0, looked_last_ = 0;  // of subscriptions_
  Bytes control_;                                // answers and faults, not sent yet
  Bytes writing_;
  Waiter wake_;                      // wakes whoever writes: the log's HeadSignal knows it
  boost::asio::steady_timer calms_;  // wakes whoever reads, and waits for the end
  boost::asio::steady_timer lingers_;
  std::uint64_t writes_ = 0;  // begun
  std::size_t looks_ = 0, appends_ = 0, append_bytes_ = 0;
  std::size_t answer_bytes_ = 0;  // about, of appends that are under way
  Instant idle_since_, sign_in_until_;
  std::optional<FaultFrame> last_word_;
  bool is_writing_frames_ = false;
  bool is_in_write_ = false;  // or waits for one subscription's look
  bool is_reading_ = false;
  bool is_gone_ = false;  // the client
  bool is_stopping_ = false;
  bool is_closed_ = false;
};

}  // namespace stafett::server::native
