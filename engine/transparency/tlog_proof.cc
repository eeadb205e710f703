#include "engine/transparency/tlog_proof.h"

#include <set>

#include "engine/base/encoding.h"
#include "engine/transparency/lines.h"

namespace stafett::transparency {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";

}  // namespace

Result<TlogProof> parse_tlog_proof(std::string_view file) {
  if (file.size() > kTlogProofBytesMax) return Error{Errc::too_large, "tlog-proof"};
  TlogProof proof;
  ENGINE_TRY(header, take_line(file));
  if (header != kHeader) return malformed("tlog-proof header");
  ENGINE_TRY(line, take_line(file));
  if (line.starts_with(kExtra)) {
    proof.extra = from_base64(line.substr(kExtra.size()));
    if (!proof.extra) return malformed("tlog-proof extra");
    ENGINE_TRY(next, take_line(file));
    line = next;
  }
  if (!line.starts_with(kIndex)) return malformed("tlog-proof index");
  const auto index = parse_decimal(line.substr(kIndex.size()));
  if (!index) return malformed("tlog-proof index");
  proof.position = Position{*index};
  for (;;) {
    ENGINE_TRY(hash_line, take_line(file));
    if (hash_line.empty()) break;
    if (proof.path.size() == kProofNodesMax) return malformed("tlog-proof path too long");
    const auto bytes = from_base64(hash_line);
    const auto hash = Hash::from(bytes ? ByteView{*bytes} : ByteView{});
    if (!hash) return malformed("tlog-proof hash");
    proof.path.push_back(*hash);
  }
  ENGINE_TRY(note, parse_note(file));
  ENGINE_TRY(checkpoint, parse_checkpoint(note.text));
  proof.checkpoint_note = file;
  return proof;
}

std::string format_tlog_proof(const TlogProof& proof) {
  CHECK(proof.path.size() <= kProofNodesMax);
  std::string file = std::string{kHeader} + "\n";
  if (proof.extra) file += std::string{kExtra} + to_base64(*proof.extra) + "\n";
  file += std::string{kIndex} + std::to_string(proof.position.value()) + "\n";
  for (const Hash& hash : proof.path) file += to_base64(hash.view()) + "\n";
  file += "\n" + proof.checkpoint_note;
  CHECK(file.size() <= kTlogProofBytesMax);
  return file;
}

Result<OpenedCheckpoint> verify_tlog_proof(const TlogProof& proof, const Hash& leaf,
                                           const TrustPolicy& policy) {
  if (policy.witnesses_required > policy.witnesses.size())
    return Error{Errc::invalid_argument, "more witnesses required than there are"};
  ENGINE_TRY(opened,
             open_checkpoint(proof.checkpoint_note, policy.log, policy.origin, policy.witnesses));
  std::set<std::string_view> cosigned;  // by name: a witness with two keys is one witness
  for (const VerifiedSignature& cosignature : opened.cosignatures())
    cosigned.insert(policy.witnesses[cosignature.key_index].name);
  if (cosigned.size() < policy.witnesses_required)
    return Error{Errc::bad_signature, "too few witnesses"};
  ENGINE_TRY_VOID(verify_inclusion(leaf, proof.position, opened.head(), proof.path));
  return std::move(opened);
}

}  // namespace stafett::transparency
