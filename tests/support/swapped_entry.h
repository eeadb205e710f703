#pragma once
// An entry of a closed log, or a part of one, exchanged behind its back.

#include <string>

#include "engine/base/ids.h"

namespace stafett::testing {

// Puts this entry into the log's database; empty: takes it away. What was there.
// REQUIRES: `path` is a database of ours that nobody has open.
std::string swap_entry(const std::string& path, Position position, const std::string& entry);
std::string swap_part(const std::string& path, Position position, std::uint8_t part_class,
                      const std::string& sealed);

}  // namespace stafett::testing
