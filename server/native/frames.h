#pragma once
// Frames: what goes over the native stream, as values, and their bytes.
//
// Source:  docs/reference/native-stream.md, frames.capnp.
// Threads: pure functions and values.
// Limits:  kFrameBytesMax; before sign-in kFirstFrameBytesMax. Reading: traversal 8 times the bytes
//          received, nesting 16; each list and text has a bound of its own.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/log/opener.h"
#include "engine/log/submission.h"

namespace stafett::server::native {

inline constexpr std::uint16_t kProtocolVersion = 1;
inline constexpr std::size_t kLengthBytes = 4;
inline constexpr std::size_t kFrameBytesMax = 1024 * 1024;  // without the length
inline constexpr std::size_t kFirstFrameBytesMax = 4096;
// Of one append: an answer of so many receipts fits into a frame, each with its path.
inline constexpr std::size_t kAppendEventsMax = 1024;
inline constexpr std::size_t kTextBytesMax = 1024;
inline constexpr std::size_t kTypesMax = 128;
inline constexpr std::size_t kLogsMax = 1024;

using Challenge = FixedBytes<32, struct ChallengeTag>;
using RequestId = std::uint64_t;  // chosen by the client, not 0

// Of events, and of the bytes of their frames with the length.
struct Credit {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  friend bool operator==(const Credit&, const Credit&) = default;
};

struct SignInFrame {
  std::string log;
  KeyId key;
  crypto::Signature signature;
};
struct AppendFrame {
  RequestId request = 0;
  log::SubmissionGroup group;
};
struct SubscribeFrame {
  RequestId request = 0;
  std::string purpose, visit, service, case_label;
  std::vector<std::string> types;
  log::PartSet classes{};         // of fact, narrative, identity; none: entries only
  std::optional<Position> after;  // none: before the first
  Credit credit;
};
struct GrantFrame {
  RequestId request = 0;
  Credit credit;
};
struct CancelFrame {
  RequestId request = 0;
};
using ClientFrame = std::variant<SignInFrame, AppendFrame, SubscribeFrame, GrantFrame, CancelFrame>;

struct HelloFrame {
  struct LogName {
    std::string name, origin;
  };
  std::uint16_t version = kProtocolVersion;
  Challenge challenge;
  std::vector<LogName> logs;
};
struct SignedInFrame {
  TreeSize size;
  TimeUs ends_at;
  ActorId actor;
};
struct Refused {
  log::Refusal refusal;
  bool again = false;  // nothing was recorded, and the same bytes may be accepted later
};
using AppendOutcome = std::variant<log::Receipt, Refused>;
struct AnswerFrame {
  RequestId request = 0;
  std::vector<AppendOutcome> outcomes;
};
struct EventFrame {
  RequestId request = 0;
  Position position;
  Bytes entry;
  std::vector<format::OpenPart> openings;
  std::optional<SubjectId> case_id{};
};
struct CaughtUpFrame {
  RequestId request = 0;
  TreeSize size;
  std::string checkpoint;
};
struct FellBehindFrame {
  RequestId request = 0;
  TreeSize size, looked_at;
};
struct HeartbeatFrame {
  RequestId request = 0;
  TreeSize size, looked_at;
  std::string checkpoint;
};
struct EndedFrame {
  RequestId request = 0;
  std::string why, rule;
};
struct CaseEndedFrame {
  RequestId request = 0;
  SubjectId case_id;
  std::string rule;
};
struct FaultFrame {
  RequestId request = 0;  // 0: of the connection
  std::string code, detail;
};
using ServerFrame =
    std::variant<HelloFrame, SignedInFrame, AnswerFrame, EventFrame, CaughtUpFrame, FellBehindFrame,
                 HeartbeatFrame, EndedFrame, FaultFrame, CaseEndedFrame>;

// Appends the frame with its length. Errors: too_large (nothing was appended).
Result<void> write_frame(Bytes& to, const ClientFrame& frame);
Result<void> write_frame(Bytes& to, const ServerFrame& frame);
// Of one frame without its length. Errors: malformed, too_large, unsupported (a kind of frame of a
// later version).
Result<ClientFrame> read_client_frame(ByteView frame);
Result<ServerFrame> read_server_frame(ByteView frame);

}  // namespace stafett::server::native
