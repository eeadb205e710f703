#pragma once
// What the checks of one bundle share.
//
// Threads:  one.
// Lifetime: everything referred to outlives it.

#include "projections/bundle/bundle_check.h"
#include "projections/bundle/bundle_files.h"
#include "projections/bundle/entry_check.h"
#include "projections/bundle/manifest.h"

namespace stafett::bti {

struct BundleContext {
  BundleContext(storage::Files& from, const std::string& where, const BundleCheckOptions& asked)
      : files(from), directory(where), options(asked), findings(asked.errors_max) {}

  storage::Files& files;
  const std::string directory;
  const BundleCheckOptions options;
  log::Findings findings;
  BundleVisitor* visitor = nullptr;

  BundleRecord record;
  std::optional<Manifest> manifest;  // nothing: not signed by the log
  std::optional<BundleScope> scope;  // nothing: cannot be read
  std::string scope_text;
  std::optional<AuditGrant::Version> grant;  // in force when the log was told; nothing: none was
  BundleReport::Population population;
  std::uint64_t documents = 0;  // there, and those that the entries promise
  std::string profile;          // empty: not the genesis's
  std::string genesis;          // leaf hash of entry 0, base64
  std::string checkpoint;       // a note that the log signed; empty: there is none

  std::string path_of(std::string_view name) const { return directory + "/" + std::string{name}; }
  void file_fault(std::string_view name, const char* code, const std::string& why) {
    findings.add(std::nullopt, "file " + std::string{name}, code, why);
  }
};

// Every line of a file; that it cannot be read is a finding. `use`: an error is one, too.
void for_each_line(BundleContext& context, std::string_view name,
                   const std::function<Result<void>(std::string_view line)>& use);

}  // namespace stafett::bti
