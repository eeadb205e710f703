#include "engine/storage/checked_row.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"

namespace stafett::storage {
namespace {

std::array<std::uint8_t, kRowSuffixBytes> suffix_of(Column column, ByteView key, ByteView value) {
  const std::uint8_t zero[] = {0};
  const Hash hash = crypto::sha256({as_bytes(column_name(column)), ByteView{zero}, key, value});
  std::array<std::uint8_t, kRowSuffixBytes> suffix{};
  std::copy_n(hash.data(), kRowSuffixBytes, suffix.begin());
  return suffix;
}

}  // namespace

Bytes seal_row(Column column, ByteView key, ByteView value) {
  Bytes row;
  row.reserve(value.size() + kRowSuffixBytes);
  append(row, value);
  append(row, suffix_of(column, key, value));
  return row;
}

Result<ByteView> open_row(Column column, ByteView key, ByteView row) {
  if (row.size() >= kRowSuffixBytes) {
    const ByteView value = row.first(row.size() - kRowSuffixBytes);
    const auto suffix = suffix_of(column, key, value);
    if (std::equal(suffix.begin(), suffix.end(), row.end() - kRowSuffixBytes)) return value;
  }
  return Error{Errc::corrupt, row_name(column, key) + ": not what was stored"};
}

std::string row_name(Column column, ByteView key) {
  return std::string(column_name(column)) + " " + to_hex(key);
}

}  // namespace stafett::storage
