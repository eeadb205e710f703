#pragma once
// Door: everything about a submitted group that does not depend on its turn: form, signature, key,
// commitments; loads what its turn will need, and seals its parts.
//
// Threads:  check() from any thread, many at once.
// Lifetime: everything referred to outlives the Door.

#include "engine/log/keyring.h"
#include "engine/log/recent_events.h"
#include "engine/log/sealed_index.h"
#include "engine/log/vault.h"
#include "engine/log/work.h"

namespace stafett::log {

struct DoorPlace {
  const storage::Reads& reads;
  const Keyring& keyring;
  const RecentEvents& recent;
  const SealedIndex& index;
  StreamTable& streams;
  Vault& vault;
  Gate& gate;
  Random& random;
};

class Door final {
 public:
  explicit Door(const DoorPlace& place) : place_(place) {}

  // Fills work.events; every event ends checked, refused, repeated or with an error.
  void check(Work& work);

 private:
  void check_signature(Work& work);
  void check_event(CheckedEvent& event);
  Result<void> look_for_repetition(CheckedEvent& event);
  Result<void> prepare(CheckedEvent& event);
  Result<void> seal(CheckedEvent& event, const DomainId& domain);

  const DoorPlace place_;
};

// The outcome that an event with this id got before, when it is in the database: its receipt or
// refusal if the fingerprint is the same, else the refusal `conflict`.
Result<std::optional<Outcome>> earlier_outcome(const storage::Reads& reads,
                                               const SealedIndex& index, const EventId& event,
                                               const Hash& fingerprint);

// A receipt for what is recorded at `position`.
Result<Receipt> receipt_for(const storage::Reads& reads, Position position);

// A refusal as stored by event id: sealed, as a code alone would tell what was tried.
storage::RefusalRow refusal_row(const SealedIndex& index, const EventId& event,
                                const Refusal& refusal, const Hash& fingerprint);

Refusal conflict_refusal();

}  // namespace stafett::log
