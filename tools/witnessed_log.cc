#include "tools/witnessed_log.h"

#include "engine/base/clock.h"

namespace stafett::tools {

WitnessedLog::WitnessedLog(const PublicLog& given, log::WitnessPolicies recorded)
    : public_log(given),
      policies(std::move(recorded)),
      cosigned(storage::posix_files(), log::witnessed_directory(given.paths.database),
               given.keyring.log_keys(), policies) {}

Result<std::unique_ptr<WitnessedLog>> WitnessedLog::of(const PublicLog& log) {
  ENGINE_TRY(policies, log::WitnessPolicies::read(*log.store, log.streams.engine));
  return std::make_unique<WitnessedLog>(log, std::move(policies));
}

Result<WitnessedLog::Chosen> WitnessedLog::checkpoint_for(Position position) const {
  ENGINE_TRY(newest_final, cosigned.newest_final(*public_log.store, position));
  if (newest_final) return Chosen{{newest_final->note, newest_final->head}, true};
  ENGINE_TRY(newest, public_log.checkpoint());
  return Chosen{std::move(newest), false};
}

std::string cosigned_at(std::uint64_t time_s) {
  return to_text(TimeUs{static_cast<std::int64_t>(time_s) * 1'000'000});
}

std::string cosigned_text(std::uint64_t time_s) {
  return time_s <= log::kCosignedTimeMax ? cosigned_at(time_s) : std::to_string(time_s) + " s";
}

}  // namespace stafett::tools
