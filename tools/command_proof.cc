// stafett proof: that an entry is in the log, in one file that is checked offline.

#include "engine/log/entry_proof.h"
#include "tools/command.h"
#include "tools/public_log.h"

namespace stafett::tools {
namespace {

Result<void> print_proof(const std::string& directory, Position position) {
  ENGINE_TRY(opened, open_public(directory));
  ENGINE_TRY(checkpoint, opened->checkpoint());
  ENGINE_TRY(proof, log::entry_proof(*opened->store, position, checkpoint.head, checkpoint.note));
  print_text(proof);
  return {};
}

}  // namespace

void add_proof(CLI::App& app, Run& run) {
  auto directory = std::make_shared<std::string>();
  auto position = std::make_shared<std::uint64_t>(0);
  CLI::App* command = app.add_subcommand(
      "proof", "A tlog-proof of an entry against the newest checkpoint, on stdout");
  command->add_option("DIR", *directory, "the log")->required();
  command->add_option("POSITION", *position, "0 is the first entry")->required();
  command->callback([directory, position, &run] {
    run = [directory, position] {
      const Result<void> done = print_proof(*directory, Position{*position});
      return done ? kDone : fail(done.error());
    };
  });
}

}  // namespace stafett::tools
