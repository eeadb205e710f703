#include "tools/open_log.h"

#include "engine/crypto/system_random.h"

namespace stafett::tools {

Random& system_random() {
  static crypto::SystemRandom random;
  return random;
}

log::LogOptions log_options() {
  static SystemClock clock;
  return {clock, system_random(), storage::posix_files()};
}

Result<bti::BtiLog> open_writer(const std::string& directory) {
  return bti::open_log(log::LogPaths::beside(directory), log_options());
}

Result<bti::BtiLog> open_recording(const std::string& directory) {
  ENGINE_TRY(opened, open_writer(directory));
  if (const auto reason = opened.log->read_only_reason()) return Error{Errc::read_only, *reason};
  return std::move(opened);
}

}  // namespace stafett::tools
