// stafett: the command-line program.

#include "engine/crypto/secret.h"
#include "tools/command_export.h"

namespace {

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
  using namespace stafett::tools;
  stafett::crypto::init();
  CLI::App app{"Stafett: an audit log for the relay log of BTI", "stafett"};
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done, 1 failed or outcome unknown, 2 usage, 3 verification failed,\n"
      "4 not found, 5 refused by a rule or conflict.");
  Run run;
  for (const auto add :
       {add_init,    add_append,       add_scenario, add_simulate, add_log,        add_case,
        add_history, add_findings,     add_worklist, add_access,   add_statistics, add_verify,
        add_proof,   add_export_tiles, add_status,   add_stats,    add_rebuild,    add_guard,
        add_backup,  add_restore,      add_keys,     add_profile,  add_serve,      add_config,
        add_token,   add_bench,        add_erase,    add_witness,  add_timestamp,  add_audit,
        add_receipt, add_export,       add_archive,  add_handover})
    add(app, run);
  check_words(app);
  const auto is_named = [&](const CLI::App* one) { return one->get_name() == argv[1]; };
  if (argc > 1 && argv[1][0] != '-' && app.get_subcommands(is_named).empty()) {
    talk(std::string{"no command '"} + argv[1] + "'; --help lists them");
    return kUsage;
  }
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
