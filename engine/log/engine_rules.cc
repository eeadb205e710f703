#include "engine/log/engine_rules.h"

#include <algorithm>

#include "engine/transparency/witness_policy.h"

namespace stafett::log {
namespace {

bool may_record(const Keyring& keyring, const format::Intent& intent,
                const format::EngineEvent& event) {
  const bool system = intent.custody == format::Custody::system;
  if (std::holds_alternative<format::KeyEnrolled>(event))
    return system || keyring.is_administrator(intent.actor);
  if (const auto* rotated = std::get_if<format::KeyRotated>(&event))
    return rotated->old_key == intent.key;
  if (const auto* revoked = std::get_if<format::KeyRevoked>(&event)) {
    const std::optional<EnrolledKey> key = keyring.find(revoked->key);
    return system || keyring.is_administrator(intent.actor) || (key && key->actor == intent.actor);
  }
  // It counts only for events of its own actor, or from an administrator (public_record.h).
  if (std::holds_alternative<format::EventReattested>(event)) return true;
  // Two people, whom the gate knows; the program alone can neither order nor approve.
  if (std::holds_alternative<format::ErasureOrdered>(event) ||
      std::holds_alternative<format::ErasureApproved>(event))
    return !system;
  return system;
}

// Where a policy names logs, this one is among them: else nothing could ever meet it.
Result<void> check_policy(const Keyring& keyring, const std::string& text) {
  ENGINE_TRY(policy, transparency::WitnessPolicy::parse(text));
  const auto is_ours = [&](const transparency::PolicyLog& log) {
    return log.key == keyring.log_key();
  };
  if (!policy.logs().empty() && std::ranges::none_of(policy.logs(), is_ours))
    return Error{Errc::refused, "the policy is of another log"};
  return {};
}

// What is erased lies before its order; else who approves could not know what it is.
bool names_what_is_there(const format::ErasureOrdered& order, Position position) {
  return std::ranges::all_of(order.ranges, [&](const auto& range) {
    return range.first < range.end && range.end <= position;
  });
}

}  // namespace

std::optional<Refusal> judge_engine_event(const Keyring& keyring, const format::Intent& intent,
                                          const format::EngineEvent& event, Position position) {
  if (std::holds_alternative<format::Genesis>(event) != (position == Position{0}))
    return Refusal{"not-authorised", "", "a log begins with its genesis and has one", {}};
  if (position == Position{0}) return std::nullopt;
  if (!may_record(keyring, intent, event))
    return Refusal{
        "not-authorised", "", std::string{format::name_of(event)} + " is not for this actor", {}};
  if (const Result<void> checked = keyring.check(event); !checked)
    return Refusal{"key-refused", "", checked.error().detail(), {}};
  if (const auto* ordered = std::get_if<format::ErasureOrdered>(&event);
      ordered && !names_what_is_there(*ordered, position))
    return Refusal{"order-refused", "", "an erasure is ordered of positions before its order", {}};
  if (const auto* changed = std::get_if<format::WitnessPolicyChanged>(&event))
    if (const Result<void> checked = check_policy(keyring, changed->policy); !checked)
      return Refusal{"policy-refused", "", checked.error().detail(), {}};
  return std::nullopt;
}

}  // namespace stafett::log
