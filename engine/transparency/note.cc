#include "engine/transparency/note.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "engine/transparency/lines.h"

namespace stafett::transparency {
namespace {

constexpr std::string_view kLinePrefix = "\xe2\x80\x94 ";  // U+2014 and a space
constexpr std::size_t kIdBytes = 4;
constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kSignatureBytes = crypto::Signature::kBytes;
constexpr std::size_t kKeyNameBytesMax = 1024;
constexpr std::uint64_t kCosignatureTimeMax = (std::uint64_t{1} << 63) - 1;

// White space as Unicode has it (property White_Space), in UTF-8. The first five are control
// characters too.
bool has_space(std::string_view text) {
  constexpr std::string_view spaces[] = {"\t",           "\n",           "\v",
                                         "\f",           "\r",           " ",
                                         "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80",
                                         "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82",
                                         "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85",
                                         "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88",
                                         "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
                                         "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f",
                                         "\xe3\x80\x80"};
  return std::ranges::any_of(
      spaces, [&](std::string_view space) { return text.find(space) != std::string_view::npos; });
}

bool is_control_but_newline(char c) {
  return static_cast<unsigned char>(c) < 0x20 && c != '\n';
}

std::string cosigned_message(std::string_view text, std::uint64_t time_s) {
  return "cosignature/v1\ntime " + std::to_string(time_s) + "\n" + std::string{text};
}

// The time of the signature when it verifies.
std::optional<VerifiedSignature> verify_one(const Note& note, ByteView signature,
                                            const VerifierKey& key, std::size_t key_index) {
  VerifiedSignature verified{key_index};
  std::string message = note.text;
  if (key.type == KeyType::ed25519_cosignature) {
    if (signature.size() != kTimeBytes + kSignatureBytes) return std::nullopt;
    verified.time_s = from_big_endian<std::uint64_t>(signature);
    if (*verified.time_s > kCosignatureTimeMax) return std::nullopt;
    signature = signature.subspan(kTimeBytes);
    message = cosigned_message(note.text, *verified.time_s);
  }
  const auto fixed = crypto::Signature::from(signature);
  if (!fixed || !crypto::verify(key.key, as_bytes(message), *fixed)) return std::nullopt;
  return verified;
}

}  // namespace

bool is_key_name(std::string_view name) {
  return !name.empty() && name.size() <= kKeyNameBytesMax && is_utf8(name) && !has_space(name) &&
         name.find('+') == std::string_view::npos &&
         std::ranges::none_of(name, is_control_but_newline);
}

bool is_note_text(std::string_view text) {
  return text.ends_with('\n') && is_utf8(text) &&
         std::ranges::none_of(text, is_control_but_newline);
}

std::uint32_t VerifierKey::id() const {
  const std::uint8_t separator_and_type[] = {'\n', static_cast<std::uint8_t>(type)};
  const Hash hash = crypto::sha256({as_bytes(name), ByteView{separator_and_type}, key.view()});
  return from_big_endian<std::uint32_t>(hash.view());
}

std::string VerifierKey::to_string() const {
  Bytes typed{static_cast<std::uint8_t>(type)};
  append(typed, key.view());
  return name + "+" + to_hex(big_endian(id())) + "+" + to_base64(typed);
}

Result<VerifierKey> VerifierKey::parse(std::string_view vkey) {
  const std::size_t first = vkey.find('+');
  if (first == std::string_view::npos) return malformed("vkey without key id");
  const std::size_t second = vkey.find('+', first + 1);  // base64 may hold more of them
  if (second == std::string_view::npos) return malformed("vkey without key");
  VerifierKey parsed;
  parsed.name = vkey.substr(0, first);
  if (!is_key_name(parsed.name)) return malformed("vkey name");
  const auto id = from_hex(vkey.substr(first + 1, second - first - 1));
  if (!id || id->size() != kIdBytes) return malformed("vkey id");
  const auto typed = from_base64(vkey.substr(second + 1));
  if (!typed || typed->empty()) return malformed("vkey key");
  parsed.type = static_cast<KeyType>(typed->front());
  if (parsed.type != KeyType::ed25519 && parsed.type != KeyType::ed25519_cosignature)
    return Error{Errc::unsupported, "vkey type " + std::to_string(typed->front())};
  const auto key = crypto::PublicKey::from(ByteView{*typed}.subspan(1));
  if (!key || !crypto::is_valid_public_key(*key)) return malformed("vkey key");
  parsed.key = *key;
  if (parsed.id() != from_big_endian<std::uint32_t>(*id)) return malformed("vkey id not the key's");
  return parsed;
}

Result<NoteSignature> parse_signature_line(std::string_view line) {
  if (!line.starts_with(kLinePrefix)) return malformed("signature line prefix");
  line.remove_prefix(kLinePrefix.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return malformed("signature line without signature");
  NoteSignature signature;
  signature.name = line.substr(0, space);
  if (!is_key_name(signature.name)) return malformed("signature key name");
  const auto bytes = from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= kIdBytes) return malformed("signature base64");
  signature.id = from_big_endian<std::uint32_t>(*bytes);
  signature.signature.assign(bytes->begin() + kIdBytes, bytes->end());
  return signature;
}

std::string format_signature_line(const NoteSignature& signature) {
  CHECK(is_key_name(signature.name) && !signature.signature.empty());
  Bytes bytes;
  append(bytes, big_endian(signature.id));
  append(bytes, signature.signature);
  return std::string{kLinePrefix} + signature.name + " " + to_base64(bytes);
}

Result<Note> parse_note(std::string_view note) {
  if (note.size() > kNoteBytesMax) return Error{Errc::too_large, "note"};
  if (!is_note_text(note)) return malformed("note is not lines of UTF-8 text");
  const std::size_t split = note.rfind("\n\n");
  if (split == std::string_view::npos) return malformed("note without signatures");
  Note parsed;
  parsed.text = note.substr(0, split + 1);
  std::string_view lines = note.substr(split + 2);
  if (lines.empty()) return malformed("note without signatures");
  while (!lines.empty()) {
    if (parsed.signatures.size() == kNoteSignaturesMax)
      return Error{Errc::too_large, "signatures in a note"};
    ENGINE_TRY(line, take_line(lines));
    ENGINE_TRY(signature, parse_signature_line(line));
    parsed.signatures.push_back(std::move(signature));
  }
  return parsed;
}

std::string format_note(const Note& note) {
  CHECK(is_note_text(note.text) && !note.signatures.empty());
  std::string text = note.text + "\n";
  for (const NoteSignature& signature : note.signatures)
    text += format_signature_line(signature) + "\n";
  return text;
}

NoteSignature sign_note(std::string_view text, std::string_view name,
                        const crypto::SigningKey& key) {
  CHECK(is_note_text(text) && is_key_name(name));
  const VerifierKey verifier{std::string{name}, KeyType::ed25519, key.public_key()};
  const crypto::Signature signature = key.sign(as_bytes(text));
  return {verifier.name, verifier.id(), {signature.view().begin(), signature.view().end()}};
}

NoteSignature cosign_note(std::string_view text, std::string_view name,
                          const crypto::SigningKey& key, std::uint64_t time_s) {
  CHECK(is_note_text(text) && is_key_name(name));
  const VerifierKey verifier{std::string{name}, KeyType::ed25519_cosignature, key.public_key()};
  NoteSignature cosignature{verifier.name, verifier.id(), {}};
  append(cosignature.signature, big_endian(time_s));
  append(cosignature.signature, key.sign(as_bytes(cosigned_message(text, time_s))).view());
  return cosignature;
}

Result<std::vector<VerifiedSignature>> verify_note(const Note& note,
                                                   std::span<const VerifierKey> keys) {
  for (std::size_t i = 0; i < keys.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (keys[i].name == keys[j].name && keys[i].id() == keys[j].id())
        return Error{Errc::invalid_argument, "two keys with one name and id: " + keys[i].name};
  std::vector<VerifiedSignature> verified;
  for (const NoteSignature& line : note.signatures) {
    const auto key = std::ranges::find_if(keys, [&](const VerifierKey& known) {
      return known.name == line.name && known.id() == line.id;
    });
    if (key == keys.end()) continue;
    const auto index = static_cast<std::size_t>(key - keys.begin());
    const auto signature = verify_one(note, line.signature, *key, index);
    if (!signature) return Error{Errc::bad_signature, "signature of " + key->name};
    const bool seen = std::ranges::any_of(
        verified, [&](const VerifiedSignature& other) { return other.key_index == index; });
    if (!seen) verified.push_back(*signature);
  }
  if (verified.empty()) return Error{Errc::bad_signature, "no signature of a known key"};
  return verified;
}

}  // namespace stafett::transparency
