#include "engine/log/verify/cosigned_check.h"

#include "engine/log/log_tree.h"
#include "engine/log/verify/findings.h"
#include "engine/log/witness/cosigned_checkpoints.h"

namespace stafett::log {
namespace {

class CosignedCheck final {
 public:
  CosignedCheck(const CosignedPlace& place, const VerifyOptions& options, VerifyReport& report)
      : place_(place), options_(options), report_(report) {}

  void run() {
    const auto policies = WitnessPolicies::read(place_.reads, place_.engine);
    // Entries that cannot be read are named where they are checked.
    if (!policies) return;
    const CosignedCheckpoints all{place_.files, place_.directory, place_.log_keys, *policies};
    const Result<std::vector<TreeSize>> sizes = all.sizes();
    if (!sizes) return add("checkpoint", code::kCheckpointSignature, sizes.error().to_string());
    for (const TreeSize size : *sizes) look_at(all, size);
  }

 private:
  void look_at(const CosignedCheckpoints& all, TreeSize size) {
    const Result<CosignedCheckpoint> one = all.at(size);
    if (!one)
      return add(checkpoint_place(size), code::kCheckpointSignature,
                 "cosigned: " + one.error().to_string());
    if (size > report_.size)
      return add(checkpoint_place(size), code::kRoot,
                 "witnesses have cosigned more entries than there are");
    const Result<Hash> root = root_at(place_.reads, size);
    if (!root || *root != one->head.root)
      return add(checkpoint_place(size), code::kCheckpointFork,
                 "witnesses have cosigned another history than the entries");
    ++report_.witnessed.checkpoints;
    if (one->is_final) report_.witnessed.newest_final = {size, one->newest_time_s()};
  }

  void add(std::string where, const char* code, std::string detail) {
    ++report_.error_count;
    report_.ok = false;
    if (report_.errors.size() < options_.errors_max)
      report_.errors.push_back({std::nullopt, std::move(where), code, std::move(detail)});
  }

  const CosignedPlace& place_;
  const VerifyOptions& options_;
  VerifyReport& report_;
};

}  // namespace

void check_cosigned(const CosignedPlace& place, const VerifyOptions& options,
                    VerifyReport& report) {
  CosignedCheck{place, options, report}.run();
}

}  // namespace stafett::log
