#pragma once
// The limits: what the machine and the libraries below us could do at most, with the same data.
//
// `cpu`: to which the processor time is added.
//
// Threads: owner only; each uses threads of its own.

#include "bench/timing.h"
#include "bench/town.h"

namespace stafett::bench {

// How long each round of a limit takes.
constexpr double kLimitSeconds = 1.0;

// Ed25519 checks of messages as long as those that actors sign, on all cores, each thread on a
// share of the keys. Per second.
double verify_limit(double seconds, CpuCost* cpu = nullptr);

// Commit groups of a log as storage was handed them, to be committed again to a fresh database.
struct StoredGroups {
  std::vector<storage::SealedBatch> batches;
  std::vector<std::vector<storage::TileRow>> tiles;  // that each completed
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;  // entries and parts
};
// The groups that begin at or after `first`, renumbered from 0. Index rows are left out: which
// group wrote them cannot be told; so the limit has a little less to do than the log had.
Result<StoredGroups> read_groups(const storage::Reads& reads, Position first);

// Events per second through Store::commit, synced, into a database made in `directory`.
Result<double> store_limit(const StoredGroups& groups, const std::string& directory,
                           CpuCost* cpu = nullptr);

// Entries and all parts in order, on one thread as an iterator has it. Events per second.
Result<double> iteration_limit(const storage::Reads& reads, CpuCost* cpu = nullptr);
// Entries alone.
Result<double> entry_iteration_limit(const storage::Reads& reads, CpuCost* cpu = nullptr);

}  // namespace stafett::bench
