#pragma once
// The files of one closed log as they go to the archive, written below a folder: printout, events,
// documents.
//
// Source:  docs/formats/archive.md
// Threads: one.

#include <optional>

#include "projections/archive/archived_file.h"
#include "projections/archive/printout.h"

namespace stafett::tools {

enum class PrintoutForm { pdf, html };

struct PrintoutWish {
  bti::Language language = bti::Language::nb;
  PrintoutForm form = PrintoutForm::pdf;
  std::string made_at;  // RFC 3339
};

// What lies there, whoever wrote it. Errors: not_found, io.
Result<bti::ArchivedFile> seen_file(const std::string& directory, const std::string& name);
// `name`: relative to `directory`. Errors: io.
Result<bti::ArchivedFile> write_file(const std::string& directory, const std::string& name,
                                     std::string_view bytes);

// `stem`: relative, without its ending. Errors: not_found (no weasyprint), io.
Result<bti::ArchivedFile> write_printout(const std::string& directory, const std::string& stem,
                                         const bti::ClosedLog& log, const PrintoutWish& wish);
// Every event as the archivist is given it, one a line.
Result<bti::ArchivedFile> write_events(const std::string& directory, const std::string& name,
                                       const bti::ClosedLog& log);
// By log.documents; nothing: the log has its digest only. `folder`: relative, there.
// Errors: corrupt (not what was recorded), io.
Result<std::vector<std::optional<bti::ArchivedFile>>> write_documents(bti::BtiLog& opened,
                                                                      const std::string& directory,
                                                                      const std::string& folder,
                                                                      const bti::ClosedLog& log);

}  // namespace stafett::tools
