// stafett: the command-line program.

#include <algorithm>
#include <string_view>

#include "engine/crypto/secret.h"
#include "tools/command_export.h"

namespace {

using namespace stafett::tools;

struct Command {
  std::string_view name;
  void (*add)(CLI::App& app, Run& run);
};

constexpr Command kCommands[] = {{"init", add_init},
                                 {"append", add_append},
                                 {"scenario", add_scenario},
                                 {"simulate", add_simulate},
                                 {"log", add_log},
                                 {"case", add_case},
                                 {"history", add_history},
                                 {"findings", add_findings},
                                 {"worklist", add_worklist},
                                 {"access", add_access},
                                 {"statistics", add_statistics},
                                 {"verify", add_verify},
                                 {"proof", add_proof},
                                 {"export-tiles", add_export_tiles},
                                 {"status", add_status},
                                 {"stats", add_stats},
                                 {"rebuild", add_rebuild},
                                 {"guard", add_guard},
                                 {"backup", add_backup},
                                 {"restore", add_restore},
                                 {"keys", add_keys},
                                 {"profile", add_profile},
                                 {"serve", add_serve},
                                 {"config", add_config},
                                 {"token", add_token},
                                 {"bench", add_bench},
                                 {"erase", add_erase},
                                 {"witness", add_witness},
                                 {"timestamp", add_timestamp},
                                 {"audit", add_audit},
                                 {"receipt", add_receipt},
                                 {"export", add_export},
                                 {"archive", add_archive},
                                 {"handover", add_handover}};

// Of all options: an empty word is a mistake of a script, and a number below zero has no meaning.
std::string check_word(const std::string& word) {
  if (word.empty()) return "is empty";
  const bool below_zero = word.size() > 1 && word[0] == '-' && word[1] >= '0' && word[1] <= '9';
  return below_zero ? "is below zero" : "";
}

void check_words(CLI::App& app) {
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    check_words(*command);
    for (CLI::Option* option : command->get_options([](CLI::Option*) { return true; }))
      if (option->get_type_size() > 0) option->check(CLI::Validator{check_word, ""});
  }
}

}  // namespace

int main(int argc, char** argv) {
  stafett::crypto::init();
  CLI::App app{"Stafett: an audit log for the relay log of BTI", "stafett"};
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done, 1 failed or outcome unknown, 2 usage, 3 verification failed,\n"
      "4 not found, 5 refused by a rule or conflict.");
  Run run;
  // One that is named is made alone: the words of all of them are a good part of a short run's
  // time.
  const std::string_view first = argc > 1 ? argv[1] : "";
  const auto named = std::ranges::find(kCommands, first, &Command::name);
  if (named == std::end(kCommands) && !first.empty() && first.front() != '-') {
    talk("no command '" + std::string{first} + "'; --help lists them");
    return kUsage;
  }
  for (const Command& command : kCommands)
    if (named == std::end(kCommands) || command.name == first) command.add(app, run);
  check_words(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  const int code = run();
  if (!flush_output()) {
    talk("cannot write to stdout");
    return code == kDone ? kFailed : code;
  }
  return code;
}
