#pragma once
// The figures of a period as an SQLite database.
//
// Source:  docs/reference/statistics.md (its tables)
// Threads: any.

#include "projections/statistics/document.h"

namespace stafett::bti {

// The bytes of the database file. Errors: corrupt (figures of no known form), io (SQLite's own).
Result<Bytes> sqlite_database(const StatisticsDocument& document);

}  // namespace stafett::bti
