// stafett proof: that an entry is in the log, in one file that is checked offline.

#include "engine/log/entry_proof.h"
#include "tools/command.h"
#include "tools/public_log.h"
#include "tools/witnessed_log.h"

namespace stafett::tools {
namespace {

struct ProofWords {
  std::string directory;
  std::uint64_t position = 0;
  bool is_final = false;
};

Result<void> print_proof(const ProofWords& words) {
  const Position position{words.position};
  ENGINE_TRY(opened, open_public(words.directory));
  ENGINE_TRY(witnessed, WitnessedLog::of(*opened));
  ENGINE_TRY(chosen, witnessed->checkpoint_for(position));
  if (words.is_final && !chosen.is_final)
    return Error{Errc::refused, "no checkpoint that enough witnesses have cosigned covers it"};
  const PublicLog::Checkpoint& checkpoint = chosen.checkpoint;
  ENGINE_TRY(proof, log::entry_proof(*opened->store, position, checkpoint.head, checkpoint.note));
  print_text(proof);
  return {};
}

}  // namespace

void add_proof(CLI::App& app, Run& run) {
  auto words = std::make_shared<ProofWords>();
  CLI::App* command = app.add_subcommand(
      "proof", "A tlog-proof of an entry, against a cosigned checkpoint if there is one");
  command->add_option("DIR", words->directory, "the log")->required();
  command->add_option("POSITION", words->position, "0 is the first entry")->required();
  command->add_flag("--final", words->is_final, "nothing, unless enough witnesses have cosigned");
  command->callback([words, &run] {
    run = [words] {
      const Result<void> done = print_proof(*words);
      return done ? kDone : fail(done.error());
    };
  });
}

}  // namespace stafett::tools
