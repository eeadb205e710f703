#include "engine/log/verify/fingerprint.h"

#include "engine/crypto/sha256.h"

namespace stafett::log {

Fingerprint FingerprintMaker::of_row(ByteView key, ByteView value) const {
  // Keys of a column all have one length, so the concatenation is unambiguous.
  const Hash hash = crypto::sha256({key_, key, value});
  return {{from_big_endian<std::uint64_t>(hash.view()),
           from_big_endian<std::uint64_t>(hash.view().subspan(8))}};
}

}  // namespace stafett::log
