#pragma once
// BlockChecker: all checks of an entry that need no other entry: form, leaf hash, signature, sealed
// parts, attachments; and the receipts and checkpoints that lie in a block.
//
// Threads:  check() from any thread, one block each.
// Lifetime: everything referred to outlives it.

#include <unordered_map>

#include "engine/format/receipt.h"
#include "engine/log/verify/block.h"
#include "engine/log/verify/content_check.h"
#include "engine/log/verify/findings.h"
#include "engine/log/verify/public_record.h"

namespace stafett::log {

struct CheckPlace {
  const VerifyInput& input;
  const VerifyOptions& options;
  const PublicRecord& record;
  const FingerprintMaker& fingerprints;
  Findings& findings;
};

class BlockChecker final {
 public:
  explicit BlockChecker(const CheckPlace& place) : place_(place), content_(place) {}
  void check(Block& block) const;

 private:
  // Groups of this block whose signature was looked at; most have all their events in one block.
  struct GroupKey {
    crypto::Signature signature;
    Hash root;
    KeyId key;
    std::uint32_t count;
    friend bool operator==(const GroupKey&, const GroupKey&) = default;
  };
  struct GroupKeyHash {
    std::size_t operator()(const GroupKey& key) const { return IdHash{}(key.root); }
  };
  using Groups = std::unordered_map<GroupKey, CheckedEntry::Signed, GroupKeyHash>;
  struct Observed {
    TreeSize size;
    std::optional<Hash> root;
  };
  // What one entry's check leaves for the next ones of its block.
  struct Memory {
    Groups groups;
    Observed observed;
  };

  void check_entry(Block& block, std::size_t index, Memory& memory) const;
  void check_signature(const format::Entry& entry, CheckedEntry& to, Groups& groups) const;
  void check_observed(const format::Intent& intent, Position position, Observed& observed) const;
  void check_rows(const CheckedEntry& entry) const;
  void check_receipts(Block& block) const;
  std::uint64_t check_cut_group(Block& block) const;
  bool receipts_hold(const format::ReceiptGroup& group, std::span<const Hash> leaves) const;
  void check_checkpoints(Block& block) const;

  const CheckPlace place_;
  const ContentCheck content_;
};

// The key that signs entry 0 is the log's own.
std::optional<crypto::PublicKey> public_key_of(const PublicRecord& record, const KeyId& key,
                                               Position position);

}  // namespace stafett::log
