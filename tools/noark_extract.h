#pragma once
// A Noark 5 extract as a folder: the XML files, the documents, and the schemas when they are given.
//
// Source:  docs/formats/archive.md
// Threads: one.

#include "projections/archive/noark.h"
#include "tools/archive_files.h"

namespace stafett::tools {

struct ExtractWish {
  std::string creator, archivist, shielding;
  std::string schemas;  // a folder with the official ones; empty: neither copied nor asked
  PrintoutWish printout;
};

struct WrittenExtract {
  Hash digest;  // of arkivuttrekk.xml, which has the others'
  std::size_t documents = 0;
};
// `directory`: there, empty. Errors: not_found (weasyprint, a schema, an erased document),
// malformed (a file is not as its schema says), corrupt, io.
Result<WrittenExtract> write_noark(bti::BtiLog& opened, std::vector<bti::ClosedLog> logs,
                                   const ExtractWish& wish, const std::string& directory);

}  // namespace stafett::tools
