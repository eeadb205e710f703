#pragma once
// Building views from the log's first event on, on all cores, each into a generation of its own
// that then catches up beside the one that serves (follower.h).
//
// Threads:  build_views() starts its own; one at a time.
// Lifetime: the Views outlive it.
// Limits:   kBuildCases cases folded at a time (case_scan.h's slices).

#include "projections/rebuild/case_scan.h"
#include "projections/views/row_digest.h"

namespace stafett::bti {

inline constexpr std::uint32_t kBuildCases = 100'000;

struct BuildRequest {
  const CaseProjection* projection;
  std::vector<TreeSize> digests_at;  // sizes below the head: what the rows were there
};
struct SizedDigest {
  TreeSize size;
  Hash digest;
};
struct Built {
  Generation generation;  // coming, or stopped
  std::uint64_t cases = 0;
  Hash digest;                       // at generation.size
  std::vector<SizedDigest> digests;  // at the sizes asked for that are not above it
};

// The log as it is now. A projection that fails is stopped and named; the others are built. A build
// that fails leaves no generation that is being built.
// Errors: those of the log and the store, conflict (somebody else began to build the same).
Result<std::vector<Built>> build_views(Views& views, std::span<const BuildRequest> requests,
                                       const ScanPace& pace = {});

}  // namespace stafett::bti
