#include "projections/views/row_seal.h"

#include "projections/gate/padded.h"

namespace stafett::bti {
namespace {

Bytes associated_data(const RowPlace& place) {
  constexpr std::string_view purpose{"stafett/view-row/v1\0", 20};
  Bytes out;
  append(out, as_bytes(purpose));
  append(out, place.origin_hash.view());
  append(out, place.case_id.view());
  append(out, big_endian(place.version));
  append(out, as_bytes(place.name));
  return out;
}

using Key = std::array<std::uint8_t, crypto::kKeyBytes>;

void row_key_of(Key& out, const CaseKeys& keys) {
  crypto::derive_key(out, keys.content(), "stafett/view-key/v1", keys.access());
}

}  // namespace

Bytes seal_row(const CaseKeys& keys, const RowPlace& place, ByteView row, Random& random) {
  Bytes padded;
  padded.reserve(format::padded_length(row.size()));
  append(padded, row);
  pad(padded);
  const crypto::WipeGuard wipe_padded{padded};
  Key key;
  const crypto::WipeGuard wipe_key{key};
  row_key_of(key, keys);
  return crypto::seal(key, padded, associated_data(place), random);
}

Result<Bytes> open_row(const CaseKeys& keys, const RowPlace& place, ByteView sealed) {
  Key key;
  const crypto::WipeGuard wipe_key{key};
  row_key_of(key, keys);
  ENGINE_TRY(padded, crypto::open(key, sealed, associated_data(place)));
  ENGINE_TRY(row, unpadded(padded));
  padded.resize(row.size());
  return std::move(padded);
}

}  // namespace stafett::bti
