#include "server/native/native_connection.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "server/http/awaitable.h"

namespace stafett::server::native {

namespace asio = boost::asio;

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kForEver{0};

}  // namespace

NativeConnection::NativeConnection(const NativeService& service, std::unique_ptr<Wire> wire)
    : service_(service),
      wire_(std::move(wire)),
      reader_(kFirstFrameBytesMax),
      wake_(std::make_shared<asio::steady_timer>(wire_->executor())),
      calms_(wire_->executor()),
      lingers_(wire_->executor()),
      idle_since_(Steady::now()),
      sign_in_until_(idle_since_ + service.limits.sign_in_time) {}

NativeConnection::~NativeConnection() {
  if (log_) log_->heads.remove(wake_);
}

std::chrono::milliseconds NativeConnection::time_to_sign_in() const {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(sign_in_until_ - Steady::now());
  return std::max(left, std::chrono::milliseconds{1});  // 0 would be for ever
}

void NativeConnection::close_when_idle() {
  is_stopping_ = true;
  if (!log_) close();
  wake();
}

void NativeConnection::close() {
  is_closed_ = true;
  wire_->close();
  wake();
  calms_.cancel();
  lingers_.cancel();
}

asio::awaitable<void> NativeConnection::run() {
  const auto failed = co_await wire_->shake_hands(time_to_sign_in());
  if (!failed && co_await sign_in()) {
    log_->heads.add(wake_);
    is_writing_frames_ = true;
    asio::co_spawn(executor(), write_frames(),
                   [self = shared_from_this()](const std::exception_ptr&) {
                     self->is_writing_frames_ = false;
                     self->close();
                   });
    is_reading_ = true;
    is_gone_ = co_await read_frames();
    is_reading_ = false;
    lingers_.cancel();
    // What has been said last is still sent, and what the log was handed has its outcome.
    if (!last_word_) close();
    wake();
    while (!is_quiet()) {
      calms_.expires_at(Instant::max());
      (void)co_await calms_.async_wait(kTuple);
    }
  }
  close();
}

// ---- Reading.

// Whether the client has gone.
asio::awaitable<bool> NativeConnection::read_frames() {
  std::optional<Instant> begun;  // a frame that has not come whole
  while (!is_closed_ && !last_word_) {
    const Result<std::optional<ByteView>> next = reader_.next();
    if (!next) {
      co_return fault(errc_name(next.error().code()), next.error().detail());
    }
    if (*next) {
      begun.reset();
      if (!take_frame(**next)) co_return false;
      // Whoever asks and does not take the answers is asked to wait.
      while (control_.size() + answer_bytes_ > service_.limits.control_bytes_max && !is_closed_) {
        calms_.expires_at(Instant::max());
        (void)co_await calms_.async_wait(kTuple);
      }
      continue;
    }
    std::chrono::milliseconds left = kForEver;
    if (!reader_.is_empty()) {
      if (!begun) begun = Steady::now();
      left = std::chrono::duration_cast<std::chrono::milliseconds>(
          *begun + service_.limits.frame_time - Steady::now());
      if (left.count() <= 0) co_return true;
    }
    const auto room = reader_.prepare();
    const WireRead read = co_await wire_->read_some(asio::buffer(room.data(), room.size()), left);
    if (read.error) co_return true;
    reader_.commit(read.count);
  }
  co_return false;
}

// ---- Writing.

asio::awaitable<bool> NativeConnection::write(ByteView bytes, std::chrono::milliseconds longest) {
  ++writes_;
  is_in_write_ = true;
  const auto error = co_await wire_->write(asio::buffer(bytes.data(), bytes.size()), longest);
  is_in_write_ = false;
  co_return !error && !is_closed_;
}

asio::awaitable<void> NativeConnection::say_and_close(std::string code, std::string detail) {
  Bytes bytes;
  CHECK(write_frame(bytes, ServerFrame{FaultFrame{0, std::move(code), std::move(detail)}}));
  if (co_await write(bytes, service_.limits.write_time)) co_await linger();
  close();
}

// Closed at once, with something unread, TCP would take back what has just been said: until the
// client has closed too, or for so long, what it sends is read and given up.
asio::awaitable<void> NativeConnection::linger() {
  const Instant until = Steady::now() + service_.limits.linger_time;
  wire_->shut_down_send();
  lingers_.expires_at(until);
  if (is_reading_) (void)co_await lingers_.async_wait(kTuple);  // one read may be under way
  while (!is_closed_ && !is_reading_ && !is_gone_) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Steady::now());
    if (left.count() <= 0) co_return;
    const auto room = reader_.prepare_anew();
    const WireRead read = co_await wire_->read_some(asio::buffer(room.data(), room.size()), left);
    if (read.error) co_return;
  }
}

bool NativeConnection::is_key_valid() const {
  const std::uint64_t changes = log_->log.keyring().changes();
  if (key_seen_ == changes) return true;
  if (!KeySignIn{*log_}.is_still_valid(key_)) return false;
  key_seen_ = changes;
  return true;
}

const char* NativeConnection::reason_to_end(Instant now) const {
  if (!is_key_valid()) return "key-revoked";
  if (log_->log.clock().now() >= person_.expires_at) return "session-ended";
  if (is_stopping_ && appends_ == 0) return "stopping";
  const bool is_idle = subscriptions_.empty() && appends_ == 0;
  if (is_idle && now - idle_since_ >= service_.limits.idle_time) return "idle";
  return nullptr;
}

