#pragma once
// A command of the program: parses its words, calls the library, prints. One file each.

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>

#include "tools/terminal.h"

namespace stafett::tools {

// Set by the command that was chosen; run after all words are understood.
using Run = std::function<int()>;

// A word behind a command's own, with words in common. `verb`: its exit code, or what failed.
template <class Words>
CLI::App* add_verb(CLI::App& command, Run& run, const std::shared_ptr<Words>& words,
                   const char* name, const char* what, Result<int> (*verb)(const Words&)) {
  CLI::App* added = command.add_subcommand(name, what);
  added->callback([words, &run, verb] {
    run = [words, verb] {
      const Result<int> code = verb(*words);
      return code ? *code : fail(code.error());
    };
  });
  return added;
}

// The same of a log: DIR comes first.
template <class Words>
CLI::App* add_log_verb(CLI::App& command, Run& run, const std::shared_ptr<Words>& words,
                       const char* name, const char* what, Result<int> (*verb)(const Words&)) {
  CLI::App* added = add_verb(command, run, words, name, what, verb);
  added->add_option("DIR", words->directory, "the log")->required();
  return added;
}

void add_access(CLI::App& app, Run& run);
void add_append(CLI::App& app, Run& run);
void add_archive(CLI::App& app, Run& run);
void add_audit(CLI::App& app, Run& run);
void add_backup(CLI::App& app, Run& run);
void add_bench(CLI::App& app, Run& run);
void add_case(CLI::App& app, Run& run);
void add_config(CLI::App& app, Run& run);
void add_erase(CLI::App& app, Run& run);
void add_export_tiles(CLI::App& app, Run& run);
void add_findings(CLI::App& app, Run& run);
void add_guard(CLI::App& app, Run& run);
void add_handover(CLI::App& app, Run& run);
void add_history(CLI::App& app, Run& run);
void add_init(CLI::App& app, Run& run);
void add_keys(CLI::App& app, Run& run);
void add_log(CLI::App& app, Run& run);
void add_profile(CLI::App& app, Run& run);
void add_proof(CLI::App& app, Run& run);
void add_receipt(CLI::App& app, Run& run);
void add_rebuild(CLI::App& app, Run& run);
void add_restore(CLI::App& app, Run& run);
void add_scenario(CLI::App& app, Run& run);
void add_serve(CLI::App& app, Run& run);
void add_simulate(CLI::App& app, Run& run);
void add_statistics(CLI::App& app, Run& run);
void add_stats(CLI::App& app, Run& run);
void add_status(CLI::App& app, Run& run);
void add_timestamp(CLI::App& app, Run& run);
void add_token(CLI::App& app, Run& run);
void add_verify(CLI::App& app, Run& run);
void add_witness(CLI::App& app, Run& run);
void add_worklist(CLI::App& app, Run& run);

}  // namespace stafett::tools
