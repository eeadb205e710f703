// stafett witness, a log's side: which witnesses are asked for, asking them, taking what they
// signed.

#include <boost/json.hpp>

#include "engine/log/witness/request_maker.h"
#include "engine/transparency/witness_request.h"
#include "server/auth/https_fetch.h"
#include "server/witness/have_cosigned.h"
#include "tools/command_witness.h"
#include "tools/input_file.h"
#include "tools/key_ceremony.h"
#include "tools/open_log.h"
#include "tools/witnessed_log.h"

namespace stafett::tools {
namespace {

using transparency::PolicyWitness;
using transparency::VerifierKey;

struct WitnessedWords {
  std::string directory, file, witness, ca_file;
  std::optional<std::uint64_t> old_size;
  bool json = false;
};

struct WitnessedOpened {
  std::unique_ptr<PublicLog> log;
  std::unique_ptr<WitnessedLog> witnessed;
};

Result<WitnessedOpened> open(const WitnessedWords& words) {
  WitnessedOpened opened;
  ENGINE_TRY(log, open_public(words.directory));
  opened.log = std::move(log);
  ENGINE_TRY(witnessed, WitnessedLog::of(*opened.log));
  opened.witnessed = std::move(witnessed);
  return opened;
}

Result<const log::RecordedPolicy*> policy_of(const WitnessedOpened& opened, TreeSize size) {
  const log::RecordedPolicy* recorded = opened.witnessed->policies.in_force(size);
  if (!recorded)
    return Error{Errc::not_found,
                 "the log has recorded no witness policy: see witness policy --set"};
  return recorded;
}

Result<int> set_policy(const WitnessedWords& words) {
  ENGINE_TRY(text, read_input(words.file, transparency::kPolicyBytesMax));
  const auto policy = transparency::WitnessPolicy::parse(text);
  if (!policy) return Error{Errc::invalid_argument, policy.error().detail()};
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY_VOID(record_witness_policy(*opened.log, text));
  return int{kDone};
}

Result<int> policy(const WitnessedWords& words) {
  if (!words.file.empty()) return set_policy(words);
  ENGINE_TRY(opened, open(words));
  ENGINE_TRY(recorded, policy_of(opened, opened.log->store->size()));
  print_text(recorded->text);
  return int{kDone};
}

Result<TreeSize> cosigned_last(const WitnessedOpened& opened, const VerifierKey& key) {
  ENGINE_TRY(newest, opened.witnessed->cosigned.newest_of(key));
  if (newest) ENGINE_TRY_VOID(log::check_is_of(*opened.log->store, newest->head));
  return newest ? newest->head.size : TreeSize{0};
}

void show(const PolicyWitness& witness, const server::AskedWitness& asked, bool json) {
  const std::string state{server::state_name(asked.state)};
  if (json)
    return print_line({{"witness", witness.name}, {"state", state}, {"detail", asked.detail}});
  print_text(witness.name + "  " + state + (asked.detail.empty() ? "" : "  " + asked.detail) +
             "\n");
}

// Each witness that has an address, about the newest checkpoint. Done when enough have signed it.
Result<int> ask(const WitnessedWords& words) {
  ENGINE_TRY(opened, open(words));
  ENGINE_TRY(checkpoint, opened.log->checkpoint());
  ENGINE_TRY(recorded, policy_of(opened, checkpoint.head.size));
  server::HttpsFetchOptions options;
  options.ca_file = words.ca_file;
  options.body_bytes_max = transparency::kNoteBytesMax;
  ENGINE_TRY(web, server::HttpsFetch::make(options));
  for (const PolicyWitness& witness : recorded->policy.witnesses())
    show(witness,
         server::have_cosigned(
             {*opened.log->store, opened.witnessed->cosigned, *web, log_options().clock}, witness,
             checkpoint.head, checkpoint.note),
         words.json);
  const auto now = opened.witnessed->cosigned.of(checkpoint.head);
  if (!now && now.error().code() != Errc::not_found) return now.error();
  if ((now && now->is_final) || recorded->policy.asks_for_none()) return int{kDone};
  talk("not enough witnesses have cosigned size " + std::to_string(checkpoint.head.size.value()));
  return int{kFailed};
}

Result<const PolicyWitness*> witness_named(const log::RecordedPolicy& recorded,
                                           const std::string& name) {
  for (const PolicyWitness& one : recorded.policy.witnesses())
    if (one.name == name) return &one;
  return Error{Errc::not_found, "the policy in force has no witness of that name"};
}

Result<int> request(const WitnessedWords& words) {
  ENGINE_TRY(opened, open(words));
  ENGINE_TRY(checkpoint, opened.log->checkpoint());
  TreeSize old_size{words.old_size.value_or(0)};
  if (!words.witness.empty() && !words.old_size) {
    ENGINE_TRY(recorded, policy_of(opened, checkpoint.head.size));
    ENGINE_TRY(witness, witness_named(*recorded, words.witness));
    ENGINE_TRY(last, cosigned_last(opened, witness->key));
    old_size = last;
  }
  ENGINE_TRY(text, log::make_witness_request(*opened.log->store, checkpoint.head, checkpoint.note,
                                             old_size));
  print_text(text);
  return int{kDone};
}

Result<int> accept(const WitnessedWords& words) {
  ENGINE_TRY(note, read_input(words.file, transparency::kNoteBytesMax));
  ENGINE_TRY(opened, open(words));
  ENGINE_TRY(taken, opened.witnessed->cosigned.add(*opened.log->store, note, log_options().clock));
  talk("size " + std::to_string(taken.head.size.value()) + " is cosigned by " +
       std::to_string(taken.cosignatures.size()) +
       (taken.is_final ? ", which are enough" : ", which are not enough yet"));
  return int{kDone};
}

}  // namespace

void add_witnessed_verbs(CLI::App& witness, Run& run) {
  const auto words = std::make_shared<WitnessedWords>();
  add_log_verb(witness, run, words, "policy", "Prints the policy in force, or records a new one",
               policy)
      ->add_option("--set", words->file, "FILE with the new policy; - is stdin");
  CLI::App* asking = add_log_verb(witness, run, words, "ask",
                                  "Has the newest checkpoint cosigned; 1: by too few", ask);
  asking->add_option("--ca", words->ca_file,
                     "FILE of certificates to trust instead of the system's");
  asking->add_flag("--json", words->json, "JSON Lines, one for each witness");
  CLI::App* requesting = add_log_verb(witness, run, words, "request",
                                      "Prints a request for a witness that is offline", request);
  requesting->add_option("--witness", words->witness,
                         "by its name in the policy: from where it is");
  requesting->add_option("--old", words->old_size, "the size that it has cosigned last");
  add_log_verb(witness, run, words, "accept", "Takes over the checkpoint that a witness cosigned",
               accept)
      ->add_option("FILE", words->file, "what `witness sign` printed; - or nothing: stdin");
}

}  // namespace stafett::tools
