#include "tools/key_changes.h"

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "engine/log/keeping/root_key_source.h"
#include "engine/log/verify/public_record.h"
#include "engine/transparency/tree.h"
#include "tools/key_ceremony.h"
#include "tools/open_log.h"
#include "tools/public_entry.h"
#include "tools/public_log.h"

namespace stafett::tools {
namespace {

struct ChangeWords {
  std::string directory, who, source;
  std::vector<std::uint64_t> positions;
  bool all = false;
  bool json = false;
};

Result<int> rotate_log(const ChangeWords& words) {
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY(key, rotate_key_of_log(*opened.log));
  print_text(key.to_string() + "\n");
  talk("the log signs with this key from now on: tell whoever checks it, and its witnesses");
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

Result<int> reattest(const ChangeWords& words) {
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY(id, opened.gate->labels().find(log::LabelSpace::person, words.who));
  if (!id) return Error{Errc::not_found, "nobody of that label"};
  const ActorId actor{*id};
  std::vector<Position> positions;
  for (const std::uint64_t position : words.positions) positions.emplace_back(position);
  if (words.all)
    ENGINE_TRY_VOID(for_each_suspect(opened.log->store(), [&](const Suspect& one) -> Result<void> {
      if (one.entry.intent.actor == actor && !one.is_reattested) positions.push_back(one.position);
      return {};
    }));
  for (const Position position : positions)
    ENGINE_TRY_VOID(attest_again(*opened.log, actor, position));
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
  attesting->add_option("LABEL", words->who, "the person, whose new key is kept here")->required();
  CLI::Option* positions =
      attesting->add_option("POSITION", words->positions, "of the events: see keys suspect");
  CLI::Option* all = attesting->add_flag("--all", words->all, "all suspect events of the person");
  positions->excludes(all);
  attesting->callback([words, &run] {
    run = [words] {
      if (!words->all && words->positions.empty())
        return fail_usage("which events? POSITION, or --all");
      const Result<int> code = reattest(*words);
      return code ? *code : fail(code.error());
    };
  });
}

}  // namespace stafett::tools
