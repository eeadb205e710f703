#pragma once
// RowSeal: rows of views, sealed under a key of both of the case's erasure domains, so that a row
// is lost with either key, wherever a copy of it lies.
//
// Source:  docs/formats/view-rows.md
// Threads: any.

#include "engine/base/random.h"
#include "projections/gate/case_keys.h"
#include "projections/views/generation.h"

namespace stafett::bti {

// Of which log, whose row, of what.
struct RowPlace {
  const Hash& origin_hash;
  std::string_view name;
  std::uint32_t version;
  const SubjectId& case_id;
};

Bytes seal_row(const CaseKeys& keys, const RowPlace& place, ByteView row, Random& random);
// Errors: corrupt (not sealed so).
Result<Bytes> open_row(const CaseKeys& keys, const RowPlace& place, ByteView sealed);

}  // namespace stafett::bti
