#include "server/content/read_requests.h"

#include <algorithm>
#include <iterator>

namespace stafett::server {

bool ReadRequests::remember(const EventId& read, const std::string& request) {
  const std::lock_guard lock{mutex_};
  if (!requests_.emplace(read, request).second) return false;
  in_order_.push_back(read);
  if (in_order_.size() <= kKept) return true;
  requests_.erase(in_order_.front());
  in_order_.pop_front();
  return true;
}

void ReadRequests::forget(const EventId& read) {
  const std::lock_guard lock{mutex_};
  if (requests_.erase(read) == 0) return;
  // Mostly the latest.
  const auto place = std::find(in_order_.rbegin(), in_order_.rend(), read);
  in_order_.erase(std::next(place).base());
}

std::string ReadRequests::request_of(const EventId& read) const {
  const std::lock_guard lock{mutex_};
  const auto found = requests_.find(read);
  return found == requests_.end() ? std::string{} : found->second;
}

}  // namespace stafett::server
