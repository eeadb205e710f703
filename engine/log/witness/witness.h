#pragma once
// Witness: cosigns checkpoints of other people's logs, each only if it goes on from the one before.
// That is all that keeps a log from showing two histories: so what was cosigned is on the disk
// before a cosignature leaves, and what cannot be written is not cosigned.
//
// Source:   c2sp.org/tlog-witness, c2sp.org/tlog-cosignature (Ed25519); docs/formats/witness.md
// Threads:  add_checkpoint() and cosigned() from any thread, one log at a time inside; the rest:
//           owner only.
// Lifetime: files and clock outlive it. It holds the directory's lock: another witness with the
// same
//           key would not know what this one cosigned.
// Limits:   kWitnessLogsMax logs; a request's (witness_request.h).
//
//   DIR/key             signing key, 0600
//   DIR/name            the verifier key, on one line
//   DIR/lock
//   DIR/logs/<SHA-256 of the origin, in hex>

#include <map>
#include <memory>
#include <mutex>

#include "engine/base/clock.h"
#include "engine/log/witness/witness_file.h"
#include "engine/storage/files.h"

namespace stafett::log {

inline constexpr std::size_t kWitnessLogsMax = 1024;

struct WitnessAnswer {
  transparency::WitnessVerdict verdict = transparency::WitnessVerdict::malformed;
  std::string lines{};  // with verdict cosign: signature lines
  TreeSize size{0};     // with verdict conflict: cosigned last
};

class Witness final {
 public:
  // A new one, which knows no log. Errors: conflict (there is one), invalid_argument (name), io.
  static Result<void> create(storage::Files& files, const std::string& directory,
                             std::string_view name, const crypto::SigningKey& key);

  // Errors: not_found (no witness), locked, corrupt (what it keeps is not what it wrote: it must
  // not cosign), io.
  static Result<std::unique_ptr<Witness>> open(storage::Files& files, Clock& clock,
                                               const std::string& directory,
                                               const crypto::SigningKey& key);
  // The same with the key in the directory. Errors: also those of load_signing_key.
  static Result<std::unique_ptr<Witness>> open(storage::Files& files, Clock& clock,
                                               const std::string& directory);

  const transparency::VerifierKey& vkey() const { return vkey_; }

  // Believes this key for checkpoints of the origin, beside others. `instead_of`: that key no
  // longer, from here on; what was cosigned with it stays what is gone on from. Errors: conflict
  // (believed already), not_found (`instead_of` is not believed), too_large (logs or keys),
  // invalid_argument (no origin, or no key that signs), io.
  Result<void> trust(const std::string& origin, const transparency::VerifierKey& key,
                     const transparency::VerifierKey* instead_of = nullptr);

  // Errors: io, refused (the clock is behind the last cosignature): nothing was cosigned, and the
  // same may be asked again.
  Result<WitnessAnswer> add_checkpoint(std::string_view body);

  struct Known {
    std::string origin;
    TreeSize size{0};          // cosigned last
    std::uint64_t time_s = 0;  // when; 0: never
  };
  std::vector<Known> known() const;  // by origin's hash

  // The checkpoint cosigned last of the log with this origin hash, with both signatures.
  // Errors: not_found (no such log, or none yet).
  Result<std::string> cosigned(const Hash& origin_hash) const;

 private:
  struct Kept {
    mutable std::mutex mutex;
    WitnessFile file;                  // Guarded by mutex, as all below.
    transparency::WitnessedLog known;  // what follows from `file`
    std::uint64_t time_s = 0;
  };

  Witness(storage::Files& files, Clock& clock, std::string directory, crypto::SigningKey key,
          transparency::VerifierKey vkey)
      : files_(files),
        clock_(clock),
        directory_(std::move(directory)),
        key_(std::move(key)),
        vkey_(std::move(vkey)) {}
  Result<void> read_logs();
  Result<void> take_text(Kept& kept, const Hash& origin_hash, std::string_view text) const;
  Result<void> take(Kept& kept, WitnessFile file) const;
  Result<WitnessAnswer> judge(Kept& kept, const Hash& origin_hash,
                              const transparency::OpenedRequest& request);
  Result<WitnessAnswer> cosign(Kept& kept, const Hash& origin_hash,
                               const transparency::OpenedRequest& request);
  std::string path_of(const Hash& origin_hash) const;

  storage::Files& files_;
  Clock& clock_;
  const std::string directory_;
  const crypto::SigningKey key_;
  const transparency::VerifierKey vkey_;
  std::unique_ptr<storage::FileLock> lock_;
  std::map<Hash, std::unique_ptr<Kept>> logs_;  // by origin hash; changed by trust() only
};

// Where the key of the witness in `directory` is.
std::string witness_key_path(const std::string& directory);

}  // namespace stafett::log
