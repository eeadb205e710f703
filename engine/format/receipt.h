#pragma once
// Receipts: the log's signed promise that a commit group is in. One signature per group; each
// event's receipt carries its path to the group's root. Never changes once given.
//
// Source: docs/formats/receipt.md.

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/crypto/ed25519.h"

namespace stafett::format {

struct ReceiptGroup {
  Position first;
  std::uint32_t count = 0;
  crypto::Signature signature;
};

// "stafett/receipts/v1\0" || origin hash || first (u64 LE) || count (u32 LE) || root.
Bytes receipt_message(const Hash& origin_hash, Position first, std::uint32_t count,
                      const Hash& root);

// Stored: count (u32 LE) || signature. The first position is the row's key.
Bytes encode(const ReceiptGroup& group);
// Errors: corrupt (wrong length; count 0).
Result<ReceiptGroup> decode_receipt_group(Position first, ByteView bytes);

}  // namespace stafett::format
