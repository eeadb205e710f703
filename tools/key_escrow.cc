#include "tools/key_escrow.h"

#include <fmt/format.h>

#include "engine/log/keeping/key_table_format.h"
#include "engine/log/keeping/root_escrow.h"
#include "engine/log/keeping/root_key_source.h"
#include "tools/backup_words.h"
#include "tools/public_log.h"
#include "tools/root_key_shares.h"

namespace stafett::tools {
namespace {

struct EscrowWords {
  std::string directory;
  std::vector<std::string> files;
  unsigned shares = 0, threshold = 0;
};

// Of the table beside the log. Errors: not_found (there is none), corrupt, unsupported.
Result<log::KeyTableHeader> table_header(const log::LogPaths& paths) {
  ENGINE_TRY(file, storage::posix_files().open_read(paths.key_table));
  ENGINE_TRY(head, file->read_at(0, log::kKeyTableHeaderBytes));
  if (head.size() < log::kKeyTableHeaderBytes)
    return Error{Errc::corrupt, paths.key_table + ": shorter than its header"};
  return log::decode_key_table_header(head);
}

Result<int> escrow(const EscrowWords& words) {
  if (words.shares != words.files.size())
    return fail_usage(
        fmt::format("{} shares, and {} files for them", words.shares, words.files.size()));
  const log::LogPaths paths = log::LogPaths::beside(words.directory);
  ENGINE_TRY(root, log::load_root_key(paths.root_key));
  ENGINE_TRY(header, table_header(paths));
  // Shares of a key that opens nothing would be found out only when they are needed.
  if (log::root_key_id(root) != header.root_key_id)
    return Error{Errc::conflict, "the root key is not the one of the key table"};
  ENGINE_TRY_VOID(write_shares({words.files, words.threshold}, root, header.origin));
  talk(
      fmt::format("{} shares, of which {} bring the root key back: each to a person of its own, "
                  "and none left here",
                  words.shares, words.threshold));
  return int{kDone};
}

Result<int> recover(const EscrowWords& words) {
  const log::LogPaths paths = log::LogPaths::beside(words.directory);
  storage::Files& files = storage::posix_files();
  ENGINE_TRY(there, files.exists(paths.root_key));
  if (there) return Error{Errc::conflict, paths.root_key + " is there: it is not overwritten"};
  ENGINE_TRY(recovered, log::recover_root_key(words.files));
  const auto header = table_header(paths);
  if (!header && header.error().code() != Errc::not_found) return header.error();
  if (header && (header->origin != recovered.origin ||
                 header->root_key_id != log::root_key_id(recovered.root)))
    return Error{Errc::conflict,
                 "the shares are of another log, or of an older root key, than " + paths.key_table};
  ENGINE_TRY_VOID(files.make_directory(paths.keys));
  ENGINE_TRY_VOID(files.replace(paths.root_key, recovered.root.view()));
  if (!header) talk("there is no key table to compare with: put it back, then verify at level 5");
  return int{kDone};
}

void set_verb(CLI::App& command, Run& run, const std::shared_ptr<EscrowWords>& words,
              Result<int> (*verb)(const EscrowWords&)) {
  command.callback([words, &run, verb] {
    run = [words, verb] {
      const Result<int> code = verb(*words);
      return code ? *code : fail_backup(code.error());
    };
  });
}

}  // namespace

void add_key_escrow(CLI::App& keys, Run& run) {
  auto words = std::make_shared<EscrowWords>();
  CLI::App* splitting = keys.add_subcommand("escrow", "The root key as shares for several people");
  splitting->add_option("DIR", words->directory, "the log")->required();
  splitting->add_option("OUT", words->files, "a file for each share")->required();
  splitting->add_option("--shares", words->shares, "how many")->required();
  splitting->add_option("--threshold", words->threshold, "how many of them bring it back")
      ->required();
  set_verb(*splitting, run, words, escrow);

  auto of_recovery = std::make_shared<EscrowWords>();
  CLI::App* joining = keys.add_subcommand("recover", "The root key from shares");
  joining->add_option("DIR", of_recovery->directory, "the log; only its keys are touched")
      ->required();
  joining->add_option("SHARE", of_recovery->files, "at least as many as the threshold")->required();
  set_verb(*joining, run, of_recovery, recover);
}

}  // namespace stafett::tools
