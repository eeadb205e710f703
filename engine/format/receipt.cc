#include "engine/format/receipt.h"

namespace stafett::format {

Bytes receipt_message(const Hash& origin_hash, Position first, std::uint32_t count,
                      const Hash& root) {
  constexpr std::string_view context{"stafett/receipts/v1\0", 20};
  Bytes message;
  append(message, as_bytes(context));
  append(message, origin_hash.view());
  append(message, little_endian(first.value()));
  append(message, little_endian(count));
  append(message, root.view());
  return message;
}

Bytes encode(const ReceiptGroup& group) {
  Bytes bytes;
  append(bytes, little_endian(group.count));
  append(bytes, group.signature.view());
  return bytes;
}

Result<ReceiptGroup> decode_receipt_group(Position first, ByteView bytes) {
  if (bytes.size() != 4 + crypto::Signature::kBytes)
    return Error{Errc::corrupt, "receipt group has a wrong length"};
  ReceiptGroup group;
  group.first = first;
  for (std::size_t i = 4; i > 0; --i) group.count = group.count << 8 | bytes[i - 1];
  if (group.count == 0) return Error{Errc::corrupt, "receipt group of nothing"};
  group.signature = *crypto::Signature::from(bytes.subspan(4));
  return group;
}

}  // namespace stafett::format
