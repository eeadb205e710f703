#pragma once
// ErasureTargets: of which subjects an order erases what, and where it lies.
//
// An order names positions. What is destroyed is a key; so an order is carried out only when it
// names every position that is sealed under the keys that go, and no other.
//
// Threads: any.

#include "engine/log/erasure/erasure_orders.h"
#include "engine/log/sealed_index.h"

namespace stafett::log {

// Of the classes that are sealed.
inline constexpr std::uint32_t kSealedClasses = 0b11110;

// Where the subject's events of the scope lie, rising. Errors: corrupt, io.
Result<std::vector<Position>> positions_of(const storage::Reads& reads,
                                           const SubjectRecord& streams, const SealedIndex& index,
                                           std::uint8_t scope);

// The same as ranges of all sealed classes.
std::vector<format::ErasureOrdered::Range> ranges_of(std::vector<Position> positions);

// Whose the order's positions are: read from the rows of those that are under way, and of the
// streams. Errors: conflict (a position is of no subject, or another order erases the subject just
// now), corrupt, io.
Result<std::vector<ErasureRecord>> targets_of(const storage::Reads& reads, const SealedIndex& index,
                                              const ErasureOrder& order);

// Errors: conflict (the order leaves something out, or names more).
Result<void> check_whole(const storage::Reads& reads, const SealedIndex& index,
                         const ErasureOrder& order, const std::vector<ErasureRecord>& targets);

}  // namespace stafett::log
