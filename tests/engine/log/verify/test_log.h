#pragma once
// A log of a test's own, through the real writer, with a gate that accepts everything but what it
// is told to refuse; and somebody with a RocksDB tool.

#include <rocksdb/db.h>

#include <boost/test/unit_test.hpp>
#include <memory>
#include <set>

#include "engine/crypto/seeded_random.h"
#include "engine/log/log.h"
#include "engine/log/verify/directory_verifier.h"
#include "tests/support/temporary_directory.h"

namespace stafett::log::verify_testing {

// Shared with the test: what to refuse, and what was.
struct GateBook {
  std::set<EventId> to_refuse;
  std::vector<Hash> refused;  // leaf hashes of intents, in order
};

class OpenGate final : public Gate {
 public:
  OpenGate(Log& log, GateBook& book);
  Result<Prepared> prepare(const Candidate& candidate) override;
  Decision decide(Preparation& preparation, const Placement& placement) override;
  std::vector<SubmissionGroup> refused(const RefusedEvent&) override { return {}; }
  void begin_atomic() override {}
  void end_atomic(Keep) override {}
  void durable(TreeSize) override {}

 private:
  struct Noted final : Preparation {
    EventId event;
    Hash leaf;
    StreamId stream;
    format::StreamKind kind{};
  };
  Log& log_;
  GateBook& book_;
  DomainId domain_;
  std::set<StreamId> known_;
};

class TestLog final {
 public:
  explicit TestLog(std::uint64_t seed = 1);
  ~TestLog();

  void open();   // with a gate, ready for events
  void close();  // a clean stop: all flushed, a checkpoint of everything
  Log& log() { return *log_; }
  GateBook& book() { return book_; }
  Random& random() { return random_; }
  ManualClock& clock() { return clock_; }
  LogPaths paths() const { return LogPaths::beside(directory_.path("log")); }
  storage::Files& files() { return files_; }

  Unsigned event(const StreamId& stream);
  StreamId new_stream() { return random_id<StreamId>(random_); }
  const Signer& signer();  // the administrator's custodial key
  // One event signed alone; its position. Time goes on by a second.
  Position append(const StreamId& stream);
  Position append(Unsigned event, const Signer& by);
  // As many as are recorded of those signed together.
  std::vector<Position> append_group(std::vector<Unsigned> events, const Signer& by);
  Position append_engine(const format::EngineEvent& event, const Signer& by);
  // Another actor of custody system, or a person.
  std::shared_ptr<const Signer> enrol_system() { return enrol(format::Custody::system); }
  std::shared_ptr<const Signer> enrol(format::Custody custody);
  crypto::SigningKey log_key() const;

  VerifyReport verify(const VerifyOptions& options = {});

 private:
  stafett::testing::TemporaryDirectory directory_;
  crypto::SeededRandom random_;
  ManualClock clock_;
  storage::Files& files_ = storage::posix_files();
  GateBook book_;
  std::unique_ptr<Log> log_;
  std::shared_ptr<const Signer> administrator_;
};

// The database as somebody with a RocksDB tool has it: one at a time, and no Log beside it.
class Intruder final {
 public:
  explicit Intruder(const std::string& path);
  explicit Intruder(const TestLog& log) : Intruder(log.paths().database) {}
  ~Intruder();
  Bytes get(storage::Column column, ByteView key) const;
  void put(storage::Column column, ByteView key, ByteView value);
  void put_sealed(storage::Column column, ByteView key, ByteView value);  // with a right suffix
  void remove(storage::Column column, ByteView key);
  std::vector<std::pair<Bytes, Bytes>> rows(storage::Column column) const;

 private:
  rocksdb::ColumnFamilyHandle* handle(storage::Column column) const;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

bool has(const VerifyReport& report, std::string_view code, std::string_view place,
         std::optional<Position> position = std::nullopt);
std::string described(const VerifyReport& report);

}  // namespace stafett::log::verify_testing
