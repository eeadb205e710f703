// stafett: the command-line program.

#include "engine/crypto/secret.h"
#include "tools/command.h"

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
        add_keys,    add_profile,      add_bench})
    add(app, run);
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
