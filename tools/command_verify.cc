// stafett verify: is the log what it says it is?

#include "engine/log/verify/directory_verifier.h"
#include "projections/recorder/erasure_roles.h"
#include "projections/recorder/refused_intents.h"
#include "tools/bundle_place.h"
#include "tools/command.h"
#include "tools/open_log.h"
#include "tools/verify_report.h"

namespace stafett::tools {
namespace {

struct VerifyWords {
  std::string directory;
  unsigned level = 4;
  std::uint64_t since = 0;
  std::string key;                // a bundle's
  std::vector<std::string> held;  // files
  bool all_heads = false;
  bool json = false;
};

int run_verify_bundle(const VerifyWords& words) {
  if (words.since != 0 || words.all_heads)
    return fail_usage("--since and --all-heads are asked of a log: a bundle is checked whole");
  const Result<BundleVerdict> verdict =
      verify_bundle(words.directory, {words.key, words.held}, nullptr);
  if (!verdict) return fail(verdict.error());
  words.json ? print_line(bundle_json(verdict->report)) : print_verdict(verdict->report);
  return verdict->report.verified.ok ? kDone : kVerificationFailed;
}

int run_verify(const VerifyWords& words) {
  if (is_bundle(words.directory)) return run_verify_bundle(words);
  if (!words.key.empty() || !words.held.empty())
    return fail_usage("--key and --checkpoint are asked of a bundle");
  Progress progress{"verify"};
  log::VerifyOptions options;
  options.level = words.level;
  options.since = TreeSize{words.since};
  options.all_heads = words.all_heads;
  options.progress = [&](std::uint64_t done, std::uint64_t total) { progress.show(done, total); };
  const log::LogPaths paths = log::LogPaths::beside(words.directory);
  const auto refused = [](const storage::Reads& reads, const log::VerifyKeys& keys) {
    return bti::refused_intents(reads, keys, system_random());
  };
  const auto without_role = [](const storage::Reads& reads, const log::VerifyKeys& keys,
                               std::span<const log::ErasureOrder::Act> acts) {
    return bti::erasures_without_role(reads, keys, system_random(), acts);
  };
  const Result<log::VerifyReport> report = log::verify_directory({paths,
                                                                  storage::posix_files(),
                                                                  system_random(),
                                                                  {},
                                                                  refused,
                                                                  log::AskGuard::yes,
                                                                  without_role},
                                                                 options);
  if (!report) return fail(report.error());
  words.json ? print_line(report_json(*report)) : print_verification(*report);
  return report->ok ? kDone : kVerificationFailed;
}

}  // namespace

void add_verify(CLI::App& app, Run& run) {
  auto words = std::make_shared<VerifyWords>();
  CLI::App* command =
      app.add_subcommand("verify", "Checks a log, with or without a writer at work; or a bundle");
  command->add_option("DIR", words->directory, "the log, or an audit bundle")->required();
  command->add_option("--level", words->level, "0 to 5; of a log")->check(CLI::Range(0u, 5u));
  command->add_option("--since", words->since, "only what was added to a log of this size");
  command->add_flag("--all-heads", words->all_heads,
                    "compares every StreamHeads with the entries, not only the newest 64");
  command->add_option("--key", words->key, "of a bundle: the log's verifier key, as you hold it");
  command
      ->add_option("--checkpoint", words->held,
                   "of a bundle: FILE, a checkpoint that you kept; may be there several times")
      ->allow_extra_args(false);
  command->add_flag("--json", words->json, "one JSON document");
  command->callback([words, &run] { run = [words] { return run_verify(*words); }; });
}

}  // namespace stafett::tools
