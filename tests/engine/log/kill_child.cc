// A writer to be killed: opens the log at argv[1] and appends without end; on its standard output
// one line for each receipt, once it has it: position, event id, leaf hash.
//
// Exit status 2: the log did not open for writing.

#include <unistd.h>

#include <iostream>

#include "engine/base/encoding.h"
#include "engine/crypto/secret.h"
#include "tests/engine/log/test_log.h"

namespace stafett::log {
namespace {

using namespace stafett::log::testing;

std::string line_of(const Receipt& receipt) {
  return std::to_string(receipt.position.value()) + " " + to_hex(receipt.event.view()) + " " +
         to_hex(receipt.leaf_hash.view()) + "\n";
}

// One write() for all lines of a group: the parent sees whole lines up to the last.
void tell(const Outcomes& outcomes) {
  std::string lines;
  for (const Result<Outcome>& outcome : outcomes)
    if (outcome && std::holds_alternative<Receipt>(*outcome))
      lines += line_of(std::get<Receipt>(*outcome));
  if (::write(STDOUT_FILENO, lines.data(), lines.size()) < 0) ::_exit(1);  // the parent is gone
}

int run(const std::string& directory, std::uint64_t seed) {
  storage::StoreOptions store;
  store.write_buffer_bytes = 256u << 10;  // flushes happen while it runs
  LiveLog log{
      Place{LogPaths::beside(directory), storage::posix_files(), store, Domains::per_stream}, seed};
  if (!log.open() || log->read_only_reason()) return 2;
  for (std::uint64_t i = 0;; ++i) {
    log.tick();
    auto events = log.events(log.new_stream(), 1 + i % 40);
    const auto done = [](const Outcomes& outcomes) { tell(outcomes); };
    if (i % 3 == 0)
      (void)log->submit(log.admin().sign(std::move(events), log.clock().now()), done);
    else
      tell(log->submit_and_wait(log.admin().sign(std::move(events), log.clock().now())));
    if (i % 16 == 15) (void)log->checkpoint_now();
  }
}

}  // namespace
}  // namespace stafett::log

int main(int argc, char* argv[]) {
  stafett::crypto::init();
  if (argc != 3) return 1;
  return stafett::log::run(argv[1], stafett::parse_decimal(argv[2]).value_or(1));
}
