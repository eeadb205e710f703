// stafett keys: the keyring, and changes of it.

#include <boost/json.hpp>
#include <set>

#include "engine/base/encoding.h"
#include "tools/command.h"
#include "tools/key_ceremony.h"
#include "tools/key_changes.h"
#include "tools/key_escrow.h"
#include "tools/open_log.h"
#include "tools/public_entry.h"
#include "tools/public_log.h"

namespace stafett::tools {
namespace {

struct KeyWords {
  std::string directory, who, vkey, possession;
  std::optional<std::uint64_t> compromised_since;
  bool json = false;
};

// Keys in the order of their enrolment: what the engine stream's events name.
Result<std::vector<KeyId>> enrolled_keys(const PublicLog& log) {
  std::vector<KeyId> keys;
  ENGINE_TRY_VOID(log.store->scan_stream(
      log.streams.engine, Version{0}, [&](Version, Position position) -> Result<storage::Scan> {
        ENGINE_TRY(bytes, log.store->entry(position));
        ENGINE_TRY(entry, format::decode_entry(bytes));
        ENGINE_TRY(event, format::decode_engine_event(entry.public_part));
        if (const auto* genesis = std::get_if<format::Genesis>(&event))
          for (const auto& one : genesis->administrators)
            keys.push_back(crypto::key_id(one.public_key));
        if (const auto* enrolled = std::get_if<format::KeyEnrolled>(&event))
          keys.push_back(crypto::key_id(enrolled->public_key));
        if (const auto* rotated = std::get_if<format::KeyRotated>(&event))
          keys.push_back(crypto::key_id(rotated->public_key));
        return storage::Scan::more;
      }));
  return keys;
}

Result<int> list(const KeyWords& words) {
  ENGINE_TRY(opened, open_public(words.directory));
  ENGINE_TRY(keys, enrolled_keys(*opened));
  const auto number = [](const std::optional<Position>& position) {
    return position ? boost::json::value(position->value()) : boost::json::value(nullptr);
  };
  for (const KeyId& id : keys) {
    const std::optional<log::EnrolledKey> key = opened->keyring.find(id);
    if (!key) continue;
    const boost::json::object json{{"key", to_hex(id.view())},
                                   {"actor", to_uuid_text(key->actor.view())},
                                   {"custody", custody_name(key->custody)},
                                   {"state", key->revoked_at ? "revoked" : "valid"},
                                   {"enrolledAt", key->enrolled_at.value()},
                                   {"revokedAt", number(key->revoked_at)},
                                   {"compromisedSince", number(key->compromised_since)}};
    if (words.json)
      print_line(json);
    else
      print_text(to_hex(id.view()) + "  " + to_uuid_text(key->actor.view()) + "  " +
                 std::string{custody_name(key->custody)} + "  " +
                 std::string{json.at("state").as_string()} + "\n");
  }
  return int{kDone};
}

Result<ActorId> person_named(const bti::BtiLog& log, const std::string& label) {
  ENGINE_TRY(id, log.gate->labels().find(log::LabelSpace::person, label));
  if (!id) return Error{Errc::not_found, "nobody of that label"};
  return ActorId{*id};
}

// Without the proof of possession, prints what the key's owner is to sign.
Result<int> enrol(const KeyWords& words) {
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY(actor, person_named(opened, words.who));
  if (words.vkey.empty()) {
    ENGINE_TRY_VOID(opened.log->enrol_custodial(actor));
    return int{kDone};
  }
  const Result<transparency::VerifierKey> vkey = transparency::VerifierKey::parse(words.vkey);
  if (!vkey || vkey->type != transparency::KeyType::ed25519)
    return Error{Errc::invalid_argument, "--vkey: not an Ed25519 vkey"};
  if (words.possession.empty()) {
    print_text(to_base64(format::possession_message(opened.log->origin_hash(), actor, vkey->key)) +
               "\n");
    talk("sign these bytes with the key, and call again with --possession SIGNATURE");
    return int{kRefused};
  }
  const std::optional<Bytes> bytes = from_base64(words.possession);
  const auto possession = bytes ? crypto::Signature::from(*bytes) : std::nullopt;
  if (!possession) return Error{Errc::invalid_argument, "--possession: 64 bytes in base64"};
  ENGINE_TRY_VOID(enrol_own_key(*opened.log, actor, vkey->key, *possession));
  return int{kDone};
}

Result<int> rotate(const KeyWords& words) {
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY(actor, person_named(opened, words.who));
  ENGINE_TRY(key, rotate_kept_key(*opened.log, actor));
  print_text(to_hex(key.view()) + "\n");
  return int{kDone};
}

Result<int> revoke(const KeyWords& words) {
  ENGINE_TRY(opened, open_recording(words.directory));
  const std::optional<Bytes> bytes = from_hex(words.who);
  std::optional<KeyId> key = bytes ? KeyId::from(*bytes) : std::nullopt;
  if (!key) {
    ENGINE_TRY(actor, person_named(opened, words.who));
    key = opened.log->keyring().current_key(actor);
    if (!key) return Error{Errc::not_found, "the person has no key"};
  }
  const std::optional<Position> since =
      words.compromised_since ? std::optional{Position{*words.compromised_since}} : std::nullopt;
  ENGINE_TRY_VOID(revoke_key(
      *opened.log, *key,
      since ? format::RevocationReason::compromised : format::RevocationReason::left, since));
  return int{kDone};
}

}  // namespace

void add_keys(CLI::App& app, Run& run) {
  auto words = std::make_shared<KeyWords>();
  CLI::App* keys = app.add_subcommand("keys", "Whose keys are valid, and changes of that");
  keys->require_subcommand(1);
  add_log_verb(*keys, run, words, "list", "Every key and its state; needs no keys itself", list)
      ->add_flag("--json", words->json, "JSON Lines");
  CLI::App* enrolling = add_log_verb(*keys, run, words, "enrol", "A key for a person", enrol);
  enrolling->add_option("LABEL", words->who, "the person")->required();
  enrolling->add_option("--vkey", words->vkey, "the person's own key; else one is made and kept");
  enrolling->add_option("--possession", words->possession, "the owner's signature, base64");
  add_log_verb(*keys, run, words, "rotate", "A new key in place of one that is kept here", rotate)
      ->add_option("LABEL", words->who, "the person")
      ->required();
  CLI::App* revoking = add_log_verb(*keys, run, words, "revoke", "A key counts no longer", revoke);
  revoking->add_option("KEY", words->who, "a person's label, or a key id in hex")->required();
  revoking->add_option("--compromised-since", words->compromised_since,
                       "events of the key from this position on are suspect");
  add_key_changes(*keys, run);
  add_key_escrow(*keys, run);
}

}  // namespace stafett::tools
