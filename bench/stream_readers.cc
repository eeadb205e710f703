#include "bench/stream_readers.h"

#include <fmt/format.h>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "server/native/frame_reader.h"
#include "server/native/sign_in_message.h"

namespace stafett::bench {
namespace {

using namespace server::native;

constexpr Credit kCredit{65'536, 64 * 1024 * 1024};
constexpr RequestId kRequest = 1;

class NativeReader final : public Reader {
 public:
  NativeReader(Wire wire, std::size_t read_bytes)
      : wire_(std::move(wire)), frames_(kFrameBytesMax, read_bytes) {}

  Result<void> begin(const NativeWish& wish) {
    ENGINE_TRY(hello, next<HelloFrame>());
    const Hash origin{crypto::sha256(as_bytes(hello.logs.at(0).origin)).array()};
    const KeyId id = wish.key->id();
    const Bytes message = sign_in_message(origin, hello.challenge, id, {});
    ENGINE_TRY_VOID(say(SignInFrame{hello.logs.at(0).name, id, wish.key->sign(message)}));
    ENGINE_TRY(signed_in, next<SignedInFrame>());
    (void)signed_in;
    SubscribeFrame subscribe;
    subscribe.request = kRequest;
    subscribe.purpose = "control";
    subscribe.visit = "bench";
    subscribe.classes = wish.classes;
    subscribe.after = wish.after;
    subscribe.credit = kCredit;
    return say(subscribe);
  }
  int socket() const override { return wire_.socket(); }
  Result<void> take(Deliveries& to) override {
    ENGINE_TRY_VOID(fill(&to));
    const Moment now = std::chrono::steady_clock::now();
    while (true) {
      ENGINE_TRY(bytes, frames_.next());
      if (!bytes) break;
      ENGINE_TRY(frame, read_server_frame(*bytes));
      if (const auto* event = std::get_if<EventFrame>(&frame)) {
        to.add(event->position.value(), now);
        ++used_.events;
        used_.bytes += bytes->size() + kLengthBytes;
      } else if (std::holds_alternative<CaughtUpFrame>(frame)) {
        ++to.caught_up;
      } else if (std::holds_alternative<EndedFrame>(frame) ||
                 std::holds_alternative<FaultFrame>(frame)) {
        return ended(frame);
      }
    }
    if (used_.events < kCredit.events / 2 && used_.bytes < kCredit.bytes / 2) return {};
    return say(GrantFrame{kRequest, std::exchange(used_, {})});
  }

 private:
  static Error ended(const ServerFrame& frame) {
    if (const auto* fault = std::get_if<FaultFrame>(&frame))
      return Error{Errc::refused, fault->code + " " + fault->detail};
    const auto* end = std::get_if<EndedFrame>(&frame);
    return Error{Errc::refused, end ? end->why + " " + end->rule : "a frame out of place"};
  }
  Result<void> say(const ClientFrame& frame) {
    Bytes bytes;
    ENGINE_TRY_VOID(write_frame(bytes, frame));
    return wire_.send(bytes);
  }
  Result<void> fill(Deliveries* to) {
    ENGINE_TRY(count, wire_.receive(frames_.prepare()));
    frames_.commit(count);
    if (to != nullptr) to->bytes += count;
    return {};
  }
  template <class Frame>
  Result<Frame> next() {
    while (true) {
      ENGINE_TRY(bytes, frames_.next());
      if (!bytes) {
        ENGINE_TRY_VOID(fill(nullptr));
        continue;
      }
      ENGINE_TRY(frame, read_server_frame(*bytes));
      if (auto* wanted = std::get_if<Frame>(&frame)) return std::move(*wanted);
      return ended(frame);
    }
  }

  Wire wire_;
  FrameReader frames_;
  Credit used_;
};

class SseReader final : public Reader {
 public:
  explicit SseReader(Wire wire) : wire_(std::move(wire)) {}
  Result<void> begin(const SseWish& wish) {
    std::string query = "follow=true";
    if (!wish.case_label.empty()) query += "&case=" + wish.case_label;
    if (wish.after) query += fmt::format("&after={}", wish.after->value());
    return wire_.send(as_bytes(fmt::format(
        "GET /9901/v1/events?{} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n"
        "Stafett-Purpose: control\r\nStafett-Visit: bench\r\nAccept: text/event-stream\r\n\r\n",
        query, wish.token)));
  }
  // The stream has begun: the read has been recorded.
  Result<void> wait_for_answer() {
    while (true) {
      const auto line = in_.line();
      if (!line) {
        ENGINE_TRY_VOID(in_.fill(wire_));
      } else if (line->starts_with("HTTP/1.1 ")) {
        if (!line->starts_with("HTTP/1.1 200")) return Error{Errc::refused, std::string{*line}};
      } else if (line->starts_with("retry:")) {
        return {};
      }
    }
  }
  int socket() const override { return wire_.socket(); }
  Result<void> take(Deliveries& to) override {
    ENGINE_TRY(count, in_.fill(wire_));
    to.bytes += count;
    const Moment now = std::chrono::steady_clock::now();
    while (const auto line = in_.line()) {
      if (line->starts_with("id: ")) {
        const auto position = parse_decimal(line->substr(4));
        if (!position) return Error{Errc::malformed, "an id that is no position"};
        to.add(*position, now);
      } else if (*line == "event: caughtup") {
        ++to.caught_up;
      } else if (line->starts_with("event: ")) {
        return Error{Errc::refused, std::string{*line}};
      }
    }
    return {};
  }

 private:
  Wire wire_;
  Incoming in_;
};

}  // namespace

Result<std::unique_ptr<Reader>> native_reader(const NativeWish& wish) {
  ENGINE_TRY(wire, Wire::connect(wish.port));
  auto reader = std::make_unique<NativeReader>(std::move(wire), wish.read_bytes);
  ENGINE_TRY_VOID(reader->begin(wish));
  return std::unique_ptr<Reader>{std::move(reader)};
}

Result<std::unique_ptr<Reader>> sse_reader(const SseWish& wish) {
  ENGINE_TRY(wire, Wire::connect(wish.port));
  auto reader = std::make_unique<SseReader>(std::move(wire));
  ENGINE_TRY_VOID(reader->begin(wish));
  ENGINE_TRY_VOID(reader->wait_for_answer());
  return std::unique_ptr<Reader>{std::move(reader)};
}

}  // namespace stafett::bench
