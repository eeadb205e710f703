#pragma once
// The suites: one for each group of promises. Each adds its lines to the report.
//
// Source:  docs/performance.md
// Threads: owner only.

#include <span>
#include <string>
#include <string_view>

#include "bench/report.h"
#include "engine/base/result.h"

namespace stafett::bench {

struct SuiteOptions {
  std::string directory;           // everything is made and removed in here
  std::string program;             // this one, for what needs a process of its own
  std::uint64_t events = 20'000;   // of a measured stretch, or of the log that is read
  std::uint64_t growth = 100'000;  // the largest log of `growth`, `open` and `memory`
  unsigned rounds = 3;
  bool postgres = true;
  std::string existing;  // `views` rebuilds those of this log, not of a town of its own
  std::string only;      // of `append` and `readers`: only what has this in its name

  bool wants(std::string_view name) const { return name.find(only) != std::string_view::npos; }
};

// The log that `growth`, `open`, `memory` and `rebuild` share; each grows it as far as it needs.
std::string grown_directory(const SuiteOptions& options);

struct Suite {
  const char* name;
  const char* what;
  Result<void> (*run)(const SuiteOptions&, Report&);
};
std::span<const Suite> suites();

Result<void> run_append(const SuiteOptions& options, Report& report);
Result<void> run_verify(const SuiteOptions& options, Report& report);
Result<void> run_rebuild(const SuiteOptions& options, Report& report);
Result<void> run_views(const SuiteOptions& options, Report& report);
Result<void> run_erase(const SuiteOptions& options, Report& report);
Result<void> run_readers(const SuiteOptions& options, Report& report);
Result<void> run_open(const SuiteOptions& options, Report& report);
Result<void> run_memory(const SuiteOptions& options, Report& report);
Result<void> run_growth(const SuiteOptions& options, Report& report);

// What a process of its own does: `open` (prints seconds), `serve` (prints MiB), `die` (killed).
int run_child(const std::string& what, const std::string& directory, std::uint64_t events);

}  // namespace stafett::bench
