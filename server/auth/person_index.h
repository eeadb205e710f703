#pragma once
// PersonIndex: from a national identity number to the person of the log whose details have it.
//
// Source:   docs/decisions/0025-who-a-token-is-of.md
// Threads:  any.
// Lifetime: the log and the gate outlive it.
// Limits:   some 100 bytes for each person whose details have a number.
//
// Numbers are kept as a keyed digest under a key of the log's own, in memory only. The latest
// details recorded of a person count. What is recorded while the log is served is found at the next
// question.

#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "projections/gate/bti_gate.h"

namespace stafett::server {

class PersonIndex final {
 public:
  PersonIndex(const log::Log& log, const bti::BtiGate& gate) : log_(log), gate_(gate) {}

  // Reads what the log has recorded of people since the last time. Errors: corrupt, io.
  Result<void> catch_up();
  // None: nobody has that number, or more than one person has. Errors: as catch_up().
  Result<std::optional<ActorId>> person_of(std::string_view national_id);
  // The same by what digest() gave, so that whoever is to be found again need not keep the number.
  // Empty: it is no number.
  std::optional<Hash> digest(std::string_view national_id) const;
  Result<std::optional<ActorId>> person_with(const Hash& digest);

 private:
  Result<void> catch_up_locked();
  void apply(const bti::Event& event);
  void forget(const ActorId& person);

  const log::Log& log_;
  const bti::BtiGate& gate_;
  std::mutex mutex_;
  TreeSize seen_{0};                                                  // Guarded by mutex_.
  Version next_{0};                                                   // Guarded. Of the directory.
  std::unordered_map<Hash, std::vector<ActorId>, IdHash> by_number_;  // Guarded.
  std::unordered_map<ActorId, Hash, IdHash> number_of_;               // Guarded.
};

}  // namespace stafett::server
