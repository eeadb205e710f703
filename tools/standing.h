#pragma once
// Standing: what a reader must be told of the key that signed an event.
//
// Threads: one. Lifetime: `reads` and `keyring` outlive it.

#include <memory>
#include <optional>
#include <string>

#include "engine/log/verify/public_record.h"

namespace stafett::tools {

class Standing final {
 public:
  // Reads the engine stream only if some key was ever said to be compromised.
  Standing(const storage::Reads& reads, const log::Keyring& keyring);

  // "suspect": its key was compromised then; "reattested": it was, and the event was attested
  // again; nothing to say: empty. Errors: corrupt, io.
  Result<std::optional<std::string>> of(Position position) const;

 private:
  const storage::Reads& reads_;
  std::unique_ptr<const log::PublicRecord> record_;  // null: no key was
};

}  // namespace stafett::tools
