#pragma once
// Checkpoints: the log's signed (origin, size, root).
//
// Source:  c2sp.org/tlog-checkpoint.
// Threads: pure functions and values.
// Limits:  kOriginBytesMax, kTreeSizeMax; a note's limits (note.h).
//
//   <origin>
//   <size, decimal>
//   <base64(root)>
//   [extension lines: tolerated from other logs, never written]

#include "engine/transparency/note.h"
#include "engine/transparency/tree.h"

namespace stafett::transparency {

inline constexpr std::size_t kOriginBytesMax = 255;

// 1 .. kOriginBytesMax printable ASCII characters, no space, no '+': it is the log's key name too.
bool is_origin(std::string_view origin);

struct Checkpoint {
  std::string origin;
  TreeHead head;
  std::vector<std::string> extensions{};  // without their newlines; always empty in our logs
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// The text of a note, which says nothing about who signed it. Errors: malformed.
Result<Checkpoint> parse_checkpoint(std::string_view text);
// REQUIRES: is_origin(origin), no extensions, head.size <= kTreeSizeMax.
std::string format_checkpoint(const Checkpoint& checkpoint);

// The note, signed by the log under its origin as key name. REQUIRES: as format_checkpoint.
std::string sign_checkpoint(const Checkpoint& checkpoint, const crypto::SigningKey& log_key);

// A checkpoint whose log signature was verified, so its root may be trusted as the log's word.
class OpenedCheckpoint final {
 public:
  const Checkpoint& checkpoint() const { return checkpoint_; }
  const TreeHead& head() const { return checkpoint_.head; }
  const Note& note() const { return note_; }
  // Of the witnesses given; key_index is into them.
  const std::vector<VerifiedSignature>& cosignatures() const { return cosignatures_; }

 private:
  friend Result<OpenedCheckpoint> open_checkpoint(std::string_view, const VerifierKey&,
                                                  std::string_view, std::span<const VerifierKey>);
  Checkpoint checkpoint_;
  Note note_;
  std::vector<VerifiedSignature> cosignatures_;
};

// Opens a checkpoint note of one of our logs. `log_key` must have signed; cosignatures of
// `witnesses` that are there must verify.
// Errors: malformed (also: extension lines), too_large, refused (another origin), bad_signature,
// invalid_argument (keys of the wrong type, or two with one name and id).
Result<OpenedCheckpoint> open_checkpoint(std::string_view note, const VerifierKey& log_key,
                                         std::string_view origin,
                                         std::span<const VerifierKey> witnesses = {});

}  // namespace stafett::transparency
