#pragma once
// A small municipality behind a native server, and clients of it: one that says what a test tells
// it to say, and our own.

#include <poll.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <future>
#include <mutex>

#include "server/client/local_client.h"
#include "server/client/remote_client.h"
#include "server/native/native_server.h"
#include "server/native/sign_in_message.h"
#include "tests/projections/gate/municipality.h"

namespace stafett::server::native::testing {

// What the reader of a test may have: every entry whose position `gives` takes, until it is ended.
struct Rules {
  std::mutex mutex;
  std::optional<FeedEnd> end;  // Guarded by mutex, as all below.
  std::function<bool(Position)> gives = [](Position) { return true; };
  std::vector<FeedEnd> ended_cases;  // told at every look
  int looks = 0, opened = 0;
  std::map<RequestId, std::shared_future<void>> held;  // a look's result waits for it
  std::set<RequestId> idle;                            // look at nothing
  bti::Sight sight;                                    // of each event
  std::vector<FeedEnd> taken_back;
  std::condition_variable looked;
  bool endless = false;  // the first entry, again and again
};

class RuledSource final : public EventSource {
 public:
  RuledSource(ServedLog& log, Rules& rules, RequestId request, std::optional<Position> after)
      : log_(log), rules_(rules), request_(request), next_(after ? after->value() + 1 : 0) {}
  Result<FeedProgress> step(std::size_t events_max, TreeSize, const Give& give) override {
    std::shared_future<void> held;
    Result<FeedProgress> stepped = Error{Errc::unset};
    {
      const std::lock_guard lock{rules_.mutex};
      ++rules_.looks;
      if (const auto found = rules_.held.find(request_); found != rules_.held.end())
        held = found->second;
      stepped = step_now(events_max, give);
    }
    rules_.looked.notify_all();
    if (held.valid()) held.wait();
    return stepped;
  }
  Result<std::optional<FeedEnd>> end_now() override {
    const std::lock_guard lock{rules_.mutex};
    return rules_.end;
  }
  void go_back_to(TreeSize looked_at, const std::vector<FeedEnd>& ended_cases) override {
    const std::lock_guard lock{rules_.mutex};
    rules_.taken_back.insert(rules_.taken_back.end(), ended_cases.begin(), ended_cases.end());
    next_ = looked_at.value();
  }

 private:
  Result<FeedProgress> step_now(std::size_t events_max, const Give& give) {
    FeedProgress step{TreeSize{next_}, rules_.ended_cases, rules_.end};
    std::size_t given = 0;
    if (rules_.end || rules_.idle.count(request_) != 0) return step;
    const std::uint64_t head = log_.log.head().size.value();
    for (; rules_.endless && given < events_max; ++next_, ++given) {
      ENGINE_TRY(entry, log_.log.store().entry(Position{0}));
      ENGINE_TRY_VOID(give({Position{next_}, entry}));
    }
    if (rules_.endless) return step;
    for (; next_ < head && given < events_max; ++next_) {
      const Position position{next_};
      if (!rules_.gives(position)) continue;
      ENGINE_TRY(entry, log_.log.store().entry(position));
      ENGINE_TRY(opened, log_.log.opener().open(position));
      ENGINE_TRY_VOID(give({position, entry, opened.parts, std::nullopt, rules_.sight}));
      ++given;
    }
    step.looked_at = TreeSize{next_};
    return step;
  }
  ServedLog& log_;
  Rules& rules_;
  const RequestId request_;
  std::uint64_t next_;
};

struct ServedTown {
  explicit ServedTown(NativeLimits limits = {}, std::optional<LoadLimits> load = {},
                      unsigned pool = 2)
      : logs{load ? std::make_shared<RequestLimits>(*load, town.clock) : nullptr} {
    town.open(100);
    LogService service;
    service.public_grid = std::chrono::seconds{0};
    service.refused = [this](const std::string& request, const Error& why) {
      refused = request + ": " + why.detail();
    };
    BOOST_REQUIRE(logs.add(town.bti, std::move(service)));
    NativeServerOptions options;
    options.limits = limits;
    options.threads = 2;
    options.pool = pool;
    server = std::make_unique<NativeServer>(logs, open, town.random, options);
    const auto taken = server->listen("127.0.0.1:0");
    BOOST_REQUIRE(taken);
    port = *taken;
    server->start();
  }
  ~ServedTown() { server.reset(); }

  void wait_for_looks(int count) {
    std::unique_lock lock{rules.mutex};
    BOOST_REQUIRE(rules.looked.wait_for(lock, std::chrono::seconds{10},
                                        [&] { return rules.looks >= count; }));
  }
  ServedLog& log() { return *logs.all().front(); }
  TreeSize size() { return log().log.head().size; }
  ActorId person(const std::string& label) {
    return ActorId{**town.bti.gate->labels().find(log::LabelSpace::person, label)};
  }
  std::shared_ptr<const log::Signer> signer(const std::string& label = "lise") {
    const auto found = log().log.signer_of(person(label));
    BOOST_REQUIRE(found);
    return *found;
  }
  void note(const std::string& name) {
    town.recorded("NoteAdded", "filler", 10 + ++notes,
                  R"({"note":")" + name + R"(","kind":"general","text":"a talk"})");
  }
  // Signed with an own key, so that the town's recorder has no part in it.
  log::SubmissionGroup digest(const EventId& id) {
    format::ProjectionDigested event;
    event.name = "states";
    event.version = 1;
    event.size = TreeSize{1};
    return log().log.system().sign_engine(event, log().log.streams().engine, id, town.clock.now());
  }
  // So many of them, signed together.
  log::SubmissionGroup digests(std::size_t count) {
    std::vector<log::Unsigned> events;
    for (std::size_t i = 0; i < count; ++i) {
      log::Unsigned one;
      one.event = make_event_id(town.clock.now(), town.random);
      one.stream_kind = format::StreamKind::engine;
      one.stream = log().log.streams().engine;
      one.occurred_at = town.clock.now();
      format::ProjectionDigested digested;
      digested.name = "states";
      digested.version = 1;
      digested.size = TreeSize{1};
      one.parts.push_back({format::PartClass::public_, {}, format::encode(digested)});
      events.push_back(std::move(one));
    }
    return log().log.system().sign(std::move(events), town.clock.now());
  }
  std::unique_ptr<client::RemoteClient> connect(const std::string& label = "lise",
                                                Credit window = {4096, 8 << 20}) {
    client::RemoteOptions options;
    options.endpoint = "127.0.0.1:" + std::to_string(port);
    options.log = "9901";
    options.origin = "stafett.example/9901";
    options.window = window;
    auto connected = client::RemoteClient::connect(options, signer(label)->key());
    BOOST_REQUIRE_MESSAGE(connected, (connected ? "" : connected.error().to_string()));
    return std::move(*connected);
  }

