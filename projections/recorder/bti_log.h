#pragma once
// BtiLog: a log with BTI's rules at its gate, opened or made, ready to record and read.

#include <memory>
#include <optional>
#include <string>

#include "projections/gate/bti_gate.h"
#include "projections/profile/profile.h"

namespace stafett::bti {

struct BtiLog {
  std::unique_ptr<log::Log> log;
  BtiGate* gate = nullptr;  // owned by the log
};

struct NewBtiLog {
  std::string origin;
  Profile profile;
  std::vector<log::NewLog::Administrator> administrators;  // empty: one custodial `admin`
  std::uint16_t threshold = 1;
  std::string root_key = "file";  // where it is kept: log::RootKeySource
};
Result<void> create_log(const log::LogPaths& paths, const NewBtiLog& what,
                        const log::LogOptions& options);
// Also opens read-only, with the reason in log->read_only_reason().
Result<BtiLog> open_log(const log::LogPaths& paths, const log::LogOptions& options,
                        std::size_t cases_max = CaseTable::kCasesMaxDefault);

}  // namespace stafett::bti
