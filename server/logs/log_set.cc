#include "server/logs/log_set.h"

#include <algorithm>

namespace stafett::server {

Result<void> LogSet::add(bti::BtiLog& opened, LogService service) {
  const std::string& origin = opened.log->origin();
  std::string name = origin.substr(origin.rfind('/') + 1);
  if (find(name)) return Error{Errc::conflict, "two logs are called '" + name + "'"};
  logs_.push_back(std::make_unique<ServedLog>(std::move(name), opened, std::move(service)));
  return logs_.back()->sign_in.prepare();
}

ServedLog* LogSet::find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(logs_, [&](const auto& one) { return one->name == name; });
  return found == logs_.end() ? nullptr : found->get();
}

}  // namespace stafett::server
