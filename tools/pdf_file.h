#pragma once
// A page as PDF, by the program `weasyprint` (Debian's package weasyprint): tagged, PDF/UA-1.
//
// Threads: one.

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace stafett::tools {

// Errors: not_found (no such program).
Result<void> check_pdf_program();

// `to`: whole or not at all; mode 0600. Errors: not_found (no such program), io (it failed; it says
// why on stderr).
Result<void> write_pdf(const std::string& to, std::string_view html);

}  // namespace stafett::tools
