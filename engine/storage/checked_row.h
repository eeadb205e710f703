#pragma once
// Rows that cannot be recomputed from the entries carry a suffix of their own, so that whoever
// reads them, without any key, sees a flipped bit or a row moved to another key. It is no proof
// against an attacker: who can write the database can write the suffix too; those rows are signed
// or sealed inside.
//
// Source: docs/formats/storage.md; suffix = first 8 bytes of
//         SHA-256(column name || 0x00 || key || value).

#include "engine/base/result.h"
#include "engine/storage/columns.h"

namespace stafett::storage {

inline constexpr std::size_t kRowSuffixBytes = 8;

// value || suffix.
Bytes seal_row(Column column, ByteView key, ByteView value);
// The value, borrowed from `row`. Errors: corrupt, naming the column and the key in hex.
Result<ByteView> open_row(Column column, ByteView key, ByteView row);

// "labels 0a0b": how errors name a row.
std::string row_name(Column column, ByteView key);

}  // namespace stafett::storage
