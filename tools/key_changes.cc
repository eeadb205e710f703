#include "tools/key_changes.h"

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "engine/log/keeping/root_key_source.h"
#include "engine/log/verify/public_record.h"
#include "engine/transparency/tree.h"
#include "tools/attest_elsewhere.h"
#include "tools/input_file.h"
#include "tools/key_ceremony.h"
#include "tools/open_log.h"
#include "tools/public_entry.h"
#include "tools/public_log.h"

namespace stafett::tools {
namespace {

struct ChangeWords {
  std::string directory, who, source, prepare, commit, signature;
  std::vector<std::uint64_t> positions;
  bool all = false;
  bool json = false;
};

Result<int> rotate_log(const ChangeWords& words) {
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY(key, rotate_key_of_log(*opened.log));
  print_text(key.to_string() + "\n");
  talk("the log signs with this key from now on: tell whoever checks it, and its witnesses");
  talk("now copy " + opened.log->paths().log_key +
       ", and take a backup: without them the log ends");
  return int{kDone};
}

struct Suspect {
  Position position;
  format::Entry entry;
  bool is_reattested;
};
using UseSuspect = std::function<Result<void>(const Suspect&)>;

// By position. What a key signed between its compromise and its revocation.
Result<void> for_each_suspect(const storage::Reads& reads, const UseSuspect& use) {
  const auto record = log::read_public_record(reads);
  std::optional<std::uint64_t> first, end;
  for (const log::EnrolledKey& key : record->keyring.compromised()) {
    first = std::min(first.value_or(UINT64_MAX), key.compromised_since->value());
    end = std::max(end.value_or(0), key.revoked_at->value() + 1);
  }
  if (!first) return {};
  const Position last{std::min(*end, reads.size().value())};
  return reads.scan_entries(Position{std::min(*first, last.value())}, last,
                            [&](Position position, ByteView bytes) -> Result<storage::Scan> {
                              ENGINE_TRY(entry, format::decode_entry(bytes));
                              const auto key = record->keyring.find(entry.intent.key);
                              if (!key || !key->suspect_at(position)) return storage::Scan::more;
                              const Hash leaf = transparency::leaf_hash(bytes);
                              const bool again =
                                  record->is_reattested(position, leaf, entry.intent.actor);
                              ENGINE_TRY_VOID(use({position, std::move(entry), again}));
                              return storage::Scan::more;
                            });
}

Result<int> suspect(const ChangeWords& words) {
  ENGINE_TRY(opened, open_public(words.directory));
  ENGINE_TRY_VOID(for_each_suspect(*opened->store, [&](const Suspect& one) -> Result<void> {
    const format::Intent& intent = one.entry.intent;
    const boost::json::object json{{"position", one.position.value()},
                                   {"eventId", to_uuid_text(intent.event_id.view())},
                                   {"recordedAt", to_text(one.entry.stamp.recorded_at)},
                                   {"actor", to_uuid_text(intent.actor.view())},
                                   {"key", to_hex(intent.key.view())},
                                   {"custody", custody_name(intent.custody)},
                                   {"state", one.is_reattested ? "reattested" : "suspect"}};
    if (words.json) {
      print_line(json);
      return {};
    }
    std::string line = std::to_string(one.position.value());
    for (const char* key : {"recordedAt", "actor", "state"})
      line += "  " + std::string{json.at(key).as_string()};
    print_text(line + "\n");
    return {};
  }));
  return int{kDone};
}

// Of those of the person that are to be attested again.
Result<std::vector<Position>> positions_of(const ChangeWords& words, const log::Log& log,
                                           const ActorId& actor) {
  std::vector<Position> positions;
  for (const std::uint64_t position : words.positions) positions.emplace_back(position);
  if (words.all)
    ENGINE_TRY_VOID(for_each_suspect(log.store(), [&](const Suspect& one) -> Result<void> {
      if (one.entry.intent.actor == actor && !one.is_reattested) positions.push_back(one.position);
      return {};
    }));
  return positions;
}

Result<int> commit_attestations(const ChangeWords& words, log::Log& log, const ActorId& actor) {
  const std::optional<Bytes> bytes = from_base64(words.signature);
  const auto signature = bytes ? crypto::Signature::from(*bytes) : std::nullopt;
  if (!signature) return Error{Errc::invalid_argument, "--signature: 64 bytes in base64"};
  ENGINE_TRY(text, read_input(words.commit, kAttestationsBytesMax));
  ENGINE_TRY(count, record_attestations(log, actor, text, *signature));
  print_text(std::to_string(count) + "\n");
  return int{kDone};
}

Result<int> prepare_attestations(const ChangeWords& words, log::Log& log, const ActorId& actor) {
  ENGINE_TRY(there, log.files().exists(words.prepare));
  if (there) return Error{Errc::conflict, words.prepare + " is there"};
  ENGINE_TRY(positions, positions_of(words, log, actor));
  if (positions.empty()) return Error{Errc::not_found, "no event of the person is suspect"};
  if (words.all && positions.size() > kAttestationsMax) {
    positions.resize(kAttestationsMax);
    talk("so many are signed at once; prepare again for the rest");
  }
  ENGINE_TRY(made, attestations_to_sign(log, actor, positions));
  ENGINE_TRY_VOID(log.files().replace(words.prepare, as_bytes(made.text)));
  print_text(to_base64(made.message) + "\n");
  talk("sign these bytes with the key, and call again with --commit " + words.prepare +
       " --signature SIGNATURE");
  return int{kDone};
}

Result<int> reattest(const ChangeWords& words) {
  ENGINE_TRY(opened, open_recording(words.directory));
  log::Log& log = *opened.log;
  ENGINE_TRY(id, opened.gate->labels().find(log::LabelSpace::person, words.who));
  if (!id) return Error{Errc::not_found, "nobody of that label"};
  const ActorId actor{*id};
  if (!words.commit.empty()) return commit_attestations(words, log, actor);
  if (!words.prepare.empty()) return prepare_attestations(words, log, actor);
  ENGINE_TRY(positions, positions_of(words, log, actor));
  for (const Position position : positions) ENGINE_TRY_VOID(attest_again(log, actor, position));
  print_text(std::to_string(positions.size()) + "\n");
  return int{kDone};
}

Result<int> move_root(const ChangeWords& words) {
  const auto source = log::RootKeySource::parse(words.source);
  if (!source) return source.error();
  // The lock, so that no writer and no erasure is at work.
  ENGINE_TRY(opened, open_writer(words.directory));
  ENGINE_TRY_VOID(
      log::move_root_key(opened.log->files(), opened.log->paths(), *source, opened.log->random()));
  talk("the root key is in: " + source->to_string());
  return int{kDone};
}

}  // namespace

void add_key_changes(CLI::App& keys, Run& run) {
  auto words = std::make_shared<ChangeWords>();
  add_log_verb(keys, run, words, "rotate-log",
               "A new key for the log itself; prints its verifier key", rotate_log);
  add_log_verb(keys, run, words, "suspect",
               "Events by a key that was compromised then; needs no keys itself", suspect)
      ->add_flag("--json", words->json, "JSON Lines");
  add_log_verb(keys, run, words, "move-root", "The root key is kept elsewhere from now on",
               move_root)
      ->add_option("SOURCE", words->source, "file, credential:NAME or pkcs11:... (RFC 7512)")
      ->required();
  CLI::App* attesting =
      add_log_verb(keys, run, words, "reattest",
                   "A person stands by events that are suspect; prints how many", reattest);
  attesting->add_option("LABEL", words->who, "the person")->required();
  CLI::Option* positions =
      attesting->add_option("POSITION", words->positions, "of the events: see keys suspect");
  CLI::Option* all = attesting->add_flag("--all", words->all, "all suspect events of the person");
  positions->excludes(all);
  CLI::Option* prepare = attesting->add_option(
      "--prepare", words->prepare, "the key is kept elsewhere: FILE gets what it is to sign");
  CLI::Option* commit =
      attesting->add_option("--commit", words->commit, "records what is in FILE; - is stdin");
  CLI::Option* signature = attesting->add_option("--signature", words->signature,
                                                 "of the key that is elsewhere, base64");
  commit->excludes(positions)->excludes(all)->excludes(prepare)->needs(signature);
  signature->needs(commit);
  attesting->callback([words, &run] {
    run = [words] {
      if (!words->all && words->positions.empty() && words->commit.empty())
        return fail_usage("which events? POSITION, or --all");
      const Result<int> code = reattest(*words);
      return code ? *code : fail(code.error());
    };
  });
}

}  // namespace stafett::tools