// One piece after the other: answers first, then each subscription in its turn.
asio::awaitable<void> NativeConnection::write_frames() {
  while (!is_closed_) {
    if (!control_.empty()) {
      writing_ = std::move(control_);
      control_ = {};
      calms_.cancel();
      if (!co_await write(writing_, service_.limits.write_time)) co_return;
      continue;
    }
    const Instant now = Steady::now();
    if (!last_word_)
      if (const char* reason = reason_to_end(now)) last_word_ = FaultFrame{0, reason, {}};
    if (last_word_) {
      if (appends_ == 0) {
        co_await say_and_close(last_word_->code, last_word_->detail);
        co_return;
      }
    } else {
      begin_looks(now);
      if (const SubscriptionPtr next = next_to_send()) {
        co_await write_one(next);
        forget_ended();
        continue;
      }
    }
    wake_->expires_at(next_deadline(now));
    (void)co_await wake_->async_wait(kTuple);
  }
}

// What was ready before something else was written may have become another's business since.
asio::awaitable<void> NativeConnection::write_one(SubscriptionPtr subscription) {
  if (subscription->written_before() != writes_ &&
      subscription->is_of_before(log_->log.size(), Steady::now())) {
    subscription->throw_away();
    // What others have ready meanwhile is not sent at once either.
    ++writes_;
    is_in_write_ = true;
    while (looks_ >= service_.limits.looks_max && !is_closed_) {
      wake_->expires_at(Instant::max());
      (void)co_await wake_->async_wait(kTuple);
    }
    begin_look(subscription, Subscription::Look::events);
    while (subscription->is_looking() && !is_closed_) {
      wake_->expires_at(Instant::max());
      (void)co_await wake_->async_wait(kTuple);
    }
    is_in_write_ = false;
    if (!subscription->has_something()) co_return;
  }
  if (is_closed_) co_return;
  const Instant now = Steady::now();
  const ByteView piece = subscription->take(now);
  // What comes next is looked for meanwhile, unless that would be of before when it can be sent.
  if (!last_word_ && subscription->head_then() == log_->log.size()) begin_looks(now);
  if (!co_await write(piece, service_.limits.write_time)) close();
}

void NativeConnection::begin_looks(Instant now) {
  const TreeSize head = log_->log.size();
  auto at = subscriptions_.upper_bound(looked_last_);  // each in its turn
  for (std::size_t left = subscriptions_.size(); left > 0; --left, ++at) {
    if (at == subscriptions_.end()) at = subscriptions_.begin();
    const auto& [request, subscription] = *at;
    subscription->fall_behind(head);
    if (looks_ >= service_.limits.looks_max) continue;
    const auto look = subscription->wants_look(head, now);
    if (look == Subscription::Look::none) continue;
    looked_last_ = request;
    if (look == Subscription::Look::events && subscription->is_light(head)) {
      look_here(subscription, head, now);
      // Nothing within its time: elsewhere, then.
      if (subscription->wants_look(head, now) != look) continue;
    }
    begin_look(subscription, look);
  }
}

void NativeConnection::look_here(const SubscriptionPtr& subscription, TreeSize head, Instant now) {
  auto plan = subscription->begin_look(Subscription::Look::events);
  plan.until = head;
  subscription->end_look(subscription->look(std::move(plan)), now);
  if (!is_in_write_) subscription->set_written_before(writes_);
}

void NativeConnection::begin_look(const SubscriptionPtr& subscription, Subscription::Look look) {
  ++looks_;
  asio::post(service_.pool, [self = shared_from_this(), subscription,
                             plan = subscription->begin_look(look)]() mutable {
    Subscription::Looked looked = subscription->look(std::move(plan));
    asio::post(self->executor(), [self, subscription, looked = std::move(looked)]() mutable {
      --self->looks_;
      const bool is_for_events = looked.plan.look == Subscription::Look::events;
      subscription->end_look(std::move(looked), Steady::now());
      // What is ready while nothing else is being written goes out at once.
      if (is_for_events && !self->is_in_write_) subscription->set_written_before(self->writes_);
      self->wake();
      self->calms_.cancel();
    });
  });
}

NativeConnection::SubscriptionPtr NativeConnection::next_to_send() {
  const auto from = subscriptions_.upper_bound(served_last_);
  const auto has = [](const auto& one) { return one.second->has_something(); };
  auto found = std::find_if(from, subscriptions_.end(), has);
  if (found == subscriptions_.end()) {
    found = std::find_if(subscriptions_.begin(), from, has);
    if (found == from) return nullptr;
  }
  served_last_ = found->first;
  return found->second;
}

void NativeConnection::forget_ended() {
  std::erase_if(subscriptions_, [](const auto& one) { return one.second->is_over(); });
  if (subscriptions_.empty()) idle_since_ = Steady::now();
}

NativeConnection::Instant NativeConnection::next_deadline(Instant now) const {
  // Whether the session has ended or its key was revoked is looked at once a heartbeat at least.
  Instant next = now + std::min(service_.limits.heartbeat_time, service_.limits.idle_time);
  // With nothing more to begin, a look that ends wakes.
  if (last_word_) return Instant::max();
  if (looks_ >= service_.limits.looks_max) return next;
  for (const auto& [request, subscription] : subscriptions_)
    if (!subscription->is_looking()) next = std::min(next, subscription->next_heartbeat());
  return next;
}

}  // namespace stafett::server::native
