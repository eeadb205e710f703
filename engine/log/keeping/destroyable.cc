#include "engine/log/keeping/destroyable.h"

#include <filesystem>

namespace stafett::log {

Result<void> check_destroyable(storage::Files& files, const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_symlink(std::filesystem::symlink_status(path, ignored)))
    return Error{Errc::refused, path + ": a link, behind which nothing is destroyed"};
  ENGINE_TRY(there, files.exists(path));
  if (!there) return {};
  const auto opened = files.open_append(path);
  if (!opened)
    return Error{Errc::refused, path + ": it could not be destroyed: " + opened.error().detail()};
  return {};
}

}  // namespace stafett::log
