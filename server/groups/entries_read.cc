#include "server/groups/entries_read.h"

#include "engine/format/entry.h"
#include "engine/transparency/tree.h"

namespace stafett::server {

Result<SubjectId> case_at(const ServedLog& log, Position position) {
  ENGINE_TRY(entry, log.log.store().entry(position));
  ENGINE_TRY(stream, format::stream_of_entry(entry));
  ENGINE_TRY(record, log.log.index().stream(stream));
  if (!record) return Error{Errc::corrupt, "a stream without its index row"};
  return record->subject;
}

Result<Hash> leaf_before(const ServedLog& log, TreeSize size) {
  if (size.value() == 0) return Hash{};
  ENGINE_TRY(entry, log.log.store().entry(Position{size.value() - 1}));
  return transparency::leaf_hash(entry);
}

}  // namespace stafett::server
