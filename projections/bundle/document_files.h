#pragma once
// Documents in a bundle: one file each beside the others, told of in documents.jsonl.
//
// Source:  docs/formats/bundle.md (documents)
// Threads: pure functions; files are read and written piece by piece.
// Limits:  kBundleDocumentsMax of them, kBundleDocumentBytesMax together.

#include <string>
#include <vector>

#include "engine/format/part.h"
#include "projections/bundle/bundle_files.h"
#include "projections/recorder/bti_log.h"

namespace stafett::bti {

// All of them, told of before the log is told of the bundle, so that none is missing in the end.
// Errors: too_large, corrupt, io.
Result<void> check_documents_fit(const log::Log& log, const std::vector<SubjectId>& cases);

struct DocumentOfEntry {
  Position position;
  const EventId& event;
  const DomainId& domain;
  const format::PartCommitment& promised;
};
// Into a new file. Nothing: it is not in the log any more, or its key is not.
// Errors: corrupt (other bytes than the entry commits to), io.
Result<std::optional<FileDigest>> write_document(log::Log& log, const DocumentOfEntry& document,
                                                 const std::string& directory);

}  // namespace stafett::bti
