#include "tools/bundle_place.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "projections/bundle/bundle_files.h"
#include "tools/bundle_archive.h"
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

boost::json::value scope_json(const bti::BundleReport& report) {
  if (!report.scope) return nullptr;
  const bti::BundleScope& scope = *report.scope;
  return {{"cases", scope.cases.size()},      {"size", report.size.value()},
          {"madeAt", to_text(scope.made_at)}, {"grant", scope.grant},
          {"logKey", report.log_key},         {"genesis", report.genesis},
          {"streams", report.streams},        {"streamsOfLog", report.streams_of_log}};
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
  std::unique_ptr<UnpackedBundle> unpacked;
  if (is_packed(bundle)) {
    auto folder = UnpackedBundle::of(bundle);
    if (!folder && folder.error().code() == Errc::io) return folder.error();
    if (!folder) return verdict_on_archive(folder.error());
    unpacked = std::move(*folder);
  }
  BundleVerdict verdict;
  verdict.check = std::make_unique<bti::BundleCheck>(storage::posix_files(),
                                                     unpacked ? unpacked->path() : bundle, options);
  ENGINE_TRY(report, verdict.check->run(visitor));
  verdict.report = std::move(report);
  return verdict;
}

boost::json::object bundle_json(const bti::BundleReport& report) {
  boost::json::object out = report_json(report.verified);
  out["bundle"] = scope_json(report);
  return out;
}

void print_verdict(const bti::BundleReport& report) {
  print_verification(report.verified);
  if (!report.scope) return;
  print_text(fmt::format(
      "{} cases of {} under grant {}, made {}, complete to size {}\n"
      "compare with what you were given:\n  log key  {}\n  genesis  {}\n",
      report.scope->cases.size(), report.scope->origin, report.scope->grant,
      to_text(report.scope->made_at), report.size.value(), report.log_key, report.genesis));
}

}  // namespace stafett::tools
