#pragma once
// RecordedReads: no content of a case leaves before its reading is recorded and has been allowed.
// The log's gate decides, by the same rules as for any event: what it refuses is a ReadDenied in
// the case's access list.
//
// Source:   docs/reference/visibility.md
// Threads:  any; admit() waits until the read is durable.
// Lifetime: log and gate outlive it.
// Limits:   kVisitsMax visits are remembered, each for kVisitLasts; then one more read is recorded.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "projections/viewer/present_case.h"
#include "server/auth/sign_in.h"
#include "server/content/read_requests.h"

namespace stafett::server {

// What the reader says of a read.
struct ReadPurpose {
  std::string purpose;
  std::string visit;    // a name that the reader's program gives to one sitting
  std::string service;  // empty: the person's own
  // By which request, for the server's own log; not recorded.
  std::string request{};
};

// The purposes that the catalogue knows, and the form of a visit's name. Asked before a case is
// looked up, so that what is wrong with a request says nothing of the case.
bool is_well_formed(const ReadPurpose& purpose);

struct Admission {
  std::optional<log::Refusal> refusal;  // none: admitted
  // What is given by all that was durable once the read was. Never null.
  std::shared_ptr<const bti::PresentCase> present;
};

class RecordedReads final {
 public:
  static constexpr std::size_t kVisitsMax = 65'536;
  static constexpr std::chrono::hours kVisitLasts{1};

  RecordedReads(log::Log& log, bti::BtiGate& gate) : log_(log), gate_(gate) {}

  // One case before one reader now, nothing being recorded: for deciding whether to ask.
  // Errors: not_found (no such case), read_only, corrupt, io.
  Result<std::shared_ptr<const bti::PresentCase>> present(const SubjectId& case_id,
                                                          const SignedIn& reader);
  // Whether the gate would accept the read now, as far as the reader's basis goes.
  static bool has_basis(const bti::PresentCase& present, const ReadPurpose& purpose);

  // Of a case, as a whole, by somebody who has signed in. One event per person, capacity, case,
  // purpose and visit, also when several requests of it come at once. What has been recorded is not
  // recorded again as long as the reader has the basis that the gate asks for; whoever has lost it
  // is handed to the gate, which refuses.
  // Whoever has no relation to the case is told that, whatever else was wrong. So is a machine
  // whose token is about somebody else: not recorded, as the log has no rule about tokens.
  // Errors: not_found (no such case), read_only, queue_full, corrupt, io.
  Result<Admission> admit(const SubjectId& case_id, const SignedIn& reader,
                          const ReadPurpose& purpose);
  // The same of a case that was looked at just now.
  Result<Admission> admit(const SubjectId& case_id, const SignedIn& reader,
                          const ReadPurpose& purpose,
                          std::shared_ptr<const bti::PresentCase> present);

  // The visits of a case that was erased.
  void forget(const SubjectId& case_id);

  // By which request a read was recorded.
  ReadRequests& requests() { return requests_; }

 private:
  struct Visit {
    ActorId person;
    SubjectId case_id;
    std::string capacity, service, purpose, visit;
    friend auto operator<=>(const Visit&, const Visit&) = default;
  };
  // While it lives, nobody else records a read of that visit; waits for whoever does.
  class Recording {
   public:
    Recording(RecordedReads& all, const Visit& visit);
    ~Recording();
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

   private:
    RecordedReads& all_;
    const Visit visit_;
  };
  Result<Admission> record(const Visit& visit, const SignedIn& reader, const ReadPurpose& purpose,
                           bool has_relation, std::shared_ptr<const bti::PresentCase> present);
  bool is_known(const Visit& visit, TimeUs now) const;
  void remember(const Visit& visit, TimeUs now);

  log::Log& log_;
  bti::BtiGate& gate_;
  ReadRequests requests_;
  mutable std::mutex mutex_;
  std::condition_variable recorded_;
  std::set<Visit> under_way_;                      // Guarded by mutex_. Being recorded.
  std::map<Visit, TimeUs> visits_;                 // Guarded by mutex_. When recorded.
  std::deque<std::pair<Visit, TimeUs>> in_order_;  // Guarded by mutex_. The oldest first.
};

}  // namespace stafett::server
