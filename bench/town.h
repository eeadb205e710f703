#pragma once
// Town: a synthetic municipality for measuring: a log with BTI's rules at its gate, staff with
// custodial keys, and cases that take notes, talks and meetings in any order, so that inputs can be
// signed long before they are recorded and cases be hit at random.
//
// Threads:  sign() from any thread; the rest: owner only.
// Limits:   32 bytes of memory for each case.

#include <atomic>
#include <random>

#include "engine/crypto/system_random.h"
#include "projections/recorder/bti_log.h"

namespace stafett::bench {

struct TownOptions {
  std::string directory;      // the log is in DIRECTORY/log; an existing town is gone on with
  std::uint64_t cases = 0;    // at least so many
  std::size_t staff = 200;    // people with keys, at least one
  std::uint64_t seed = 9901;  // which cases are hit
  std::size_t cases_max = bti::CaseTable::kCasesMaxDefault;
  std::chrono::milliseconds checkpoint_interval{1000};
};

// Which events are made.
enum class Mix {
  ordinary,     // notes with two parts, every third a talk or a meeting with three
  three_parts,  // talks and meetings only
};

using Inputs = std::vector<log::SubmissionGroup>;

class Town final {
 public:
  // Errors: those of creating, opening and recording; refused when the rules do not take the town.
  static Result<std::unique_ptr<Town>> open(const TownOptions& options);

  bti::BtiLog& bti() { return bti_; }
  log::Log& log() { return *bti_.log; }
  bti::BtiGate& gate() { return *bti_.gate; }
  std::uint64_t case_count() const { return cases_.size(); }
  std::uint64_t size() const { return bti_.log->head().size.value(); }

  // `events` new events of random cases, signed in groups of `group_events`, on all cores.
  Inputs sign(std::uint64_t events, std::uint32_t group_events, Mix mix);
  // From now on only these, the first ones, are hit. REQUIRES: at least one, and they are there.
  void hit_only(std::uint64_t cases) { cases_hit_ = cases; }
  std::string case_label(std::uint64_t number) const;
  // Grows the log to `size` entries, signed in groups of 4096. Refused: an event was.
  Result<void> grow(std::uint64_t size);

 private:
  struct Case {
    SubjectId id;
    StreamId level0;  // the stream of events before the log is opened
  };
  using Draw = std::mt19937_64;

  explicit Town(const TownOptions& options) : options_(options), draw_(options.seed) {}
  Result<void> found();
  Result<void> hire();
  Result<void> add_cases();
  Result<void> load_cases();
  Result<void> save_cases() const;
  std::vector<log::SubmissionGroup> raise_concerns(std::uint64_t count);
  log::SubmissionGroup sign_group(std::uint32_t events, Mix mix, Draw& draw) const;
  log::Unsigned draft(const Case& of, const char* type, const boost::json::object& data,
                      TimeUs occurred_at) const;
  log::LogOptions log_options();
  // All at once in flight, as far as the log takes them. Refused: any of them was.
  Result<void> record(Inputs inputs);

  const TownOptions options_;
  Draw draw_;
  mutable crypto::SystemRandom random_;
  SystemClock clock_;
  bti::BtiLog bti_;
  std::vector<Case> cases_;
  std::uint64_t cases_hit_ = 0;  // 0: all
  std::vector<std::shared_ptr<const log::Signer>> signers_;
  std::unordered_map<std::string, ActorId> staff_;
  std::atomic<std::int64_t> signed_at_{0};  // occurredAt of what is being signed
};

std::string log_directory(const TownOptions& options);

}  // namespace stafett::bench