  bti::test::Municipality town;
  Rules rules;
  const OpenSource open =
      [this](ServedLog& log, const Subscriber& subscriber,
             std::optional<Position> after) -> Result<std::unique_ptr<EventSource>> {
    const std::lock_guard lock{rules.mutex};
    ++rules.opened;
    return std::unique_ptr<EventSource>{
        std::make_unique<RuledSource>(log, rules, subscriber.asked.request, after)};
  };
  LogSet logs;
  std::string refused;  // the last sign-in, as the server's own log is told
  std::unique_ptr<NativeServer> server;
  std::uint16_t port = 0;
  int notes = 0;
};

// Says what it is told to; waits at most ten seconds for an answer.
class RawClient final {
 public:
  explicit RawClient(std::uint16_t port) : socket_(io_) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    const timeval longest{10, 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    hello = get<HelloFrame>();
  }
  // Does nothing but sign in.
  RawClient(ServedTown& town, const std::string& label = "lise") : RawClient(town.port) {
    say(signed_by(town, town.signer(label)->key()));
    get<SignedInFrame>();
  }
  SignInFrame signed_by(ServedTown& town, const crypto::SigningKey& key) const {
    const Bytes message =
        sign_in_message(town.log().log.origin_hash(), hello.challenge, key.id(), {});
    return {"9901", key.id(), key.sign(message)};
  }
  void say(const ClientFrame& frame) {
    Bytes bytes;
    BOOST_REQUIRE(write_frame(bytes, frame));
    say_bytes(bytes);
  }
  void say_bytes(ByteView bytes) {
    boost::system::error_code ignored;
    boost::asio::write(socket_, boost::asio::buffer(bytes.data(), bytes.size()), ignored);
  }
  // Whether all of it was taken, no piece having waited longer.
  bool say_within(ByteView bytes, std::chrono::milliseconds longest) {
    while (!bytes.empty()) {
      const ssize_t count =
          ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (count > 0) {
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        continue;
      }
      pollfd one{socket_.native_handle(), POLLOUT, 0};
      if (::poll(&one, 1, static_cast<int>(longest.count())) == 0) return false;
    }
    return true;
  }
  // None: the server has closed.
  std::optional<ServerFrame> next() {
    std::array<std::uint8_t, kLengthBytes> length;
    if (!read(length)) return std::nullopt;
    Bytes bytes(static_cast<std::size_t>(length[0] | length[1] << 8 | length[2] << 16));
    BOOST_REQUIRE(read(bytes));
    frame_bytes = bytes.size() + kLengthBytes;
    auto frame = read_server_frame(bytes);
    BOOST_REQUIRE(frame);
    return std::move(*frame);
  }
  template <class Frame>
  Frame get() {
    std::optional<ServerFrame> frame = next();
    BOOST_REQUIRE_MESSAGE(frame, "the server has closed");
    const auto* fault = std::get_if<FaultFrame>(&*frame);
    BOOST_REQUIRE_MESSAGE(std::holds_alternative<Frame>(*frame),
                          "kind " << frame->index() << (fault ? " " + fault->code : ""));
    return std::move(std::get<Frame>(*frame));
  }
  bool is_closed() { return !next(); }
  // Whether the connection is torn down within that time.
  bool is_broken(std::chrono::milliseconds longest) {
    pollfd one{socket_.native_handle(), 0, 0};
    return ::poll(&one, 1, static_cast<int>(longest.count())) != 0 && (one.revents & POLLERR) != 0;
  }
  void close() { socket_.close(); }

  HelloFrame hello;
  std::size_t frame_bytes = 0;  // of the last one

 private:
  template <class Buffer>
  bool read(Buffer& to) {
    std::size_t done = 0;
    while (done < to.size()) {
      const ssize_t count = ::recv(socket_.native_handle(), to.data() + done, to.size() - done, 0);
      BOOST_REQUIRE_MESSAGE(!(count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)),
                            "nothing came");
      if (count <= 0) return false;
      done += static_cast<std::size_t>(count);
    }
    return true;
  }
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_;
};

inline SubscribeFrame subscription(RequestId request, Credit credit,
                                   std::optional<Position> after = {}) {
  SubscribeFrame frame;
  frame.request = request;
  frame.purpose = "control";
  frame.visit = "v1";
  frame.after = after;
  frame.credit = credit;
  return frame;
}

}  // namespace stafett::server::native::testing
