#pragma once
// The XML files of a Noark 5 extract of closed logs: arkivstruktur, endringslogg, arkivuttrekk.
//
// Source:  Noark 5 version 5.0 and ADDML 8.3 of the National Archives; docs/formats/archive.md
// Threads: pure functions.
// Errors of all: too_large (no memory).

#include <span>

#include "projections/archive/archived_file.h"
#include "projections/archive/closed_log.h"

namespace stafett::bti {

struct NoarkCase {
  ClosedLog log;
  std::vector<ArchivedFile> own;  // printout and events, made for the archive
  // By the documents of `log`; nothing: only its digest is known.
  std::vector<std::optional<ArchivedFile>> documents;
};

struct NoarkExtract {
  std::string origin;
  std::string creator;           // the archive's creator: the municipality
  std::string archivist;         // as shown
  std::string shielding;         // the law by which it is shielded
  std::string made_at;           // RFC 3339
  std::vector<NoarkCase> cases;  // at least one
};

Result<std::string> arkivstruktur(const NoarkExtract& extract);
// What changed in the metadata of a folder: its level, its holder, its status, and corrections.
// Each case has at least one: that it was closed.
Result<std::string> endringslogg(const NoarkExtract& extract);
// `files`: the extract's other XML files, and the schemas that come with it.
Result<std::string> arkivuttrekk(const NoarkExtract& extract, std::span<const ArchivedFile> files);

// The day of an instant (RFC 3339) where the log is kept.
std::string local_day(const std::string& instant);

// The id of a unit that the log has none for: of the same unit always the same.
std::string unit_id(std::string_view kind, std::string_view of);

}  // namespace stafett::bti
