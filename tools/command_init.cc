// stafett init: a new log, its guard and its keys.

#include <fstream>
#include <sstream>

#include "engine/transparency/note.h"
#include "tools/command.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

struct InitWords {
  std::string directory, origin, profile, root_key = "file";
  std::vector<std::string> administrators;
  std::uint16_t threshold = 1;
};

Result<log::NewLog::Administrator> parse_administrator(const std::string& word) {
  const std::size_t mark = word.find('=');
  if (mark == std::string::npos || mark == 0)
    return Error{Errc::invalid_argument, "--admin takes LABEL=VKEY"};
  const Result<transparency::VerifierKey> vkey =
      transparency::VerifierKey::parse(std::string_view{word}.substr(mark + 1));
  if (!vkey || vkey->type != transparency::KeyType::ed25519)
    return Error{Errc::invalid_argument, "--admin: not an Ed25519 vkey"};
  return log::NewLog::Administrator{word.substr(0, mark), vkey->key};
}

Result<bti::Profile> read_profile(const std::string& path) {
  if (path.empty()) return bti::Profile{};
  constexpr std::size_t kProfileBytesMax = std::size_t{1} << 20;
  ENGINE_TRY(bytes, storage::posix_files().read(path, kProfileBytesMax));
  return bti::profile_from_toml(as_text(bytes));
}

Result<void> init(const InitWords& words) {
  bti::NewBtiLog fresh;
  fresh.origin = words.origin;
  fresh.threshold = words.threshold;
  fresh.root_key = words.root_key;
  ENGINE_TRY(profile, read_profile(words.profile));
  fresh.profile = profile;
  for (const std::string& word : words.administrators) {
    ENGINE_TRY(administrator, parse_administrator(word));
    fresh.administrators.push_back(std::move(administrator));
  }
  if (fresh.administrators.empty())
    talk(
        "warning: no --admin given: the key of `admin` is made and kept here, so whoever holds "
        "this "
        "machine can sign as the administrator");
  const log::LogPaths paths = log::LogPaths::beside(words.directory);
  ENGINE_TRY_VOID(bti::create_log(paths, fresh, log_options()));
  // Opened once, so that the log has a checkpoint from the beginning.
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY_VOID(opened.log->checkpoint_now());
  print_text(opened.log->keyring().log_key().to_string() + "\n");
  return {};
}

}  // namespace

void add_init(CLI::App& app, Run& run) {
  auto words = std::make_shared<InitWords>();
  CLI::App* command = app.add_subcommand("init", "Makes a new log; prints its verifier key");
  command->add_option("DIR", words->directory, "where the log is to be")->required();
  command->add_option("--origin", words->origin, "the log's name, stafett.example/9901")
      ->required();
  command->add_option("--profile", words->profile, "the municipality's rules, TOML");
  command->add_option("--admin", words->administrators, "LABEL=VKEY; may be repeated");
  command->add_option("--threshold", words->threshold, "how many administrators act together");
  command->add_option("--root-key", words->root_key,
                      "where the root key is kept: file, credential:NAME or pkcs11:... (RFC 7512)");
  command->callback([words, &run] {
    run = [words] {
      const Result<void> made = init(*words);
      return made ? kDone : fail(made.error());
    };
  });
}

}  // namespace stafett::tools
