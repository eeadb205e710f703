#pragma once
// Findings: what the verifier's threads found wrong; counts all, keeps a bounded number.
//
// Threads: add() from any thread.

#include <mutex>

#include "engine/log/verify/verifier.h"

namespace stafett::log {

namespace code {
inline constexpr char kEntryHash[] = "entry-hash";
inline constexpr char kSignature[] = "signature";
inline constexpr char kStreamLink[] = "stream-link";
inline constexpr char kTimeOrder[] = "time-order";
inline constexpr char kDuplicateId[] = "duplicate-id";
inline constexpr char kKeyUnknown[] = "key-unknown";
inline constexpr char kKeyRevoked[] = "key-revoked";
inline constexpr char kPartDigest[] = "part-digest";
inline constexpr char kPartMissing[] = "part-missing";
inline constexpr char kErasureUncovered[] = "erasure-uncovered";
inline constexpr char kWithheld[] = "withheld";
inline constexpr char kTile[] = "tile";
inline constexpr char kRoot[] = "root";
inline constexpr char kCheckpointSignature[] = "checkpoint-signature";
inline constexpr char kCheckpointFork[] = "checkpoint-fork";
inline constexpr char kIndex[] = "index";
inline constexpr char kKeyUnwrap[] = "key-unwrap";
inline constexpr char kGuard[] = "guard";
}  // namespace code

std::string checkpoint_place(TreeSize size);
std::string tile_place(unsigned level, std::uint64_t index);

class Findings final {
 public:
  explicit Findings(std::size_t kept_max) : kept_max_(kept_max) {}
  void add(std::optional<Position> position, std::string place, const char* code,
           std::string detail);
  std::uint64_t count() const;
  std::vector<VerifyError> take_sorted();  // by position; those without one last

 private:
  const std::size_t kept_max_;
  mutable std::mutex mutex_;
  std::uint64_t count_ = 0;        // Guarded by mutex_.
  std::vector<VerifyError> kept_;  // Guarded by mutex_.
};

}  // namespace stafett::log
