#include "projections/handover/handover_files.h"

#include <boost/json.hpp>

#include "engine/base/encoding.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

// No log has such a name, so no checkpoint begins like this.
constexpr std::string_view kHandoverFamily = "Stafett hand-over v";
constexpr std::string_view kHandoverTitle = "Stafett hand-over v1";
constexpr std::size_t kHeadLines = 2;

}  // namespace

std::string scope_text(const HandoverScope& scope) {
  json::array consents;
  for (const std::string& one : scope.consents) consents.emplace_back(one);
  const json::object out{{"origin", scope.origin},
                         {"case", scope.case_id},
                         {"subject", scope.subject},
                         {"subjectKind", scope.is_child ? "child" : "pregnant"},
                         {"transfer", scope.transfer},
                         {"toMunicipality", scope.to_municipality},
                         {"consents", std::move(consents)},
                         {"madeAt", scope.made_at},
                         {"entries", scope.entries},
                         {"size", scope.head.size.value()},
                         {"root", to_hex(scope.head.root.view())}};
  return json::serialize(out) + "\n";
}

Result<HandoverScope> parse_handover_scope(std::string_view text) {
  const Error wrong{Errc::malformed, "handover.json is not what it must be"};
  boost::system::error_code error;
  const json::value parsed = json::parse(text, error);
  const json::object* from = error ? nullptr : parsed.if_object();
  if (!from || from->size() != 11) return wrong;
  const auto word = [&](const char* key) -> const json::string* {
    const json::value* value = from->if_contains(key);
    return value ? value->if_string() : nullptr;
  };
  const auto number = [&](const char* key) -> std::optional<std::uint64_t> {
    const json::value* value = from->if_contains(key);
    if (!value || !value->is_int64() || value->get_int64() < 0) return std::nullopt;
    return static_cast<std::uint64_t>(value->get_int64());
  };
  for (const char* key :
       {"origin", "case", "subject", "subjectKind", "transfer", "toMunicipality", "madeAt", "root"})
    if (!word(key)) return wrong;
  const json::value* consents = from->if_contains("consents");
  const auto root = from_hex(std::string_view{*word("root")});
  const auto hash = root ? Hash::from(*root) : std::nullopt;
  if (!consents || !consents->is_array() || !number("entries") || !number("size") || !hash)
    return wrong;
  HandoverScope scope;
  scope.origin = *word("origin");
  scope.case_id = *word("case");
  scope.subject = *word("subject");
  scope.is_child = *word("subjectKind") == "child";
  scope.transfer = *word("transfer");
  scope.to_municipality = *word("toMunicipality");
  for (const json::value& one : consents->get_array()) {
    if (!one.is_string()) return wrong;
    scope.consents.emplace_back(one.get_string());
  }
  scope.made_at = *word("madeAt");
  scope.entries = *number("entries");
  scope.head = {TreeSize{*number("size")}, *hash};
  return scope;
}

std::string sign_handover(const std::string& origin, const std::vector<FileDigest>& files,
                          const crypto::SigningKey& log_key) {
  std::string text = std::string{kHandoverTitle} + "\n" + origin + "\n";
  for (const FileDigest& file : files) text += digest_line(file);
  return transparency::format_note({text, {transparency::sign_note(text, origin, log_key)}});
}

Result<std::vector<FileDigest>> open_handover(std::string_view note,
                                              const transparency::VerifierKey& log_key) {
  ENGINE_TRY(parsed, transparency::parse_note(note));
  ENGINE_TRY_VOID(transparency::verify_note(parsed, {&log_key, 1}));
  std::vector<std::string_view> lines;
  const std::string_view text{parsed.text};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  const bool is_one = !lines.empty() && lines[0].starts_with(kHandoverFamily);
  if (is_one && lines[0] != kHandoverTitle)
    return Error{Errc::unsupported, "a hand-over of a later version"};
  if (!is_one || lines.size() != kHeadLines + handover_file::kListed.size() ||
      lines[1] != log_key.name)
    return Error{Errc::malformed, "no manifest of a hand-over, or of another log"};
  std::vector<FileDigest> files;
  for (std::size_t i = 0; i < handover_file::kListed.size(); ++i) {
    ENGINE_TRY(file, parse_digest_line(lines[kHeadLines + i]));
    if (file.name != handover_file::kListed[i])
      return Error{Errc::malformed, "the manifest does not list the files of a hand-over"};
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace stafett::bti
