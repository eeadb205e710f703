// What the client asks for: NativeConnection's answers to each kind of frame.

#include <boost/asio/post.hpp>

#include "server/http/awaitable.h"
#include "server/logs/limited_as.h"
#include "server/native/append_outcome.h"
#include "server/native/native_connection.h"

namespace stafett::server::native {

namespace asio = boost::asio;

namespace {

// Of one event, about: a receipt with the longest path is shorter.
constexpr std::size_t kAnswerBytesAnEvent = kFrameBytesMax / kAppendEventsMax;

// A message may have one piece in several places: what is held is more than what has come.
std::size_t held_bytes(const log::SubmissionGroup& group) {
  std::size_t bytes = 0;
  for (const log::Submission& one : group.events) {
    bytes += sizeof one + one.intent.size();
    for (const format::OpenPart& part : one.parts) bytes += sizeof part + part.plaintext.size();
  }
  return bytes;
}

}  // namespace

// The first frame, read within its time. None: the connection has been told why, or is gone.
asio::awaitable<std::optional<SignInFrame>> NativeConnection::first_frame() {
  while (!is_closed_) {
    const Result<std::optional<ByteView>> next = reader_.next();
    if (!next) {
      co_await say_and_close(errc_name(next.error().code()), next.error().detail());
      co_return std::nullopt;
    }
    if (*next) {
      Result<ClientFrame> decoded = read_client_frame(**next);
      SignInFrame* asked = decoded ? std::get_if<SignInFrame>(&*decoded) : nullptr;
      if (asked) co_return std::move(*asked);
      co_await say_and_close("malformed", "the first frame is a sign-in");
      co_return std::nullopt;
    }
    if (std::chrono::steady_clock::now() >= sign_in_until_) co_return std::nullopt;
    const auto room = reader_.prepare();
    const auto to = asio::buffer(room.data(), room.size());
    const WireRead read = co_await wire_->read_some(to, time_to_sign_in());
    if (read.error) co_return std::nullopt;
    reader_.commit(read.count);
  }
  co_return std::nullopt;
}

asio::awaitable<bool> NativeConnection::sign_in() {
  HelloFrame hello;
  hello.challenge = random_id<Challenge>(service_.random);
  for (const auto& one : service_.logs.all()) hello.logs.push_back({one->name, one->log.origin()});
  Bytes bytes;
  CHECK(write_frame(bytes, ServerFrame{hello}));
  if (!co_await write(bytes, time_to_sign_in())) co_return false;
  const std::optional<SignInFrame> asked = co_await first_frame();
  if (!asked) co_return false;
  ServedLog* log = service_.logs.find(asked->log);
  if (!log) {
    ++service_.counts.sign_ins_refused;
    co_await say_and_close("no-such-log", {});
    co_return false;
  }
  ++looks_;
  verdict_ = Error{Errc::unset};
  asio::post(service_.pool, [self = shared_from_this(), log, asked = *asked,
                             challenge = hello.challenge, binding = wire_->channel_binding()] {
    auto verdict =
        KeySignIn{*log}.person_of(asked, challenge, binding, self->service_.limits.session_time);
    asio::post(self->executor(), [self, verdict = std::move(verdict)]() mutable {
      self->verdict_ = std::move(verdict);
      --self->looks_;
      self->calms_.cancel();
    });
  });
  while (looks_ > 0) {
    calms_.expires_at(Instant::max());
    (void)co_await calms_.async_wait(kTuple);
  }
  if (is_closed_) co_return false;
  if (!verdict_) {
    const Errc code = verdict_.error().code();
    if (code == Errc::refused) ++service_.counts.sign_ins_refused;
    if (log->refused) log->refused("native", verdict_.error());
    co_await say_and_close(code == Errc::refused ? "sign-in-refused" : errc_name(code), {});
    co_return false;
  }
  person_ = *verdict_;
  key_ = asked->key;
  log_ = log;
  limited_as_ = limited_as(*log_, person_);
  reader_.allow(kFrameBytesMax);
  send(SignedInFrame{log_->log.size(), person_.expires_at, person_.person});
  co_return true;
}

void NativeConnection::send(const ServerFrame& frame) {
  CHECK(write_frame(control_, frame));
  wake();
}

void NativeConnection::answer(AnswerFrame frame) {
  write_answer(control_, std::move(frame));
  wake();
}

bool NativeConnection::fault(const char* code, std::string detail) {
  last_word_ = FaultFrame{0, code, std::move(detail)};
  wake();
  return false;
}

bool NativeConnection::take_frame(ByteView bytes) {
  Result<ClientFrame> frame = read_client_frame(bytes);
  if (!frame) return fault(errc_name(frame.error().code()), frame.error().detail());
  idle_since_ = std::chrono::steady_clock::now();
  return std::visit([this](auto& one) { return take(one); }, *frame);
}

bool NativeConnection::may_ask() {
  RequestLimits* limits = service_.logs.limits();
  return !limits || !limits->ask_as_person(limited_as_);
}

bool NativeConnection::take(SignInFrame&) {
  return fault("malformed", "a connection signs in once");
}

bool NativeConnection::take(AppendFrame& frame) {
  const NativeLimits& limits = service_.limits;
  const std::size_t count = frame.group.events.size();
  if (count > kAppendEventsMax) {
    refuse(frame.request, count, Error{Errc::too_large, "events of one append"});
    return true;
  }
  if (!may_ask()) {
    const Refused later{{"too-many-requests", "", "", std::nullopt}, true};
    answer(AnswerFrame{frame.request, std::vector<AppendOutcome>(count, later)});
    return true;
  }
  if (appends_ >= limits.appends_max || append_bytes_ >= limits.append_bytes_max || is_stopping_) {
    refuse(frame.request, count,
           Error{Errc::queue_full, "more than one connection may have under way"});
    return true;
  }
  const std::size_t bytes = held_bytes(frame.group);
  ++appends_;
  append_bytes_ += bytes;
  answer_bytes_ += count * kAnswerBytesAnEvent;
  service_.visits->begin();
  const Result<void> taken = log_->log.submit(
      std::move(frame.group), [self = shared_from_this(), visits = service_.visits,
                               request = frame.request, bytes](log::Outcomes outcomes) mutable {
        // Nothing of the connection is left on the log's thread when the visit ends.
        const NativeConnection& connection = *self;
        asio::post(connection.wire_->executor(),
                   [self = std::move(self), request, bytes, outcomes = std::move(outcomes)] {
                     self->answered(request, bytes, outcomes);
                   });
        visits->end();
      });
  if (!taken) {
    service_.visits->end();
    --appends_;
    append_bytes_ -= bytes;
    answer_bytes_ -= count * kAnswerBytesAnEvent;
    refuse(frame.request, count, taken.error());
  }
  return true;
}

void NativeConnection::refuse(RequestId request, std::size_t count, const Error& error) {
  answer(AnswerFrame{request, refused_each(count, error)});
}

// Each event's outcome is durable.
void NativeConnection::answered(RequestId request, std::size_t bytes,
                                const log::Outcomes& outcomes) {
  --appends_;
  append_bytes_ -= bytes;
  answer_bytes_ -= outcomes.size() * kAnswerBytesAnEvent;
  answer(AnswerFrame{request, outcomes_of(outcomes)});
  calms_.cancel();
}

bool NativeConnection::take(SubscribeFrame& frame) {
  if (const auto known = subscriptions_.find(frame.request); known != subscriptions_.end()) {
    if (!known->second->is_over()) return fault("request-in-use", "a subscription has this number");
    subscriptions_.erase(known);  // the client has its last frame sooner than the writer is told
  }
  const auto refuse_it = [&](const char* code, const char* detail) {
    send(FaultFrame{frame.request, code, detail});
    return true;
  };
  if (subscriptions_.size() >= service_.limits.subscriptions_max)
    return refuse_it("too-many-subscriptions", "");
  if (frame.after && frame.after->value() >= log_->log.size().value())
    return refuse_it("bad-position", "the log has no such position to go on after");
  if (!is_well_formed({frame.purpose, frame.visit, frame.service}))
    return refuse_it("purpose-required", "content is read with a purpose and a visit");
  if (!may_ask()) return refuse_it("too-many-requests", "");
  StreamLease lease;
  if (RequestLimits* limits = service_.logs.limits()) {
    lease = limits->begin_stream(limited_as_);
    if (!lease) return refuse_it("too-many-subscriptions", "of one person");
  }
  const Credit credit = frame.credit;
  auto subscription =
      std::make_shared<Subscription>(*log_, service_.limits, service_.open, service_.counts,
                                     Subscriber{person_, std::move(frame), std::move(lease)});
  if (!subscription->grant(credit)) return fault("too-much-credit", {});
  subscriptions_.emplace(subscription->request(), std::move(subscription));
  wake();
  return true;
}

bool NativeConnection::take(GrantFrame& frame) {
  const auto found = subscriptions_.find(frame.request);
  if (found == subscriptions_.end()) return true;  // it may have ended a moment ago
  if (!found->second->grant(frame.credit)) return fault("too-much-credit", {});
  wake();
  return true;
}

bool NativeConnection::take(CancelFrame& frame) {
  const auto found = subscriptions_.find(frame.request);
  if (found == subscriptions_.end()) return true;
  found->second->cancel();
  subscriptions_.erase(found);
  send(EndedFrame{frame.request, "cancelled", {}});
  return true;
}

}  // namespace stafett::server::native
