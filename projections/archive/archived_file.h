#pragma once
// A file that goes to the archive, with what proves its bytes.

#include <string>

#include "engine/base/ids.h"

namespace stafett::bti {

struct ArchivedFile {
  std::string name;  // relative to the extract or the message, with '/'
  std::string title;
  std::string kind;     // dokumenttype
  std::string format;   // "PDF/A-2b", "JSON Lines", or a media type
  std::string variant;  // variantformat
  std::uint64_t bytes = 0;
  Hash sha256;
};

}  // namespace stafett::bti
