#include "tools/key_ceremony.h"

#include <algorithm>

#include "engine/log/keeping/root_key.h"
#include "engine/log/log_key_change.h"
#include "engine/log/witness/policy_in_force.h"
#include "engine/transparency/tree.h"

namespace stafett::tools {
namespace {

Result<void> record(log::Log& log, const log::Signer& signer, const format::EngineEvent& event) {
  const TimeUs now = log.clock().now();
  const log::Outcomes outcomes = log.submit_and_wait(
      signer.sign_engine(event, log.streams().engine, make_event_id(now, log.random()), now));
  if (!outcomes.front()) return outcomes.front().error();
  if (const auto* refusal = std::get_if<log::Refusal>(&*outcomes.front()))
    return Error{Errc::refused, refusal->code + ": " + refusal->detail};
  return {};
}

}  // namespace

Result<void> enrol_own_key(log::Log& log, const ActorId& actor, const crypto::PublicKey& key,
                           const crypto::Signature& possession) {
  return record(log, log.system(),
                format::KeyEnrolled{actor, key, format::Custody::own, possession});
}

Result<KeyId> rotate_kept_key(log::Log& log, const ActorId& actor) {
  ENGINE_TRY(signer, log.signer_of(actor));
  const crypto::SigningKey next = crypto::SigningKey::generate(log.random());
  // Stored first: a key that the log names and nobody has would lock the actor out.
  ENGINE_TRY_VOID(
      log::save_signing_key(log.files(), log::actor_key_path(log.paths(), next.id()), next));
  const crypto::Signature possession =
      next.sign(format::possession_message(log.origin_hash(), actor, next.public_key()));
  ENGINE_TRY_VOID(
      record(log, *signer, format::KeyRotated{signer->key().id(), next.public_key(), possession}));
  return next.id();
}

Result<transparency::VerifierKey> rotate_key_of_log(log::Log& log) {
  ENGINE_TRY(policies, log::WitnessPolicies::read(log.store(), log.streams().engine));
  if (const log::RecordedPolicy* recorded = policies.newest();
      recorded && !recorded->policy.logs().empty())
    return Error{
        Errc::conflict,
        "the witness policy in force names the log by its key, and nothing that another key "
        "signs would meet it: record it without its log lines first"};
  return log::rotate_log_key(log);
}

Result<format::EventReattested> attestation_of(const log::Log& log, const ActorId& actor,
                                               Position position) {
  if (position.value() >= log.store().size().value())
    return Error{Errc::not_found, "no event at " + std::to_string(position.value())};
  ENGINE_TRY(bytes, log.store().entry(position));
  ENGINE_TRY(entry, format::decode_entry(bytes));
  const format::Intent& intent = entry.intent;
  const std::optional<log::EnrolledKey> key = log.keyring().find(intent.key);
  if (!key || !key->suspect_at(position)) return Error{Errc::conflict, "the event is not suspect"};
  const bool may =
      intent.actor == actor ||
      std::ranges::any_of(log.keyring().genesis()->administrators, [&](const auto& one) {
        return one.actor == actor && one.custody != format::Custody::system;
      });
  if (!may) return Error{Errc::refused, "the event is of somebody else"};
  return format::EventReattested{position, transparency::leaf_hash(bytes)};
}

Result<void> attest_again(log::Log& log, const ActorId& actor, Position position) {
  ENGINE_TRY(event, attestation_of(log, actor, position));
  ENGINE_TRY(signer, log.signer_of(actor));
  return record(log, *signer, event);
}

Result<void> record_witness_policy(log::Log& log, const std::string& text) {
  return record(log, log.system(), format::WitnessPolicyChanged{text});
}

Result<void> revoke_key(log::Log& log, const KeyId& key, format::RevocationReason reason,
                        std::optional<Position> compromised_since) {
  if (!log.keyring().find(key)) return Error{Errc::not_found, "the key is not enrolled"};
  return record(log, log.system(), format::KeyRevoked{key, compromised_since, reason});
}

}  // namespace stafett::tools
