#include "bench/nats.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>

#include "bench/timing.h"
#include "engine/base/encoding.h"

namespace stafett::bench {
namespace {

constexpr char kProgram[] = "/usr/sbin/nats-server";

std::vector<std::string_view> words(std::string_view line, char between) {
  std::vector<std::string_view> out;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(between), line.size());
    if (end > 0) out.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return out;
}

// Of an answer of JetStream's. Errors: refused.
Result<boost::json::object> parsed(std::string_view body) {
  boost::system::error_code error;
  const boost::json::value json = boost::json::parse(body, error);
  if (error || !json.is_object()) return Error{Errc::malformed, "an answer that is no JSON"};
  if (json.as_object().contains("error")) return Error{Errc::refused, std::string{body}};
  return json.as_object();
}

// Of a delivered message: $JS.ACK.STREAM.CONSUMER.DELIVERED.POSITION.SEQUENCE.TIME.PENDING
Result<std::uint64_t> position_of(std::string_view reply) {
  const auto parts = words(reply, '.');
  if (parts.size() < 6) return Error{Errc::malformed, "a message without its place"};
  const auto position = parse_decimal(parts[5]);
  if (!position) return Error{Errc::malformed, "a place that is no number"};
  return *position;
}

class NatsReader final : public Reader {
 public:
  explicit NatsReader(NatsWire wire) : wire_(std::move(wire)) {}
  int socket() const override { return wire_.socket(); }
  Result<void> take(Deliveries& to) override {
    ENGINE_TRY(count, wire_.fill());
    to.bytes += count;
    const Moment now = std::chrono::steady_clock::now();
    while (true) {
      ENGINE_TRY(message, wire_.next());
      if (!message) return {};
      if (message->is_control) {
        ENGINE_TRY_VOID(answer(*message));
      } else {
        ENGINE_TRY(position, position_of(message->reply));
        to.add(position, now);
      }
    }
  }

 private:
  // The server waits for an answer before it sends more.
  Result<void> answer(const NatsWire::Message& message) {
    constexpr std::string_view kStalled = "Nats-Consumer-Stalled: ";
    if (!message.reply.empty()) return wire_.publish(std::string{message.reply}, "", {});
    const std::size_t at = message.body.find(kStalled);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = message.body.substr(at + kStalled.size());
    return wire_.publish(std::string{rest.substr(0, rest.find('\r'))}, "", {});
  }
  NatsWire wire_;
};

// A connection of its own, and a thread for what is acknowledged on it.
class Publishing final {
 public:
  explicit Publishing(NatsWire wire) : wire_(std::move(wire)) {}
  ~Publishing() {
    wire_.shut();
    if (thread_.joinable()) thread_.join();
  }
  Result<void> publish(std::size_t number, ByteView body,
                       const std::shared_ptr<Published>& published) {
    if (!thread_.joinable()) thread_ = std::thread{[this, published] { listen(*published); }};
    return wire_.publish("bench.e", fmt::format("_ack.{}", number), body);
  }

 private:
  void listen(Published& published) {
    while (true) {
      const auto message = wire_.wait();
      if (!message) return;  // shut, or told of by those who wait
      const auto number = parse_decimal(message->subject.substr(message->subject.find('.') + 1));
      const auto answer = parsed(message->body);
      if (!answer || !number)
        return published.failed(answer ? Error{Errc::malformed, "no number"} : answer.error());
      published.acknowledged(*number, answer->at("seq").to_number<std::uint64_t>());
    }
  }
  NatsWire wire_;
  std::thread thread_;
};

}  // namespace

Result<NatsWire> NatsWire::connect(std::uint16_t port) {
  ENGINE_TRY(wire, Wire::connect(port));
  NatsWire nats{std::move(wire)};
  ENGINE_TRY_VOID(nats.greet());
  return nats;
}

Result<void> NatsWire::greet() {
  std::optional<std::string_view> line;
  while (!(line = in_.line())) ENGINE_TRY_VOID(in_.fill(wire_));
  if (!line->starts_with("INFO ")) return Error{Errc::malformed, "no greeting of NATS"};
  ENGINE_TRY(info, parsed(line->substr(5)));
  version_ = info.at("version").as_string().c_str();
  return say("CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"protocol\":1}\r\n");
}

Result<void> NatsWire::settle() {
  ENGINE_TRY_VOID(say("PING\r\n"));
  while (true) {
    const auto line = in_.line();
    if (line && *line == "PONG") return {};
    if (!line) ENGINE_TRY_VOID(fill());
  }
}

Result<void> NatsWire::publish(const std::string& subject, const std::string& reply,
                               ByteView body) {
  std::string text =
      fmt::format("PUB {} {}{}{}\r\n", subject, reply, reply.empty() ? "" : " ", body.size());
  text += as_text(body);
  text += "\r\n";
  return say(text);
}

