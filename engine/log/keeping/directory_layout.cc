#include "engine/log/keeping/directory_layout.h"

namespace stafett::log {

LogPaths LogPaths::beside(std::string directory) {
  while (directory.size() > 1 && directory.back() == '/') directory.pop_back();
  const std::string keys = directory + ".keys";
  return LogPaths{.database = directory,
                  .guard = directory + ".guard",
                  .keys = keys,
                  .root_key = keys + "/root.key",
                  .key_table = keys + "/table",
                  .log_key = keys + "/log.key",
                  .actors = keys + "/actors",
                  .views = directory + ".views",
                  .table_places = keys + "/places"};
}

}  // namespace stafett::log
