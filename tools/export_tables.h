#pragma once
// What a reporting consumer may have, as tables: the de-identified events of all cases, their
// facts, and the figures that were published.
//
// Source: docs/formats/export-tables.md

#include <string>

#include "projections/exports/tables/table_writer.h"
#include "projections/recorder/bti_log.h"

namespace stafett::tools {

// A read by the consumer is recorded in each case of which something is told, before it is written.
// `person`: the consumer's label. Errors: not_found, refused (no reporting consumer), read_only,
// corrupt, io.
Result<void> write_tables(const bti::BtiLog& opened, const std::string& person,
                          const std::vector<bti::TableWriter*>& writers);

}  // namespace stafett::tools
