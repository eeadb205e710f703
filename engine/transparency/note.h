#pragma once
// Signed notes: a text and signature lines, each by a named key.
//
// Source:  c2sp.org/signed-note, c2sp.org/tlog-cosignature (Ed25519 only).
// Threads: pure functions and values.
// Limits:  kNoteBytesMax per note, kNoteSignaturesMax signature lines.
//
//   <text, ending in a newline>
//   <empty line>
//   — <key name> <base64(4-byte key id || signature)>          (1 or more lines)

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/crypto/ed25519.h"

namespace stafett::transparency {

inline constexpr std::size_t kNoteBytesMax = 64 * 1024;
inline constexpr std::size_t kNoteSignaturesMax = 100;

// What a signature covers: the text, or (a witness) the text and the time it saw it.
enum class KeyType : std::uint8_t { ed25519 = 0x01, ed25519_cosignature = 0x04 };

// Not empty, UTF-8, without white space, control characters or '+'.
bool is_key_name(std::string_view name);

// A public key under a name. The 4-byte id only helps to find the key; it identifies nobody.
struct VerifierKey {
  std::string name;
  KeyType type = KeyType::ed25519;
  crypto::PublicKey key;

  // "<name>+<8 hex digits of the id>+<base64(type || key)>". Errors: malformed (also: the id is not
  // the key's, the key is no valid point), unsupported (another type).
  static Result<VerifierKey> parse(std::string_view vkey);
  std::string to_string() const;
  std::uint32_t id() const;
  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

struct NoteSignature {
  std::string name;
  std::uint32_t id = 0;
  Bytes signature;  // without the id; not empty
  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

// Parsed only: nothing here has been verified.
struct Note {
  std::string text;  // with its final newline
  std::vector<NoteSignature> signatures;
  friend bool operator==(const Note&, const Note&) = default;
};

// Errors: malformed, too_large (bytes or signature lines).
Result<Note> parse_note(std::string_view note);
// The only note that parses to this. REQUIRES: is_note_text(note.text), key names as above.
std::string format_note(const Note& note);
std::string format_signature_line(const NoteSignature& signature);
// "— name base64" without the newline. Errors: malformed.
Result<NoteSignature> parse_signature_line(std::string_view line);
// Ends in a newline, UTF-8, no control characters but newlines.
bool is_note_text(std::string_view text);

// REQUIRES: is_key_name(name), is_note_text(text).
NoteSignature sign_note(std::string_view text, std::string_view name,
                        const crypto::SigningKey& key);
// The witness's claim that `text` is the largest tree it has seen at `time_s` (Unix seconds).
NoteSignature cosign_note(std::string_view text, std::string_view name,
                          const crypto::SigningKey& key, std::uint64_t time_s);

struct VerifiedSignature {
  std::size_t key_index = 0;              // into the keys given
  std::optional<std::uint64_t> time_s{};  // of a cosignature
};

// The signatures of known keys, each key at most once, in the order of the lines. Lines of unknown
// keys are ignored; every line of a known key must verify.
// Errors: bad_signature (one does not verify, or no key is known), invalid_argument (two keys with
// one name and id).
Result<std::vector<VerifiedSignature>> verify_note(const Note& note,
                                                   std::span<const VerifierKey> keys);

}  // namespace stafett::transparency
