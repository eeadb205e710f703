#pragma once
// How old a log's newest backup is, and the last drill of it.
//
// Threads: one.

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "engine/base/ids.h"

namespace stafett::tools {

// A day between backups, a month between drills, and some hours or days for what came between.
inline constexpr std::int64_t kBackupSecondsMax = 26 * 3600;
inline constexpr std::int64_t kDrillSecondsMax = 35 * 24 * 3600;

struct BackupStatus {
  boost::json::value backup;  // null: never
  boost::json::value drill;   // null: never
  boost::json::array problems;
};

// `log_seconds`: how old the log is. What was never done is as old as the log.
BackupStatus look_at_backups(const std::string& database, std::int64_t log_seconds, TimeUs now);

}  // namespace stafett::tools
