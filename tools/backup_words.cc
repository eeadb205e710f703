#include "tools/backup_words.h"

#include <filesystem>
#include <limits>

#include "engine/base/encoding.h"
#include "tools/open_log.h"
#include "tools/terminal.h"

namespace stafett::tools {

log::BackupSurroundings backup_surroundings() {
  const log::LogOptions options = log_options();
  return {options.clock, options.random, options.files};
}

std::string absolute_path(const std::string& path) {
  std::error_code error;
  std::string out = std::filesystem::absolute(path, error).string();
  while (out.size() > 1 && out.back() == '/') out.pop_back();
  return out;
}

boost::json::object to_json(const log::BackupManifest& manifest) {
  boost::json::object json{{"generation", manifest.generation},
                           {"time", to_text(manifest.made_at)},
                           {"origin", manifest.origin},
                           {"size", manifest.state.size.value()},
                           {"root", to_base64(manifest.state.root.view())},
                           {"level", manifest.verified_level},
                           {"verifiedFrom", manifest.checked.since.value()},
                           {"verifiedAgain", nullptr},
                           {"checkpoint", nullptr},
                           {"guard", nullptr},
                           {"table", nullptr},
                           {"files", manifest.files.size()}};
  std::uint64_t bytes = 0;
  for (const log::BackupFile& file : manifest.files) bytes += file.bytes;
  json["bytes"] = bytes;
  if (manifest.checked.first < manifest.checked.end)
    json["verifiedAgain"] = {{"from", manifest.checked.first.value()},
                             {"to", manifest.checked.end.value() - 1}};
  if (!manifest.checkpoint.empty()) json["checkpoint"] = as_text(manifest.checkpoint);
  if (manifest.guard)
    json["guard"] = {{"size", manifest.guard->size.value()},
                     {"root", to_base64(manifest.guard->root.view())}};
  if (manifest.table)
    json["table"] = {{"bytes", manifest.table->bytes},
                     {"records", manifest.table->records},
                     {"rootKeyId", to_hex(manifest.table->root_key_id.view())},
                     {"sha256", to_hex(manifest.table->sha256.view())}};
  return json;
}

boost::json::object to_json(const log::DrillOutcome& outcome) {
  return {{"generation", outcome.generation},
          {"time", to_text(outcome.at)},
          {"ok", outcome.ok},
          {"level", outcome.level},
          {"size", outcome.size.value()},
          {"parts", outcome.parts},
          {"contentOpened", outcome.ok && outcome.level == 5},
          {"faults", outcome.faults}};
}

int fail_backup(const Error& error) {
  const int code = fail(error);
  const bool damage = error.code() == Errc::corrupt || error.code() == Errc::bad_signature;
  return damage ? int{kVerificationFailed} : code;
}

Result<log::AtGeneration> parse_at(const std::string& text) {
  if (text.empty()) return log::AtGeneration{};
  if (text.front() == 'g') {
    const auto number = parse_decimal(std::string_view{text}.substr(1));
    if (number && *number > 0 && *number <= std::numeric_limits<std::uint32_t>::max())
      return log::AtGeneration{log::GenerationNumber{static_cast<std::uint32_t>(*number)}};
  } else if (const auto size = parse_decimal(text)) {
    return log::AtGeneration{TreeSize{*size}};
  } else if (const auto time = parse_time(text)) {
    return log::AtGeneration{*time};
  }
  return Error{Errc::invalid_argument,
               "--at: g and a generation's number, a size, or a time as 2026-02-24T09:00:00Z"};
}

}  // namespace stafett::tools
