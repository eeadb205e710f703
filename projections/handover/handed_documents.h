#pragma once
// HandedDocuments: what was attached to the events of a hand-over and lies beside them, compared
// with what these events say of it.
//
// Source:   docs/formats/handover.md
// Threads:  one.
// Lifetime: files outlives it.
// Limits:   kHandoverDocumentsMax documents of format::kAttachmentLengthMax; about 100 bytes each.

#include <map>
#include <set>

#include "engine/format/entry.h"
#include "engine/storage/files.h"
#include "projections/bundle/bundle_lines.h"
#include "projections/handover/handover_files.h"

namespace stafett::bti {

class HandedDocuments final {
 public:
  HandedDocuments(storage::Files& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {}

  // An event of the package, in which `line` opens what was committed to.
  void expect(const EntryLine& line, const format::Entry& entry);
  // A line of documents.jsonl. REQUIRES: all events were told. Errors: malformed, refused (with
  // what is wrong), io.
  Result<void> check(std::string_view line);

  // Names of their files.
  const std::set<std::string>& found() const { return found_; }

 private:
  struct Attached {
    std::uint64_t bytes = 0;
    Hash digest;
  };

  storage::Files& files_;
  const std::string directory_;
  std::map<EventId, Attached> attached_;  // as far as their events are opened
  std::set<std::string> found_;
};

}  // namespace stafett::bti
