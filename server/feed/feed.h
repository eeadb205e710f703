#pragma once
// Feed: the events of a log that one reader may have, in the order of recording, from a place on.
// What every stream is made of, whatever its form.
//
// Source:   docs/reference/visibility.md
// Threads:  one at a time; step() waits for the disk, and for reads to be recorded.
// Lifetime: the served log outlives it.
// Limits:   those of EntriesAhead. A step gives kBytesAStep, and ends after kStepTime; what was
//           begun may go beyond.
//
// Each case that something is given of is admitted first (RecordedReads): the read is recorded
// before anything of the case leaves, and what is given is decided by all that is durable by then.
// Where nothing would be given nothing is recorded, but for a case asked for by name, once.
// A case that the reader has no basis for is passed over and not told of, nor is anything recorded,
// as nobody asked for it. One that the reader asked for by name, or was given something of by this
// feed, is handed to the gate, whose refusal is told and stands in the case's access list. A
// decision serves kStepTime at most, and only as long as neither the case nor the directory change.
// De-identified reports are not given here: they have no place in the order of a log.

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/log/opener.h"
#include "projections/rules/visibility.h"
#include "server/content/recorded_read.h"
#include "server/feed/entries_ahead.h"
#include "server/feed/feed_step.h"

namespace stafett::server {

struct ServedLog;

struct FeedRequest {
  SignedIn reader;
  ReadPurpose purpose;
  std::optional<SubjectId> case_id{};            // none: of all cases
  std::set<std::string, std::less<>> types{};    // empty: of all types
  bti::ClassSet classes = bti::ClassSet::all();  // at most these are opened
  std::optional<Position> after{};               // none: from the first entry on
};

struct FeedEvent {
  Position position;
  SubjectId case_id;
  bti::Sight sight;  // what is given
  StoredEntryPtr stored;
  log::OpenedSeals opened;  // its parts are those given and asked for, and no more
  std::shared_ptr<const bti::PresentCase> decided_by;
};

struct FeedStep : FeedProgress {
  std::vector<FeedEvent> events;
};

class Feed final {
 public:
  static constexpr std::size_t kBytesAStep = 1 << 20;
  static constexpr std::size_t kDecisionsKept = 4096;
  static constexpr std::size_t kCasesGivenMax = 65'536;  // then the ends of some are not told
  static constexpr std::chrono::milliseconds kStepTime{250};

  Feed(ServedLog& log, FeedRequest request);
  ~Feed();

  // Whether the reader may begin: the read of the case asked for is recorded, or refused.
  // Errors: not_found (there is no such case), read_only, queue_full, corrupt, io.
  Result<std::optional<log::Refusal>> admit();

  // At most `events_max` events, of entries below `until`. Errors: as admit(). After an error or an
  // end, no more steps.
  Result<FeedStep> step(std::size_t events_max, TreeSize until = TreeSize{UINT64_MAX});

  // Whether it has ended by now, also where nothing new is to be looked at: a consent or a grant
  // may end by time alone. Of a feed of all cases: with the reader only. Errors: as admit().
  Result<std::optional<FeedEnd>> end_now();

  // What lies behind has not been handed on: it is looked at again, as if it had not been.
  // `ended_cases`: of the steps that are taken back.
  void go_back_to(TreeSize looked_at, const std::vector<FeedEnd>& ended_cases);

  TreeSize looked_at() const { return next_; }
  const FeedRequest& request() const { return request_; }

 private:
  struct Decided;

  Result<void> look(std::size_t events_max, TreeSize end, FeedStep& step);
  Result<Decided*> decide(const SubjectId& case_id, FeedStep& step);
  Result<bool> still_holds(const Decided& decided) const;
  Result<void> take_back_what_changed(FeedStep& step);
  Result<void> record_read(const SubjectId& case_id, Decided& decided, FeedStep& step);
  Result<void> end_of_erased(const SubjectId& case_id, FeedStep& step);
  Result<bti::Sight> sight_of(const StoredEntry& found, const bti::PresentCase& present) const;
  Result<bool> is_asked_for(const StoredEntry& found) const;
  Result<void> give(const StoredEntryPtr& found, FeedStep& step);

  ServedLog& log_;
  const FeedRequest request_;
  EntriesAhead ahead_;  // not decided about yet
  TreeSize next_;
  std::unordered_map<SubjectId, Decided, IdHash> decisions_;
  std::uint64_t steps_ = 0;
  TreeSize step_head_{};  // when the step began, as the time below
  TimeUs step_at_{};
  std::set<SubjectId> given_;  // cases that something was given of
  bool has_begun_ = false;
  bool has_waited_ = false;  // within a step, with something found
};

}  // namespace stafett::server
