#pragma once
// PublicTree: what of a log anybody may see: its checkpoints and hash tiles, and proofs against
// them. No entry, and no sooner than its grid allows.
//
// Source:   c2sp.org/tlog-tiles, c2sp.org/tlog-proof.
// Threads:  any.
// Lifetime: log and clock outlive it.
//
// On a grid of 15 minutes outsiders see what was recorded in a quarter of an hour, and not that
// something was recorded after a telephone call. Everything shown belongs to the tree of the
// checkpoint shown: tiles and proofs do not run ahead of it.

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "engine/log/log.h"
#include "engine/log/witness/policy_in_force.h"
#include "engine/transparency/tile.h"

namespace stafett::server {

struct PublicCheckpoint {
  transparency::TreeHead head;
  std::string note;
};

class PublicTree final {
 public:
  // `grid`: 0: each checkpoint as it is signed.
  PublicTree(const log::Log& log, Clock& clock, std::chrono::seconds grid);

  // The newest that may be shown. Errors: not_found (none yet), read_only (and nothing was shown
  // before), corrupt, bad_signature, io.
  Result<PublicCheckpoint> checkpoint() const;
  // Its note, with what witnesses have cosigned of it so far. Errors: as checkpoint(), and corrupt.
  Result<std::string> published() const;
  // A tile of that tree, or what it was at an earlier size. Errors: not_found, corrupt, io.
  Result<Bytes> tile(const transparency::Tile& tile) const;
  // Against the newest checkpoint of that tree, or of an earlier size, that enough witnesses have
  // cosigned, if one covers the position; else against the one shown.
  // Errors: not_found (not in that tree), corrupt, io.
  Result<std::string> proof(Position position) const;

 private:
  struct Cosigned {
    TreeSize shown;
    std::int64_t looked_at_us = 0;
    std::optional<PublicCheckpoint> newest;  // that enough have cosigned
    std::optional<std::string> of_shown;     // the note shown, as far as it is cosigned
  };
  Result<TreeSize> size_at(TimeUs instant) const;
  Result<std::optional<storage::StoredCheckpoint>> stored() const;
  Result<Cosigned> cosigned(TreeSize shown) const;
  Result<Cosigned> look_for_cosigned(TreeSize shown, std::int64_t now_us) const;

  const log::Log& log_;
  Clock& clock_;
  const std::int64_t grid_us_;
  mutable std::mutex mutex_;
  mutable std::optional<PublicCheckpoint> shown_;  // Guarded. The last one opened.
  mutable std::int64_t shown_at_ = -1;             // Guarded. Of the grid; with a grid only.
  // Guarded. Read when it is asked for: nobody else records a policy while this process writes.
  mutable std::optional<log::WitnessPolicies> policies_;
  // Guarded. Anybody may ask for proofs, and to look costs some signatures: once a second.
  mutable std::optional<Cosigned> cosigned_;
};

}  // namespace stafett::server
