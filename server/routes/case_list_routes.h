#pragma once
// The cases in which somebody has a part: their names and why they are listed, no content.

#include <chrono>

#include "server/http/router.h"
#include "server/logs/log_set.h"

namespace stafett::server {

// One request lists so many cases at most, and looks at so many to find them.
inline constexpr std::size_t kCasesListedMax = 200;
inline constexpr std::size_t kCasesListedDefault = 50;
inline constexpr std::size_t kCasesLookedAtMax = 1000;
// A case that nobody has used lately takes milliseconds to load: the rest is for the next request.
inline constexpr std::chrono::milliseconds kCasesLookedAtTime{500};

// The logs outlive the router.
void add_case_list_routes(Router& router, const LogSet& logs);

}  // namespace stafett::server
