#pragma once
// What the commands about backups share: surroundings, paths, JSON, and the exit code for damage.
//
// Threads: any.

#include <boost/json/object.hpp>
#include <string>

#include "engine/log/backup/backup_maker.h"

namespace stafett::tools {

log::BackupSurroundings backup_surroundings();

// From the root, with no slash at its end. Links are not followed: what lies beside a log lies
// beside the name it was called by.
std::string absolute_path(const std::string& path);

boost::json::object to_json(const log::BackupManifest& manifest);
boost::json::object to_json(const log::DrillOutcome& outcome);

// As fail(); damage in a backup, or a receipt that does not hold, is a failed verification.
int fail_backup(const Error& error);

// "g12": that generation; digits: the newest that is not larger; else a time: not younger. Errors:
// invalid_argument.
Result<log::AtGeneration> parse_at(const std::string& text);

}  // namespace stafett::tools
