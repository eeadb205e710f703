#include "tools/standing.h"

#include "engine/format/entry.h"
#include "engine/transparency/tree.h"

namespace stafett::tools {

Standing::Standing(const storage::Reads& reads, const log::Keyring& keyring) : reads_(reads) {
  if (!keyring.compromised().empty()) record_ = log::read_public_record(reads);
}

Result<std::optional<std::string>> Standing::of(Position position) const {
  if (!record_) return std::optional<std::string>{};
  ENGINE_TRY(bytes, reads_.entry(position));
  ENGINE_TRY(entry, format::decode_entry(bytes));
  const auto key = record_->keyring.find(entry.intent.key);
  if (!key || !key->suspect_at(position)) return std::optional<std::string>{};
  const bool again =
      record_->is_reattested(position, transparency::leaf_hash(bytes), entry.intent.actor);
  return std::optional{std::string{again ? "reattested" : "suspect"}};
}

}  // namespace stafett::tools