Result<std::optional<NatsWire::Message>> NatsWire::next() {
  while (true) {
    const std::size_t mark = in_.mark();
    const auto line = in_.line();
    if (!line) return std::optional<Message>{};
    if (line->starts_with("-ERR")) return Error{Errc::refused, std::string{*line}};
    if (*line == "PING") ENGINE_TRY_VOID(say("PONG\r\n"));
    const bool has_headers = line->starts_with("HMSG ");
    if (!has_headers && !line->starts_with("MSG ")) continue;
    const auto parts = words(*line, ' ');
    const std::size_t least = has_headers ? 5 : 4;
    if (parts.size() < least) return Error{Errc::malformed, std::string{*line}};
    const auto length = parse_decimal(parts.back());
    if (!length) return Error{Errc::malformed, std::string{*line}};
    const auto body = in_.piece(*length + 2);
    if (!body) {
      in_.go_back(mark);
      return std::optional<Message>{};
    }
    Message message{parts[1], {}, body->substr(0, *length), has_headers};
    if (parts.size() > least) message.reply = parts[3];
    return std::optional{message};
  }
}

Result<NatsWire::Message> NatsWire::wait() {
  while (true) {
    ENGINE_TRY(message, next());
    if (message) return *message;
    ENGINE_TRY_VOID(fill());
  }
}

Result<std::unique_ptr<Nats>> Nats::start(const std::string& directory) {
  if (!std::filesystem::exists(kProgram))
    return Error{Errc::unsupported, "nats-server is not installed: see tools/packages-bench.txt"};
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  std::unique_ptr<Nats> nats{new Nats};
  ENGINE_TRY_VOID(nats->run(directory));
  return nats;
}

Result<void> Nats::run(const std::string& directory) {
  ENGINE_TRY(port, free_port());
  port_ = port;
  const std::string port_text = std::to_string(port), log = directory + "/log";
  process_ = ::fork();
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // a bench that is killed leaves no server
    ::execl(kProgram, kProgram, "-a", "127.0.0.1", "-p", port_text.c_str(), "-js", "-sd",
            directory.c_str(), "-l", log.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  if (process_ < 0) return Error{Errc::io, "cannot start nats-server"};
  const Stopwatch watch;
  while (!control_) {
    auto wire = NatsWire::connect(port_);
    if (!wire && watch.seconds() > 10) return wire.error();
    if (wire)
      control_.emplace(std::move(*wire));
    else
      ::poll(nullptr, 0, 20);
  }
  ENGINE_TRY_VOID(control_->say("SUB _control 1\r\n"));
  ENGINE_TRY_VOID(control_->publish(
      "$JS.API.STREAM.CREATE.bench", "_control",
      as_bytes(R"({"name":"bench","subjects":["bench.>"],"storage":"file","num_replicas":1})")));
  ENGINE_TRY(answer, control_->wait());
  ENGINE_TRY_VOID(parsed(answer.body));
  return {};
}

Nats::~Nats() {
  if (process_ <= 0) return;
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
}

Result<void> Nats::store(std::span<const Bytes> bodies) {
  constexpr std::size_t kWindow = 1024;
  std::size_t acknowledged = 0;
  for (std::size_t sent = 0; acknowledged < bodies.size();) {
    for (; sent < bodies.size() && sent - acknowledged < kWindow; ++sent)
      ENGINE_TRY_VOID(control_->publish("bench.e", "_control", bodies[sent]));
    ENGINE_TRY(answer, control_->wait());
    ENGINE_TRY_VOID(parsed(answer.body));
    ++acknowledged;
  }
  return {};
}

Result<std::unique_ptr<Reader>> Nats::reader(bool from_now_on) {
  ENGINE_TRY(wire, NatsWire::connect(port_));
  const std::string inbox = fmt::format("_in.{}", wire.socket());
  ENGINE_TRY_VOID(wire.say(fmt::format("SUB {} 1\r\n", inbox)));
  ENGINE_TRY_VOID(wire.settle());
  const std::string wish = fmt::format(
      R"({{"stream_name":"bench","config":{{"deliver_subject":"{}","deliver_policy":"{}",)"
      R"("ack_policy":"none","mem_storage":true,"flow_control":true,)"
      R"("idle_heartbeat":5000000000}}}})",
      inbox, from_now_on ? "new" : "all");
  ENGINE_TRY_VOID(control_->publish("$JS.API.CONSUMER.CREATE.bench", "_control", as_bytes(wish)));
  ENGINE_TRY(answer, control_->wait());
  ENGINE_TRY_VOID(parsed(answer.body));
  return std::unique_ptr<Reader>{std::make_unique<NatsReader>(std::move(wire))};
}

Result<Publish> Nats::publisher(std::span<const Bytes> bodies) {
  ENGINE_TRY(wire, NatsWire::connect(port_));
  ENGINE_TRY_VOID(wire.say("SUB _ack.* 1\r\n"));
  auto publishing = std::make_shared<Publishing>(std::move(wire));
  return Publish{
      [publishing, bodies](std::size_t number, const std::shared_ptr<Published>& published) {
        return publishing->publish(number, bodies[number % bodies.size()], published);
      }};
}

}  // namespace stafett::bench
