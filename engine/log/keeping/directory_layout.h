#pragma once
// Where a log's files are. By default beside the database; in production the guard and the keys
// belong on other volumes than the database, and each path can be set on its own.

#include <string>

namespace stafett::log {

struct LogPaths {
  std::string database;   // nothing secret in it
  std::string guard;      // directory: tail, checkpoint
  std::string keys;       // directory, 0700: what below is inside it by default
  std::string root_key;   // 32 bytes, 0600; in no backup
  std::string key_table;  // the wrapped keys of the erasure domains; backed up apart
  std::string log_key;    // the log's signing key, 0600
  std::string actors;     // directory: custodial signing keys
  std::string views;  // a database that may be deleted at any time; nothing readable without keys
  std::string table_places;  // file: where copies of the key table are kept

  // DIR, DIR.guard/, DIR.keys/{root.key,table,places,log.key,actors/}, DIR.views/. Slashes at the
  // end of `directory` do not count: "a/" is the log "a".
  static LogPaths beside(std::string directory);
};

}  // namespace stafett::log
