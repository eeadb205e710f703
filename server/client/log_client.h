#pragma once
// LogClient: a log as a program uses it: hands in signed events, gets those that it may have. The
// same in the log's own process (LocalClient) and over the native stream (RemoteClient).
//
// Threads:  any; one EventStream by one thread at a time.
// Lifetime: a stream may outlive its client: it then ends with an error.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "server/native/frames.h"

namespace stafett::server::client {

using native::AppendOutcome;

// Checked: the entry is of this log, and the openings open its commitments.
struct ReceivedEvent {
  Position position;
  Bytes bytes;  // of the entry, as stored
  format::Entry entry;
  Hash leaf_hash;
  std::vector<format::OpenPart> openings;  // of the classes given
  std::optional<SubjectId> case_id;        // as the server says; none with entries only
};
struct CaughtUp {
  TreeSize size;
  std::string checkpoint;  // newest that is shown, or empty
};
struct FellBehind {
  TreeSize size, looked_at;
};
// Nothing for the reader in what was looked at: going on after looked_at - 1 leaves nothing out.
struct Progress {
  TreeSize size, looked_at;
  std::string checkpoint;
};
// Of a stream of all cases: nothing more of this one.
struct CaseEnded {
  SubjectId case_id;
  std::string rule;
};
struct Ended {
  std::string why, rule;  // docs/reference/native-stream.md
};
using StreamItem = std::variant<ReceivedEvent, CaughtUp, FellBehind, Progress, CaseEnded, Ended>;

struct Wish {
  std::string purpose, visit;
  std::string service{};             // empty: the person's own
  std::string case_label{};          // empty: of all cases
  std::vector<std::string> types{};  // empty: of all
  log::PartSet classes{};            // none: entries only
  std::optional<Position> after{};   // none: before the first
};

class EventStream {
 public:
  virtual ~EventStream() = default;  // and takes no more
  // The next item; none: nothing came in this time. After Ended, and after an error, nothing more
  // comes. Errors: corrupt (what came is not what the log can have stored: told of once), refused
  // (with the server's code), io (the connection is gone: resume after the last position).
  virtual Result<std::optional<StreamItem>> next(std::chrono::milliseconds longest) = 0;
};

class LogClient {
 public:
  virtual ~LogClient() = default;
  virtual const std::string& origin() const = 0;
  virtual const ActorId& actor() const = 0;  // who has signed in
  // Waits for the outcome of each event. Errors: outcome_unknown (none within `longest`, or the
  // connection went: hand in the same bytes again), too_large, io.
  virtual Result<std::vector<AppendOutcome>> append(const log::SubmissionGroup& group,
                                                    std::chrono::milliseconds longest) = 0;
  // Errors: invalid_argument, io. What else is wrong with the wish, the stream tells.
  virtual Result<std::unique_ptr<EventStream>> subscribe(const Wish& wish) = 0;
};

}  // namespace stafett::server::client
