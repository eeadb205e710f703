#include "projections/bundle/manifest.h"

#include "engine/base/encoding.h"

namespace stafett::bti {
namespace {

// No log has such a name, so no checkpoint begins like this.
constexpr std::string_view kFamily = "Stafett audit bundle v";
constexpr std::string_view kTitle = "Stafett audit bundle v1";
constexpr std::size_t kLinesBefore = 4;

}  // namespace

std::string sign_manifest(const Manifest& manifest, const crypto::SigningKey& log_key) {
  std::string text{kTitle};
  text += "\n" + manifest.origin + "\n" + std::to_string(manifest.size.value()) + "\n" +
          std::to_string(manifest.heads.value()) + "\n";
  for (const FileDigest& file : manifest.files) text += digest_line(file);
  return transparency::format_note(
      {text, {transparency::sign_note(text, manifest.origin, log_key)}});
}

Result<Manifest> open_manifest(std::string_view note, const transparency::VerifierKey& log_key) {
  ENGINE_TRY(parsed, transparency::parse_note(note));
  ENGINE_TRY_VOID(transparency::verify_note(parsed, {&log_key, 1}));
  std::vector<std::string_view> lines;
  const std::string_view text{parsed.text};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  const bool is_manifest = !lines.empty() && lines[0].starts_with(kFamily);
  if (is_manifest && lines[0] != kTitle)
    return Error{Errc::unsupported, "a bundle of a later version"};
  if (!is_manifest || lines.size() != kLinesBefore + bundle_file::kAll.size())
    return Error{Errc::malformed, "no manifest of a bundle"};
  const auto size = parse_decimal(lines[2]);
  const auto heads = parse_decimal(lines[3]);
  if (lines[1] != log_key.name || !size || !heads)
    return Error{Errc::malformed, "the manifest is of another log, or of no size"};
  Manifest manifest{std::string{lines[1]}, TreeSize{*size}, Position{*heads}, {}};
  for (std::size_t i = 0; i < bundle_file::kAll.size(); ++i) {
    ENGINE_TRY(file, parse_digest_line(lines[kLinesBefore + i]));
    if (file.name != bundle_file::kAll[i])
      return Error{Errc::malformed, "the manifest does not list the files of a bundle"};
    manifest.files.push_back(std::move(file));
  }
  return manifest;
}

}  // namespace stafett::bti
