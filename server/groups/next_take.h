#pragma once
// When a group is to be asked again after a take that gave nothing.
//
// Threads: any.

#include "server/groups/group.h"

namespace stafett::server {

inline constexpr std::int64_t kLongestIdleUs = 60'000'000;

// How long another take would give nothing if nothing happens, at most kLongestIdleUs; 0: take now.
// `changes`: Group::changes() of that batch.
std::int64_t idle_us(const TakenBatch& batch, std::uint64_t changes, TreeSize head, TimeUs now);

}  // namespace stafett::server
