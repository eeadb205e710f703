#pragma once
// Feed: the events of a log that one reader may have, in the order of recording, from a place on.
// What every stream is made of, whatever its form.
//
// Source:   docs/reference/visibility.md
// Threads:  one at a time; step() waits for the disk, and for reads to be recorded.
// Lifetime: the served log outlives it.
// Limits:   a step looks at kEntriesAStep entries at most and holds what of them is given.
//
// At every step each case that something is given of is admitted (RecordedReads): the read is
// recorded before anything of the case leaves, and what is given is decided by all that is durable
// by then. A case that the reader has no relation to is passed over, and not told of; one that the
// reader asked for by name ends the feed with what the gate said.

#include <optional>
#include <string>
#include <vector>

#include "engine/log/opener.h"
#include "projections/rules/visibility.h"
#include "server/auth/sign_in.h"
#include "server/content/recorded_read.h"

namespace stafett::server {

struct ServedLog;

struct FeedRequest {
  SignedIn reader;
  ReadPurpose purpose;
  std::optional<SubjectId> case_id{};            // none: of all cases
  std::vector<std::string> types{};              // empty: of all types
  bti::ClassSet classes = bti::ClassSet::all();  // at most these. None: entries only, which is for
                                                 // auditors within a grant for all cases
  std::optional<Position> after{};               // none: from the first entry on
};

struct FeedEvent {
  Position position;
  std::optional<SubjectId> case_id;  // none: an entry of no case (entries only)
  bti::Sight sight;                  // empty classes: the entry only
  Bytes entry;                       // as stored
  log::OpenedEntry opened;           // parts: what is given, and no more
};

// Why nothing more comes.
struct FeedEnd {
  std::string why;   // access-ended, token-expired
  std::string rule;  // of access-ended: what the gate's refusal is called
};

struct FeedStep {
  std::vector<FeedEvent> events;
  TreeSize looked_at;  // every entry below has been looked at: progress, also when nothing is given
  std::optional<FeedEnd> end;
};

class Feed final {
 public:
  static constexpr std::size_t kEntriesAStep = 4096;

  Feed(ServedLog& log, FeedRequest request);

  // At most `events_max` events. Errors: not_found (there is no such case), read_only, queue_full,
  // corrupt, io. After an error, or an end, no more steps.
  Result<FeedStep> step(std::size_t events_max);

 private:
  struct Decided;
  ServedLog& log_;
  const FeedRequest request_;
  std::uint64_t next_ = 0;
};

}  // namespace stafett::server
