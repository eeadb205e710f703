#include "tools/bundle_place.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "projections/bundle/bundle_files.h"
#include "tools/bundle_archive.h"
#include "tools/temporary_folders.h"
#include "tools/terminal.h"
#include "tools/verify_report.h"

namespace stafett::tools {
namespace {

// A verifier key, or a file that holds one.
Result<transparency::VerifierKey> key_of(const std::string& word) {
  if (auto key = transparency::VerifierKey::parse(word)) return std::move(*key);
  ENGINE_TRY(bytes, storage::posix_files().read(word, bti::kSmallFileBytesMax));
  std::string_view text = as_text(bytes);
  if (text.ends_with('\n')) text.remove_suffix(1);
  return transparency::VerifierKey::parse(text);
}

boost::json::value period_json(const bti::BundleScope& scope) {
  if (!scope.period) return nullptr;
  return {{"from", scope.period->first.to_text()}, {"to", scope.period->last.to_text()}};
}

boost::json::value sample_json(const bti::BundleReport& report) {
  const bti::BundleScope& scope = *report.scope;
  if (!scope.sample) return nullptr;
  const boost::json::value from =
      scope.drawn_from ? boost::json::value(scope.drawn_from->value()) : nullptr;
  return {{"seed", scope.sample->seed},
          {"size", scope.sample->size},
          {"of", scope.of_whole_log ? "log" : "grant"},
          {"drawnFrom", from},
          {"population", report.population.cases},
          {"among", report.population.among},
          {"erasedStreams", report.population.erased_streams},
          {"leftOut", report.population.left_out}};
}

boost::json::value scope_json(const bti::BundleReport& report) {
  if (!report.scope) return nullptr;
  const bti::BundleScope& scope = *report.scope;
  return {{"cases", scope.cases.size()},
          {"size", report.size.value()},
          {"madeAt", to_text(scope.made_at)},
          {"grant", scope.grant},
          {"auditor", report.auditor},
          {"period", period_json(scope)},
          {"sample", sample_json(report)},
          {"logKey", report.log_key},
          {"genesis", report.genesis},
          {"streams", report.streams},
          {"streamsOfLog", report.streams_of_log},
          {"documents", report.documents}};
}

// How the cases were come by: whoever asked for them compares it with what was asked.
std::string choice_text(const bti::BundleReport& report) {
  const bti::BundleScope& scope = *report.scope;
  std::string text;
  if (scope.period)
    text += fmt::format("with something recorded {} to {}\n", scope.period->first.to_text(),
                        scope.period->last.to_text());
  if (!scope.sample) return text;
  const auto& population = report.population;
  text += fmt::format("drawn: {} by the seed '{}' from {} of {} cases of the {}",
                      scope.sample->size, shown(scope.sample->seed), population.among,
                      population.cases, scope.of_whole_log ? "log" : "grant");
  text += scope.drawn_from ? fmt::format(", as of size {}\n", scope.drawn_from->value())
                           : std::string{
                                 ", as of when the bundle was made: whoever made it may "
                                 "have known the seed\n"};
  if (population.erased_streams != 0)
    text += fmt::format("erased: {} streams; {} cases of the grant are said to be\n",
                        population.erased_streams, population.left_out);
  return text;
}

bool is_packed(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

// What is no archive of a bundle is a bundle that does not hold.
BundleVerdict verdict_on_archive(const Error& why) {
  BundleVerdict verdict;
  verdict.report.verified.level = 5;
  verdict.report.verified.error_count = 1;
  verdict.report.verified.errors.push_back(
      {std::nullopt, "file", bti::bundle_code::kFile, why.detail()});
  return verdict;
}

}  // namespace

bool is_bundle(const std::string& path) {
  if (is_packed(path)) return true;
  storage::Files& files = storage::posix_files();
  for (const std::string_view name : {bti::bundle_file::kManifest, bti::bundle_file::kShared}) {
    const auto there = files.exists(path + "/" + std::string{name});
    if (there && *there) return true;
  }
  return false;
}

Result<std::vector<std::string>> read_checkpoints(const std::vector<std::string>& paths) {
  std::vector<std::string> notes;
  for (const std::string& path : paths) {
    ENGINE_TRY(bytes, storage::posix_files().read(path, transparency::kNoteBytesMax));
    notes.emplace_back(as_text(bytes));
  }
  return notes;
}

Result<BundleVerdict> verify_bundle(const std::string& bundle, const HeldWords& held,
                                    bti::BundleVisitor* visitor) {
  bti::BundleCheckOptions options;
  if (!held.key.empty()) {
    ENGINE_TRY(key, key_of(held.key));
    options.key = std::move(key);
  }
  ENGINE_TRY(notes, read_checkpoints(held.checkpoints));
  options.held = std::move(notes);
  std::optional<TemporaryFolders> folders;
  std::string place = bundle;
  if (is_packed(bundle)) {
    folders.emplace();
    ENGINE_TRY(folder, folders->make(temporary_bundles()));
    place = folder;
    const Result<void> unpacked = unpack_bundle(bundle, place);
    if (!unpacked && unpacked.error().code() == Errc::io) return unpacked.error();
    if (!unpacked) return verdict_on_archive(unpacked.error());
  }
  BundleVerdict verdict;
  verdict.check = std::make_unique<bti::BundleCheck>(storage::posix_files(), place, options);
  ENGINE_TRY(report, verdict.check->run(visitor));
  verdict.report = std::move(report);
  return verdict;
}

boost::json::object bundle_json(const bti::BundleReport& report) {
  boost::json::object out = report_json(report.verified);
  out["bundle"] = scope_json(report);
  // Which events were signed together with those of other streams only the whole log shows.
  out["incompleteGroups"] = nullptr;
  return out;
}

void print_verdict(const bti::BundleReport& report) {
  print_verification(report.verified);
  // Of one that does not hold nothing that it says of itself is told.
  if (!report.scope || !report.verified.ok) return;
  print_text(
      fmt::format("{} cases of {} for {} under grant {}, made {}, complete to size {}\n{}"
                  "compare with what you were given:\n  log key  {}\n  genesis  {}\n",
                  report.scope->cases.size(), shown(report.scope->origin), shown(report.auditor),
                  shown(report.scope->grant), to_text(report.scope->made_at), report.size.value(),
                  choice_text(report), report.log_key, report.genesis));
}

}  // namespace stafett::tools
