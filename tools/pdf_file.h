#pragma once
// A page as PDF, by the program `weasyprint` (Debian's package weasyprint).
//
// Threads: one.

#include <string>
#include <string_view>

#include "tools/temporary_folders.h"

namespace stafett::tools {

// Errors: not_found (no such program).
Result<void> check_pdf_program();

// Tagged, PDF/UA-1. `to`: whole or not at all; mode 0600; the page and what is not whole yet are in
// one of the folders beside it. Errors: not_found (no such program), io (it failed; it says why on
// stderr).
Result<void> write_pdf(const std::string& to, std::string_view html, TemporaryFolders& folders);

// `variant`: as weasyprint names it, "pdf/a-2b" or "pdf/ua-1". The page must refer to nothing
// outside itself. `pdf_path` is written by weasyprint; mode 0600. Errors: as above.
Result<void> write_pdf(const std::string& html_path, const std::string& pdf_path,
                       const std::string& variant);

}  // namespace stafett::tools
