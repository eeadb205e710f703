// stafett receipt: checks a final receipt that somebody has kept. Needs no log.

#include "engine/base/encoding.h"
#include "engine/transparency/final_receipt.h"
#include "tools/command.h"
#include "tools/input_file.h"
#include "tools/witnessed_log.h"

namespace stafett::tools {
namespace {

struct ReceiptWords {
  std::string file, leaf, vkey, policy;
};

// What the caller believes: wrong words are a mistake of the caller's, not of the receipt.
struct Believed {
  transparency::VerifierKey log;
  transparency::WitnessPolicy policy;
  Hash leaf;
};

Result<Believed> believed(const ReceiptWords& words) {
  const auto log = transparency::VerifierKey::parse(words.vkey);
  if (!log || log->type != transparency::KeyType::ed25519)
    return Error{Errc::invalid_argument, "--vkey: not a log's verifier key"};
  const auto bytes = from_base64(words.leaf);
  const auto leaf = Hash::from(bytes ? ByteView{*bytes} : ByteView{});
  if (!leaf) return Error{Errc::invalid_argument, "--leaf: not a leaf hash in base64"};
  ENGINE_TRY(text, read_input(words.policy, transparency::kPolicyBytesMax));
  auto policy = transparency::WitnessPolicy::parse(text);
  if (!policy) return Error{Errc::invalid_argument, policy.error().detail()};
  return Believed{*log, std::move(*policy), *leaf};
}

Result<int> check(const ReceiptWords& words) {
  ENGINE_TRY(whom, believed(words));
  ENGINE_TRY(file, read_input(words.file, transparency::kTlogProofBytesMax));
  const auto proof = transparency::parse_tlog_proof(file);
  const auto opened =
      proof ? transparency::verify_final_receipt(*proof, whom.leaf, whom.log, whom.policy)
            : Result<transparency::OpenedCheckpoint>{proof.error()};
  if (!opened) {
    talk("NOT OK: " + opened.error().to_string());
    return int{kVerificationFailed};
  }
  print_text("ok: entry " + std::to_string(proof->position.value()) + " of " +
             opened->checkpoint().origin + ", in the log of size " +
             std::to_string(opened->head().size.value()) + "\n");
  for (const transparency::VerifiedSignature& one : opened->cosignatures())
    print_text("cosigned by " + whom.policy.witnesses()[one.key_index].name + " at " +
               cosigned_text(one.time_s.value_or(0)) + "\n");
  return int{kDone};
}

}  // namespace

void add_receipt(CLI::App& app, Run& run) {
  auto words = std::make_shared<ReceiptWords>();
  CLI::App* command = app.add_subcommand(
      "receipt", "Checks a final receipt (tlog-proof), offline; 3: it does not hold");
  command->add_option("FILE", words->file, "the tlog-proof; - is stdin")->required();
  command->add_option("--leaf", words->leaf, "the entry's leaf hash, base64")->required();
  command->add_option("--vkey", words->vkey, "the log's verifier key")->required();
  command->add_option("--policy", words->policy, "FILE: which witnesses are enough")->required();
  command->callback([words, &run] {
    run = [words] {
      const Result<int> code = check(*words);
      return code ? *code : fail(code.error());
    };
  });
}

}  // namespace stafett::tools
