#include "server/content/read_requests.h"

namespace stafett::server {

void ReadRequests::remember(const EventId& read, const std::string& request) {
  const std::lock_guard lock{mutex_};
  if (!requests_.insert_or_assign(read, request).second) return;
  in_order_.push_back(read);
  if (in_order_.size() <= kKept) return;
  requests_.erase(in_order_.front());
  in_order_.pop_front();
}

std::string ReadRequests::request_of(const EventId& read) const {
  const std::lock_guard lock{mutex_};
  const auto found = requests_.find(read);
  return found == requests_.end() ? std::string{} : found->second;
}

}  // namespace stafett::server
