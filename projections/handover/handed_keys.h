#pragma once
// HandedKeys: the keys of those who signed the events of a hand-over, as their enrolments in it
// tell; and whether these keys have signed.
//
// That whoever enrolled a key might do so, and that no key was given up earlier than these
// entries say, the giver's log stands for.
//
// Source:   docs/formats/handover.md; docs/formats/signed-groups.md
// Threads:  one.

#include <optional>
#include <string>

#include "engine/format/entry.h"
#include "engine/log/keyring.h"
#include "engine/transparency/tree.h"

namespace stafett::bti {

// By whose keys events were signed: whoever keeps a key could have signed.
struct SignatureCounts {
  std::uint64_t own = 0, custodial = 0, system = 0;
  std::uint64_t suspect = 0;  // of these: others may have had the key by then
};

class HandedKeys final {
 public:
  // `head`: of the checkpoint; nothing: it does not hold.
  HandedKeys(std::string origin, std::optional<transparency::TreeHead> head)
      : origin_(std::move(origin)), head_(head) {}

  // A line of keys.jsonl. Errors: malformed, corrupt, refused, with what is wrong.
  Result<void> add(std::string_view line);
  // REQUIRES: all lines were added. Errors: refused (no key of them signed it).
  Result<void> check(const format::Entry& entry, Position position);
  const SignatureCounts& counts() const { return counts_; }

 private:
  const std::string origin_;
  const std::optional<transparency::TreeHead> head_;
  log::Keyring keyring_;
  std::optional<Position> last_;
  SignatureCounts counts_;
};

}  // namespace stafett::bti
