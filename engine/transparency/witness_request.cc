#include "engine/transparency/witness_request.h"

#include "engine/base/encoding.h"
#include "engine/transparency/lines.h"

namespace stafett::transparency {
namespace {

constexpr std::string_view kOld = "old ";

}  // namespace

Result<OpenedRequest> open_witness_request(std::string_view body) {
  if (body.size() > kWitnessRequestBytesMax) return Error{Errc::too_large, "witness request"};
  OpenedRequest opened;
  ENGINE_TRY(first, take_line(body));
  if (!first.starts_with(kOld)) return malformed("witness request without old size");
  const auto old_size = parse_decimal(first.substr(kOld.size()));
  if (!old_size || TreeSize{*old_size} > kTreeSizeMax) return malformed("witness request old size");
  opened.request.old_size = TreeSize{*old_size};
  for (;;) {
    ENGINE_TRY(line, take_line(body));
    if (line.empty()) break;
    if (opened.request.proof.size() == kProofNodesMax)
      return malformed("witness request proof too long");
    const auto bytes = from_base64(line);
    const auto hash = Hash::from(bytes ? ByteView{*bytes} : ByteView{});
    if (!hash) return malformed("witness request hash");
    opened.request.proof.push_back(*hash);
  }
  ENGINE_TRY(note, parse_note(body));
  ENGINE_TRY(checkpoint, parse_checkpoint(note.text));
  opened.request.checkpoint_note = body;
  opened.note = std::move(note);
  opened.checkpoint = std::move(checkpoint);
  return opened;
}

Result<WitnessRequest> parse_witness_request(std::string_view body) {
  ENGINE_TRY(opened, open_witness_request(body));
  return std::move(opened.request);
}

std::string format_witness_request(const WitnessRequest& request) {
  CHECK(request.proof.size() <= kProofNodesMax);
  std::string body = std::string{kOld} + std::to_string(request.old_size.value()) + "\n";
  for (const Hash& hash : request.proof) body += to_base64(hash.view()) + "\n";
  body += "\n" + request.checkpoint_note;
  CHECK(body.size() <= kWitnessRequestBytesMax);
  return body;
}

WitnessVerdict judge_witness_request(const OpenedRequest& request, const WitnessedLog& log) {
  const TreeHead& head = request.checkpoint.head;
  const TreeSize old_size = request.request.old_size;
  if (!verify_note(request.note, log.keys)) return WitnessVerdict::untrusted;
  if (old_size > head.size) return WitnessVerdict::malformed;
  if (old_size != log.last.size) return WitnessVerdict::conflict;
  if (head.size == TreeSize{0} && head.root != empty_root()) return WitnessVerdict::inconsistent;
  // From size 0 on the proof is empty; at one size the roots are equal.
  if (!verify_consistency(log.last, head, request.request.proof))
    return WitnessVerdict::inconsistent;
  return WitnessVerdict::cosign;
}

}  // namespace stafett::transparency
