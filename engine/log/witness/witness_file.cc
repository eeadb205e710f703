#include "engine/log/witness/witness_file.h"

#include "engine/transparency/lines.h"

namespace stafett::log {
namespace {

using transparency::take_line;

constexpr std::string_view kHeader = "stafett/witness-log/v1";
constexpr std::string_view kOrigin = "origin ";
constexpr std::string_view kKey = "key ";

Error not_written_here(const std::string& why) {
  return Error{Errc::corrupt, "witnessed log: " + why};
}

Result<WitnessFile> parse(std::string_view text) {
  WitnessFile file;
  ENGINE_TRY(header, take_line(text));
  if (header != kHeader) return not_written_here("of another form");
  ENGINE_TRY(origin, take_line(text));
  if (!origin.starts_with(kOrigin)) return not_written_here("no origin");
  file.origin = origin.substr(kOrigin.size());
  if (!transparency::is_origin(file.origin)) return not_written_here("origin");
  for (;;) {
    ENGINE_TRY(line, take_line(text));
    if (line.empty()) break;
    if (!line.starts_with(kKey) || file.keys.size() == kWitnessKeysMax)
      return not_written_here("keys");
    ENGINE_TRY(key, transparency::VerifierKey::parse(line.substr(kKey.size())));
    if (key.type != transparency::KeyType::ed25519)
      return not_written_here("a key that signs no log");
    file.keys.push_back(key);
  }
  if (file.keys.empty()) return not_written_here("no key");
  file.cosigned = text;
  return file;
}

}  // namespace

std::string format_witness_file(const WitnessFile& file) {
  std::string text = std::string{kHeader} + "\n" + std::string{kOrigin} + file.origin + "\n";
  for (const transparency::VerifierKey& key : file.keys)
    text += std::string{kKey} + key.to_string() + "\n";
  return text + "\n" + file.cosigned;
}

Result<WitnessFile> parse_witness_file(std::string_view text) {
  Result<WitnessFile> file = parse(text);
  if (!file) return Error{Errc::corrupt, file.error().detail()};
  return file;
}

}  // namespace stafett::log
