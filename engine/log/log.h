#pragma once
// Log: one municipality's log, open for writing. Builds the parts, checks the database against the
// guard, and runs the threads. The way of one event: submit() -> Intake -> Door (many threads) ->
// Sequencer (one thread: gate, stamp, tree, storage and guard) -> done().
//
// Threads:  submit() and all reads from any thread; open(), start(), stop(): owner only.
// Lifetime: clock, random and files outlive the Log. stop() (also by the destructor) drains.
//
// A database that is shorter than or different from what the guard remembers, or that contradicts
// its own checkpoint, opens read-only: reads work, submit() answers read_only with the reason.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/log/checkpointer.h"
#include "engine/log/keeping/directory_layout.h"
#include "engine/log/opener.h"
#include "engine/log/sequencer.h"
#include "engine/log/signer.h"

namespace stafett::log {

struct LogOptions {
  Clock& clock;
  Random& random;
  storage::Files& files;
  storage::StoreOptions store{};
  std::size_t door_threads = std::max(1u, std::thread::hardware_concurrency());
  std::chrono::milliseconds checkpoint_interval{1000};  // 0: only on demand
};

// What a new log is born with. Administrators named by label and public key keep their own keys;
// the program makes and keeps those of `custodial`.
struct NewLog {
  struct Administrator {
    std::string label;
    std::optional<crypto::PublicKey> key;  // empty: custodial
  };
  std::string origin;
  std::vector<Administrator> administrators;
  std::uint16_t threshold = 1;
  std::string profile;            // canonical JSON of the first municipal profile
  std::string root_key = "file";  // where it is kept: words of RootKeySource
};

struct StreamIds {
  StreamId engine, directory, audit;
};

class Log final {
 public:
  // Errors: conflict (something is there already: a log, or what a creation cut short has left;
  // detail names every path to remove), invalid_argument, io.
  static Result<void> create(const LogPaths& paths, const NewLog& what, const LogOptions& options);

  // Errors: not_found, locked (another writer), corrupt (genesis or keys unusable), unsupported,
  // io.
  static Result<std::unique_ptr<Log>> open(const LogPaths& paths, const LogOptions& options);
  ~Log();

  // Takes events from here on. REQUIRES: once.
  void start(std::unique_ptr<Gate> gate);
  void stop();

  // `done` runs on the sequencer's thread, after what it tells of is durable. `fingerprints`: what
  // makes a repetition of an event id the same (default: the intent's bytes).
  // Errors: queue_full (nothing queued), read_only, malformed (empty or too large a group).
  Result<void> submit(SubmissionGroup group, Done done, std::vector<Hash> fingerprints = {});
  Result<void> submit_attempt(Attempt attempt, Done done);
  // Waits until all that was submitted before has its outcome and is durable, or the log has
  // failed. Not from the sequencer's thread. Errors: read_only.
  Result<void> wait_for_submitted();
  // Waits for the outcome. Not from the sequencer's thread.
  Outcomes submit_and_wait(SubmissionGroup group, std::vector<Hash> fingerprints = {});

  transparency::TreeHead head() const;   // durable
  TreeSize size() const;                 // of head(), without waiting for anybody
  HeadWatch& heads() { return heads_; }  // wakes when head() has moved
  std::optional<std::string> read_only_reason() const;
  // Signs the durable tree now. Errors: read_only, and those of Checkpointer::checkpoint().
  Result<std::string> checkpoint_now();
  std::optional<storage::StoredCheckpoint> latest_checkpoint() const;

  const std::string& origin() const { return keyring_.genesis()->origin; }
  const Hash& origin_hash() const { return keyring_.origin_hash(); }
  const LogPaths& paths() const { return paths_; }
  const StreamIds& streams() const { return streams_; }
  const std::string& first_profile() const { return first_profile_; }
  const storage::Store& store() const { return *store_; }
  storage::Store& store() { return *store_; }
  const Guard* guard() const { return guard_.get(); }
  const Keyring& keyring() const { return keyring_; }
  const SealedIndex& index() const { return *index_; }
  const Opener& opener() const { return *opener_; }
  Vault& vault() { return *vault_; }
  Clock& clock() { return options_.clock; }
  Random& random() { return options_.random; }
  storage::Files& files() { return options_.files; }
  const Signer& system() const { return *system_; }
  LogSigner& log_signer() { return log_signer_; }

  // The signer of an actor whose key is kept here. Errors: not_found (no key, or not here).
  Result<std::shared_ptr<const Signer>> signer_of(const ActorId& actor) const;
  // Makes, stores and enrols a custodial key, unless the actor has a key. Waits.
  Result<void> enrol_custodial(const ActorId& actor);

 private:
  Log(const LogPaths& paths, const LogOptions& options) : paths_(paths), options_(options) {}
  Result<void> open_store();
  Result<void> open_keys();
  Result<void> load_keyring();
  Result<void> open_tree();
  Result<void> compare_with_guard(const transparency::TreeHead& head);
  Result<void> remove_orphan_chunks();
  void checkpoint_loop();
  Result<std::shared_ptr<const Signer>> load_signer(const KeyId& key) const;

  const LogPaths paths_;
  const LogOptions options_;
  std::unique_ptr<storage::Store> store_;
  crypto::KeyArena arena_;
  std::unique_ptr<KeyTable> key_table_;
  std::unique_ptr<Vault> vault_;
  StreamIds streams_;
  std::string first_profile_;
  Keyring keyring_;
  LogSigner log_signer_{keyring_};
  std::unique_ptr<SealedIndex> index_;
  std::unique_ptr<Opener> opener_;
  std::shared_ptr<const Signer> system_;
  std::unique_ptr<Guard> guard_;
  std::unique_ptr<Checkpointer> checkpointer_;
  std::optional<std::string> read_only_;  // Constant after open().
  std::optional<transparency::TileBuilder> tree_;
  TimeUs last_recorded_at_;

  // Made by start().
  std::unique_ptr<Gate> gate_;
  RecentEvents recent_;
  HeadWatch heads_;
  std::unique_ptr<StreamTable> stream_table_;
  Intake intake_;
  std::unique_ptr<Door> door_;
  std::unique_ptr<Sequencer> sequencer_;
  std::vector<std::thread> threads_;
  std::mutex stop_mutex_;
  std::condition_variable stop_wakes_;
  bool stopping_ = false;  // Guarded by stop_mutex_.

  mutable std::mutex signers_mutex_;
  // Read from its file again when it is not here: each costs locked pages of its own, of which a
  // process can have only so many.
  static constexpr std::size_t kSignersKept = 4'096;
  mutable std::unordered_map<KeyId, std::shared_ptr<const Signer>, IdHash> signers_;  // Guarded.
  mutable std::deque<KeyId> signers_in_order_;  // Guarded. Of signers_, the oldest first.
};

// Where the key of an actor is kept.
std::string actor_key_path(const LogPaths& paths, const KeyId& key);

}  // namespace stafett::log
