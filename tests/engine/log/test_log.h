#pragma once
// A log through the real writer, for tests: a gate that accepts everything but what says "refuse",
// keys of several custodies, and the checks that every receipt must pass.

#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>
#include <mutex>
#include <set>

#include "engine/crypto/seeded_random.h"
#include "engine/log/log.h"
#include "tests/support/rounds.h"
#include "tests/support/temporary_directory.h"

namespace stafett::log::testing {

inline constexpr std::string_view kOrigin = "stafett.example/9901";
inline constexpr std::int64_t kSecondUs = 1'000'000;

using stafett::testing::full_rounds;

// What a gate did. Written on the sequencer's thread: read it when nothing is in flight.
struct GateBook {
  std::vector<EventId> folded;          // the gate's state: what it accepted and kept
  std::vector<std::string> attempts;    // codes of what the engine refused
  std::uint64_t durable = 0;            // size
  std::function<void()> before_decide;  // runs on the sequencer's thread
};

enum class Domains { one, per_stream };

// Accepts all but events whose fact begins with "refuse".
class PlainGate final : public Gate {
 public:
  PlainGate(Log& log, GateBook& book, Domains domains)
      : log_(log), book_(book), domains_(domains) {}
  Result<Prepared> prepare(const Candidate& candidate) override;
  Decision decide(Preparation& preparation, const Placement& placement) override;
  std::vector<SubmissionGroup> refused(const RefusedEvent& event) override;
  void begin_atomic() override;
  void end_atomic(Keep keep) override;
  void durable(TreeSize size) override { book_.durable = size.value(); }

 private:
  struct Noted final : Preparation {
    EventId event;
    StreamId stream;
    StreamRecord record;
    bool refuse = false;
  };
  Result<StreamRecord> record_of(const format::Intent& intent);

  Log& log_;
  GateBook& book_;
  const Domains domains_;
  std::mutex mutex_;
  std::map<StreamId, StreamRecord> records_;  // Guarded by mutex_.
  std::optional<DomainId> shared_;            // Guarded by mutex_.
  std::set<StreamId> indexed_;                // Sequencer only, as all below.
  std::vector<StreamId> indexed_in_group_;
  std::size_t folded_before_ = 0;
};

// Where a log lives, and everything that outlives an open one.
struct Place {
  LogPaths paths;
  storage::Files& files = storage::posix_files();
  storage::StoreOptions store{};
  Domains domains = Domains::one;
};

// A key that is not kept beside the log.
struct Author {
  crypto::SigningKey key;
  ActorId actor;
  format::Custody custody;
  Position enrolled_at;
  Signer signer(const Log& log) const {
    return Signer{log.origin_hash(), actor, custody, enrolled_at, key};
  }
};

class LiveLog final {
 public:
  LiveLog();  // in a temporary directory: created and open
  explicit LiveLog(Place place, std::uint64_t seed = 1);  // neither

  Result<void> create();
  Result<void> open();  // and starts
  void close();         // a clean stop
  void abandon() { log_.reset(); }
  void reopen();

  Log& operator*() { return *log_; }
  Log* operator->() { return log_.get(); }
  bool is_open() const { return log_ != nullptr; }
  const LogPaths& paths() const { return place_.paths; }
  GateBook& book() { return book_; }
  Random& random() { return random_; }
  ManualClock& clock() { return clock_; }
  LogOptions options();
  void tick(std::int64_t us = kSecondUs) { clock_.set(TimeUs{clock_.now().value() + us}); }

  const Signer& admin() { return *admin_; }
  StreamId new_stream() { return random_id<StreamId>(random_); }
  Unsigned event(const StreamId& stream, std::string_view fact = "fact");
  std::vector<Unsigned> events(const StreamId& stream, std::size_t count);
  SubmissionGroup signed_alone(Unsigned event);
  // Signed by the administrator; the first of the group's outcomes.
  Outcome submit(Unsigned event);
  Receipt record(Unsigned event);  // REQUIREs that it is accepted
  Receipt record(const StreamId& stream) { return record(event(stream)); }
  std::string refusal_of(SubmissionGroup group);  // of its first event; REQUIREs one

  Author new_author(format::Custody custody = format::Custody::own);
  SubmissionGroup enrolment(const Author& author, const Signer& by);
  Author enrol(format::Custody custody = format::Custody::own);
  SubmissionGroup engine_event(const format::EngineEvent& event, const Signer& by);

 private:
  std::unique_ptr<stafett::testing::TemporaryDirectory> directory_;  // empty: not ours
  Place place_;
  crypto::SeededRandom random_;
  ManualClock clock_{TimeUs{1'767'225'600 * kSecondUs}};
  GateBook book_;
  std::unique_ptr<Log> log_;
  std::shared_ptr<const Signer> admin_;
};

// The submission with its first intent changed and signed anew.
SubmissionGroup forged(SubmissionGroup group, const Hash& origin_hash,
                       const crypto::SigningKey& key,
                       const std::function<void(format::Intent&)>& change);

// The log's signature holds, and what is stored is what the receipt names.
void check_receipt(const Log& log, const Receipt& receipt);
void check_same(const Receipt& a, const Receipt& b);
// Contiguous positions, versions and previous hashes in every stream; the root is the entries'.
void check_whole(const Log& log);
void require_ok(const Result<void>& result);

}  // namespace stafett::log::testing
