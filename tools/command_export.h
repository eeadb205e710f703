#pragma once
// stafett export, and its forms that have a file of their own.

#include "tools/command.h"

namespace stafett::tools {

void add_export(CLI::App& app, Run& run);
void add_export_tables(CLI::App& exports, Run& run);

}  // namespace stafett::tools
