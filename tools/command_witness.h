#pragma once
// The verbs of `stafett witness`, by whose side they are on.

#include <CLI/CLI.hpp>

#include "tools/command.h"

namespace stafett::tools {

// Of a witness: init, trust, list, serve, sign.
void add_witness_verbs(CLI::App& witness, Run& run);
// Of a log that is witnessed: policy, ask, request, accept.
void add_witnessed_verbs(CLI::App& witness, Run& run);

}  // namespace stafett::tools
