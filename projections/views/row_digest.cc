#include "projections/views/row_digest.h"

#include <algorithm>

namespace stafett::bti {

Hash RowDigest::finish() {
  std::ranges::sort(rows_, {}, &Row::case_id);
  crypto::Sha256 sha;
  for (const Row& row : rows_) sha.update(row.case_id.view()).update(row.hash.view());
  return sha.finish();
}

Result<Hash> stored_digest(const ViewRead& read, const Generation& generation) {
  RowDigest digest;
  ENGINE_TRY_VOID(
      read.rows(generation, SubjectId{}, [&](const SubjectId& case_id, const Bytes& row) {
        digest.add(case_id, row);
        return Result<storage::Scan>{storage::Scan::more};
      }));
  return digest.finish();
}

}  // namespace stafett::bti
