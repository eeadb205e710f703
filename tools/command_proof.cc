// stafett proof: that an entry is in the log, in one file that is checked offline.

#include "engine/transparency/tlog_proof.h"
#include "tools/command.h"
#include "tools/public_log.h"

namespace stafett::tools {
namespace {

Result<void> print_proof(const std::string& directory, Position position) {
  ENGINE_TRY(opened, open_public(directory));
  if (position.value() >= opened->store->size().value())
    return Error{Errc::not_found, "the log has no such position"};
  ENGINE_TRY(checkpoint, opened->checkpoint());
  const transparency::TreeHead& head = checkpoint.head;
  if (position.value() >= head.size.value())
    return Error{Errc::not_found, "no checkpoint covers this position yet"};
  transparency::TileHashSource source{head.size, log::tile_reader(*opened->store, head.size)};
  ENGINE_TRY(path, transparency::inclusion_proof(source, position, head.size));
  // Never hand out a proof that does not prove.
  ENGINE_TRY(entry, opened->store->entry(position));
  ENGINE_TRY_VOID(
      transparency::verify_inclusion(transparency::leaf_hash(entry), position, head, path));
  print_text(transparency::format_tlog_proof({std::nullopt, position, path, checkpoint.note}));
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
