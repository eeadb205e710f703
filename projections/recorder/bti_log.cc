#include "projections/recorder/bti_log.h"

namespace stafett::bti {

Result<void> create_log(const log::LogPaths& paths, const NewBtiLog& what,
                        const log::LogOptions& options) {
  log::NewLog fresh{what.origin, what.administrators, what.threshold, canonical_json(what.profile),
                    what.root_key};
  if (fresh.administrators.empty()) fresh.administrators.push_back({"admin", std::nullopt});
  return log::Log::create(paths, fresh, options);
}

Result<BtiLog> open_log(const log::LogPaths& paths, const log::LogOptions& options,
                        std::size_t cases_max) {
  BtiLog opened;
  ENGINE_TRY(log, log::Log::open(paths, options));
  opened.log = std::move(log);
  ENGINE_TRY(gate, BtiGate::open(*opened.log, cases_max));
  opened.gate = gate.get();
  opened.log->start(std::move(gate));
  return opened;
}

}  // namespace stafett::bti
