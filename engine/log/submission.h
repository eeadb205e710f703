#pragma once
// What goes into the log's door, and what comes back.

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/format/entry.h"
#include "engine/format/part.h"
#include "engine/format/receipt.h"

namespace stafett::log {

// One event as its actor hands it in: the signed bytes and the openings of its parts. An engine
// event has one public part (zero salt).
struct Submission {
  Bytes intent;  // canonical; see format/intent.h
  std::vector<format::OpenPart> parts;
  format::Mode mode = format::Mode::live;
};

// Events that one actor signed together, in the order of the signed tree. Accepted one by one
// unless the first intent says atomic.
struct SubmissionGroup {
  std::vector<Submission> events;  // 1 .. format::kSignedGroupMax
  crypto::Signature signature;
};

// Why an event was not recorded. Stable codes; docs/reference/errors.md lists them.
struct Refusal {
  std::string code;
  std::string rule;  // empty: refused by the engine, not by a rule of the domain
  std::string detail;
  std::optional<std::string> pointer;  // JSON pointer into the input
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

struct Receipt {
  EventId event;
  StreamId stream;
  format::StreamKind stream_kind = format::StreamKind::case_;
  Position position;
  Version version;
  Hash leaf_hash;
  TimeUs recorded_at;
  format::ReceiptGroup group;
  std::vector<Hash> path;  // from leaf_hash to the root of the group
};

using Outcome = std::variant<Receipt, Refusal>;
// One result per event, in the group's order. An event that got no outcome has an error: read_only,
// outcome_unknown, io.
using Outcomes = std::vector<Result<Outcome>>;
using Done = std::function<void(Outcomes)>;

}  // namespace stafett::log
