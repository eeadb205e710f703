#include "engine/log/backup/copy_faults.h"

#include <fmt/format.h>

namespace stafett::log {

std::string faults_of(const VerifyReport& report) {
  const VerifyError& first = report.errors.front();
  return fmt::format("{} faults, the first: {}: {}: {}", report.error_count, first.place,
                     first.code, first.detail);
}

}  // namespace stafett::log
