#include "engine/transparency/checkpoint.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "engine/transparency/lines.h"

namespace stafett::transparency {
namespace {}  // namespace

bool is_origin(std::string_view origin) {
  return origin.size() <= kOriginBytesMax && is_key_name(origin) &&
         std::ranges::all_of(origin, [](char c) { return c > ' ' && c < '\x7f'; });
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  if (text.size() > kNoteBytesMax) return malformed("checkpoint too large");
  if (!is_note_text(text)) return malformed("checkpoint is not lines of UTF-8 text");
  Checkpoint checkpoint;
  ENGINE_TRY(origin, take_line(text));
  if (!is_origin(origin)) return malformed("checkpoint origin");
  checkpoint.origin = origin;
  ENGINE_TRY(size_text, take_line(text));
  const auto size = parse_decimal(size_text);
  if (!size || TreeSize{*size} > kTreeSizeMax) return malformed("checkpoint size");
  checkpoint.head.size = TreeSize{*size};
  ENGINE_TRY(root_text, take_line(text));
  const auto root_bytes = from_base64(root_text);
  const auto root = Hash::from(root_bytes ? ByteView{*root_bytes} : ByteView{});
  if (!root) return malformed("checkpoint root");
  checkpoint.head.root = *root;
  while (!text.empty()) {
    ENGINE_TRY(extension, take_line(text));
    if (extension.empty()) return malformed("empty extension line");
    checkpoint.extensions.emplace_back(extension);
  }
  return checkpoint;
}

std::string format_checkpoint(const Checkpoint& checkpoint) {
  CHECK(is_origin(checkpoint.origin) && checkpoint.extensions.empty());
  CHECK(checkpoint.head.size <= kTreeSizeMax);
  return checkpoint.origin + "\n" + std::to_string(checkpoint.head.size.value()) + "\n" +
         to_base64(checkpoint.head.root.view()) + "\n";
}

std::string sign_checkpoint(const Checkpoint& checkpoint, const crypto::SigningKey& log_key) {
  Note note{format_checkpoint(checkpoint), {}};
  note.signatures.push_back(sign_note(note.text, checkpoint.origin, log_key));
  return format_note(note);
}

Result<OpenedCheckpoint> open_checkpoint(std::string_view note, const VerifierKey& log_key,
                                         std::string_view origin,
                                         std::span<const VerifierKey> witnesses) {
  const bool types_fit = log_key.type == KeyType::ed25519 &&
                         std::ranges::all_of(witnesses, [](const VerifierKey& witness) {
                           return witness.type == KeyType::ed25519_cosignature;
                         });
  if (!types_fit) return Error{Errc::invalid_argument, "a log signs, a witness cosigns"};
  OpenedCheckpoint opened;
  ENGINE_TRY(parsed, parse_note(note));
  ENGINE_TRY(checkpoint, parse_checkpoint(parsed.text));
  if (!checkpoint.extensions.empty()) return malformed("checkpoint with extension lines");
  if (checkpoint.origin != origin)
    return Error{Errc::refused, "checkpoint of another log: " + checkpoint.origin};
  std::vector<VerifierKey> keys{log_key};
  keys.insert(keys.end(), witnesses.begin(), witnesses.end());
  ENGINE_TRY(verified, verify_note(parsed, keys));
  bool log_signed = false;
  for (const VerifiedSignature& signature : verified) {
    if (signature.key_index == 0)
      log_signed = true;
    else
      opened.cosignatures_.push_back({signature.key_index - 1, signature.time_s});
  }
  if (!log_signed) return Error{Errc::bad_signature, "checkpoint without the log's signature"};
  opened.checkpoint_ = std::move(checkpoint);
  opened.note_ = std::move(parsed);
  return opened;
}

}  // namespace stafett::transparency
