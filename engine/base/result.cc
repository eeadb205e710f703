#include "engine/base/result.h"

#include <cstdio>
#include <cstdlib>

namespace stafett {

const char* errc_name(Errc code) {
  switch (code) {
    case Errc::unset:
      return "unset";
    case Errc::not_found:
      return "not-found";
    case Errc::queue_full:
      return "queue-full";
    case Errc::too_large:
      return "too-large";
    case Errc::malformed:
      return "malformed";
    case Errc::unsupported:
      return "unsupported";
    case Errc::corrupt:
      return "corrupt";
    case Errc::io:
      return "io";
    case Errc::outcome_unknown:
      return "outcome-unknown";
    case Errc::read_only:
      return "read-only";
    case Errc::locked:
      return "locked";
    case Errc::conflict:
      return "conflict";
    case Errc::refused:
      return "refused";
    case Errc::bad_signature:
      return "bad-signature";
    case Errc::invalid_argument:
      return "invalid-argument";
    case Errc::erased:
      return "erased";
  }
  return "unset";
}

std::string Error::to_string() const {
  std::string text = errc_name(code_);
  if (!detail_.empty()) text += ": " + detail_;
  return text;
}

void throw_exception_from_error(const Error& error, const boost::source_location& at) {
  std::fprintf(stderr, "stafett: value() of a failed Result at %s:%u: %s (from %s:%u)\n",
               at.file_name(), at.line(), error.to_string().c_str(), error.at().file_name(),
               error.at().line());
  std::abort();
}

}  // namespace stafett
