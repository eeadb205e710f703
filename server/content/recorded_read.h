#pragma once
// RecordedReads: no content of a case leaves before its reading is recorded and has been allowed.
// The log's gate decides, by the same rules as for any event: what it refuses is a ReadDenied in
// the case's access list.
//
// Source:   docs/reference/visibility.md
// Threads:  any; admit() waits until the read is durable.
// Lifetime: log and gate outlive it.
// Limits:   kVisitsMax visits are remembered; of the oldest one more read is recorded.

#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "projections/viewer/viewer_reader.h"
#include "server/auth/sign_in.h"

namespace stafett::server {

// What the reader says of a read.
struct ReadPurpose {
  std::string purpose;
  std::string visit;    // a name that the reader's program gives to one sitting
  std::string service;  // empty: the person's own
};

struct Admission {
  std::optional<log::Refusal> refusal;  // none: admitted
  bti::ViewerRows rows;                 // of the visibility table, that hold for the reader now
};

class RecordedReads final {
 public:
  static constexpr std::size_t kVisitsMax = 65'536;

  RecordedReads(log::Log& log, bti::BtiGate& gate) : log_(log), gate_(gate) {}

  // Of a case, as a whole, by somebody who has signed in. One event per person, case, purpose and
  // visit: what has been recorded is not recorded again while the reader is still shown something.
  // Errors: not_found (no such case), read_only, queue_full, corrupt, io.
  Result<Admission> admit(const SubjectId& case_id, const SignedIn& reader,
                          const ReadPurpose& purpose);

 private:
  struct Visit {
    ActorId person;
    SubjectId case_id;
    std::string purpose, visit, service;
    friend auto operator<=>(const Visit&, const Visit&) = default;
  };
  bool is_known(const Visit& visit) const;
  void remember(const Visit& visit);
  void forget(const Visit& visit);

  log::Log& log_;
  bti::BtiGate& gate_;
  mutable std::mutex mutex_;
  std::set<Visit> visits_;      // Guarded by mutex_.
  std::deque<Visit> in_order_;  // Guarded by mutex_. Of visits_, the oldest first.
};

}  // namespace stafett::server
