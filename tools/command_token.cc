// stafett token: a short access token for trying out the server on this machine.

#include "server/auth/local_issuer.h"
#include "tools/command.h"
#include "tools/open_log.h"
#include "tools/public_log.h"

namespace stafett::tools {
namespace {

// Beside a server that has the log open. Whether anybody is called that, the server says.
Result<void> print_token(const std::string& directory, const std::string& person) {
  ENGINE_TRY(opened, open_public(directory));
  ENGINE_TRY(issuer,
             server::LocalIssuer::open(storage::posix_files(), opened->paths, opened->origin()));
  ENGINE_TRY(token, issuer.token_for(person, log_options().clock.now(), system_random()));
  print_text(token + "\n");
  return {};
}

}  // namespace

void add_token(CLI::App& app, Run& run) {
  auto directory = std::make_shared<std::string>();
  auto person = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "token", "A bearer token of 15 minutes, which `serve` on loopback takes as PERSON's");
  command->add_option("DIR", *directory, "the log")->required();
  command->add_option("PERSON", *person, "the person's label")->required();
  command->callback([directory, person, &run] {
    run = [directory, person] {
      const Result<void> done = print_token(*directory, *person);
      return done ? kDone : fail(done.error());
    };
  });
}

}  // namespace stafett::tools
