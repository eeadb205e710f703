// stafett verify: is the log what it says it is?

#include <fmt/format.h>

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "engine/log/verify/directory_verifier.h"
#include "projections/recorder/refused_intents.h"
#include "tools/command.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

struct VerifyWords {
  std::string directory;
  unsigned level = 4;
  std::uint64_t since = 0;
  bool json = false;
};

boost::json::object to_json(const log::VerifyReport& report) {
  boost::json::array errors;
  for (const log::VerifyError& error : report.errors)
    errors.push_back({{"position", error.position ? boost::json::value(error.position->value())
                                                  : boost::json::value(nullptr)},
                      {"place", error.place},
                      {"code", error.code},
                      {"detail", error.detail}});
  return {{"ok", report.ok},
          {"origin", report.origin},
          {"size", report.size.value()},
          {"root", report.level >= 2 ? boost::json::value(to_base64(report.root.view()))
                                     : boost::json::value(nullptr)},  // not computed
          {"level", report.level},
          {"entries", report.entries},
          {"signatures",
           {{"own", report.signatures.own},
            {"custodial", report.signatures.custodial},
            {"system", report.signatures.system}}},
          {"parts", report.parts},
          {"erased", report.erased},
          {"suspect", report.suspect},
          {"incompleteGroups", report.incomplete_groups},
          {"errorCount", report.error_count},
          {"errors", std::move(errors)}};
}

void print_report(const log::VerifyReport& report) {
  print_text(
      fmt::format("{}: level {}, size {}{}\n{} entries; signatures: {} own, {} "
                  "custodial, {} system; {} parts, {} erased, {} suspect\n",
                  report.ok ? "ok" : "NOT OK", report.level, report.size.value(),
                  report.level >= 2 ? ", root " + to_base64(report.root.view()) : std::string{},
                  report.entries, report.signatures.own, report.signatures.custodial,
                  report.signatures.system, report.parts, report.erased, report.suspect));
  for (const log::VerifyError& error : report.errors)
    print_text(fmt::format("{}  {}: {}: {}\n",
                           error.position ? std::to_string(error.position->value()) : "-",
                           error.place, error.code, error.detail));
  if (report.error_count > report.errors.size())
    print_text(fmt::format("and {} more\n", report.error_count - report.errors.size()));
}

int run_verify(const VerifyWords& words) {
  Progress progress{"verify"};
  log::VerifyOptions options;
  options.level = words.level;
  options.since = TreeSize{words.since};
  options.progress = [&](std::uint64_t done, std::uint64_t total) { progress.show(done, total); };
  const log::LogPaths paths = log::LogPaths::beside(words.directory);
  const auto refused = [](const storage::Reads& reads, const log::VerifyKeys& keys) {
    return bti::refused_intents(reads, keys, system_random());
  };
  const Result<log::VerifyReport> report =
      log::verify_directory({paths, storage::posix_files(), system_random(), {}, refused}, options);
  if (!report) return fail(report.error());
  words.json ? print_line(to_json(*report)) : print_report(*report);
  return report->ok ? kDone : kVerificationFailed;
}

}  // namespace

void add_verify(CLI::App& app, Run& run) {
  auto words = std::make_shared<VerifyWords>();
  CLI::App* command =
      app.add_subcommand("verify", "Checks a log, with or without a writer at work");
  command->add_option("DIR", words->directory, "the log")->required();
  command->add_option("--level", words->level, "0 to 5")->check(CLI::Range(0u, 5u));
  command->add_option("--since", words->since, "only what was added to a log of this size");
  command->add_flag("--json", words->json, "one JSON document");
  command->callback([words, &run] { run = [words] { return run_verify(*words); }; });
}

}  // namespace stafett::tools
