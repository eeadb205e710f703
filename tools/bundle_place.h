#pragma once
// A bundle where a command finds it: a folder, or packed in one file.

#include <memory>
#include <string>
#include <vector>

#include "projections/bundle/bundle_check.h"

namespace stafett::tools {

bool is_bundle(const std::string& path);

// What the caller holds from elsewhere.
struct HeldWords {
  std::string key;                         // a verifier key; empty: none
  std::vector<std::string> checkpoints{};  // files
};

struct BundleVerdict {
  bti::BundleReport report;
  std::unique_ptr<bti::BundleCheck> check;  // for its names
};
// Errors: not_found, malformed (what is held), io. What is wrong with the bundle is in the report.
Result<BundleVerdict> verify_bundle(const std::string& bundle, const HeldWords& held,
                                    bti::BundleVisitor* visitor);

// As report_json(), and "bundle": what it is of.
boost::json::object bundle_json(const bti::BundleReport& report);
void print_verdict(const bti::BundleReport& report);

// Notes of checkpoints from files. Errors: not_found, too_large, io.
Result<std::vector<std::string>> read_checkpoints(const std::vector<std::string>& paths);

}  // namespace stafett::tools
