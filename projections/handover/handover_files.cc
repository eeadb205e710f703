#include "projections/handover/handover_files.h"

#include <algorithm>
#include <boost/json.hpp>
#include <span>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

// No log has such a name, so no checkpoint begins like this.
constexpr std::string_view kHandoverFamily = "Stafett hand-over v";
constexpr std::string_view kTitles[] = {"Stafett hand-over v1", "Stafett hand-over v2"};
constexpr int kVersion = 2;
constexpr std::size_t kHeadLines = 2;
constexpr std::string_view kDocumentPrefix = "document-";

std::span<const std::string_view> listed_by(int version) {
  if (version == 1) return handover_file::kListedV1;
  return handover_file::kListed;
}

// What another log says of itself is put into texts here, line by line.
bool is_line(std::string_view text) {
  constexpr std::size_t kBytesMax = 1000;
  return !text.empty() && text.size() <= kBytesMax && std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

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
    if (!word(key) || !is_line(std::string_view{*word(key)})) return wrong;
  const json::value* consents = from->if_contains("consents");
  const auto root = from_hex(std::string_view{*word("root")});
  const auto hash = root ? Hash::from(*root) : std::nullopt;
  if (!consents || !consents->is_array() || !number("entries") || !number("size") || !hash)
    return wrong;
  const json::string& kind = *word("subjectKind");
  if ((kind != "child" && kind != "pregnant") || !parse_uuid(std::string_view{*word("case")}) ||
      !parse_time(std::string_view{*word("madeAt")}))
    return wrong;
  HandoverScope scope;
  scope.origin = *word("origin");
  scope.case_id = *word("case");
  scope.subject = *word("subject");
  scope.is_child = kind == "child";
  scope.transfer = *word("transfer");
  scope.to_municipality = *word("toMunicipality");
  for (const json::value& one : consents->get_array()) {
    if (!one.is_string() || !is_line(std::string_view{one.get_string()})) return wrong;
    scope.consents.emplace_back(one.get_string());
  }
  scope.made_at = *word("madeAt");
  scope.entries = *number("entries");
  scope.head = {TreeSize{*number("size")}, *hash};
  return scope;
}

json::object to_json(const HandedDocument& line) {
  return {{"event", to_uuid_text(line.event.view())},
          {"bytes", line.bytes},
          {"sha256", to_hex(line.sha256.view())}};
}

Result<HandedDocument> parse_handed_document(std::string_view text) {
  const Error wrong{Errc::malformed, "not of its form"};
  boost::system::error_code error;
  const json::value parsed = json::parse(text, error);
  const json::object* from = error ? nullptr : parsed.if_object();
  if (!from || from->size() != 3) return wrong;
  const json::value* event = from->if_contains("event");
  const json::value* bytes = from->if_contains("bytes");
  const json::value* sha256 = from->if_contains("sha256");
  if (!event || !event->is_string() || !bytes || !bytes->is_int64() || bytes->get_int64() < 0 ||
      !sha256 || !sha256->is_string())
    return wrong;
  const auto id = parse_uuid(std::string_view{event->get_string()});
  const auto digest = from_hex(std::string_view{sha256->get_string()});
  const auto hash = digest ? Hash::from(*digest) : std::nullopt;
  if (!id || !hash) return wrong;
  return HandedDocument{EventId{*id}, static_cast<std::uint64_t>(bytes->get_int64()), *hash};
}

std::string document_file(const EventId& event) {
  return std::string{kDocumentPrefix} + to_uuid_text(event.view());
}

bool is_document_file(std::string_view name) {
  return name.starts_with(kDocumentPrefix) && parse_uuid(name.substr(kDocumentPrefix.size()));
}

std::string sign_handover(const std::string& origin, const std::vector<FileDigest>& files,
                          const crypto::SigningKey& log_key) {
  std::string text = std::string{kTitles[kVersion - 1]} + "\n" + origin + "\n";
  for (const FileDigest& file : files) text += digest_line(file);
  return transparency::format_note({text, {transparency::sign_note(text, origin, log_key)}});
}

Result<HandoverManifest> open_handover(std::string_view note,
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
  HandoverManifest manifest;
  for (int version = 1; version <= kVersion; ++version)
    if (!lines.empty() && lines[0] == kTitles[version - 1]) manifest.version = version;
  if (manifest.version == 0 && !lines.empty() && lines[0].starts_with(kHandoverFamily))
    return Error{Errc::unsupported, "a hand-over of a later version"};
  const auto listed = listed_by(manifest.version);
  if (manifest.version == 0 || lines.size() != kHeadLines + listed.size() ||
      lines[1] != log_key.name)
    return Error{Errc::malformed, "no manifest of a hand-over, or of another log"};
  for (std::size_t i = 0; i < listed.size(); ++i) {
    ENGINE_TRY(file, parse_digest_line(lines[kHeadLines + i]));
    if (file.name != listed[i])
      return Error{Errc::malformed, "the manifest does not list the files of a hand-over"};
    manifest.files.push_back(std::move(file));
  }
  return manifest;
}

}  // namespace stafett::bti
