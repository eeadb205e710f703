#pragma once
// TableWriter: tables, one after the other, a row at a time, into some form that analysts read.
//
// Threads: one.

#include <string>
#include <variant>
#include <vector>

#include "engine/base/result.h"

namespace stafett::bti {

enum class ColumnType : unsigned char { integer, real, text };
struct Column {
  std::string name;
  ColumnType type;
};
// Nothing; or of the column's type.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;

class TableWriter {
 public:
  virtual ~TableWriter() = default;
  // Names are of letters, digits and underscores, and not taken. Ends the table before it.
  // Errors of all: io.
  virtual Result<void> begin(const std::string& name, const std::vector<Column>& columns) = 0;
  // REQUIRES: as many cells as columns.
  virtual Result<void> row(const std::vector<Cell>& cells) = 0;
  // All of it is there, synced, when it returns.
  virtual Result<void> finish() = 0;
};

}  // namespace stafett::bti
