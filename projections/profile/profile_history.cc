#include "engine/base/check.h"
#include "projections/profile/profile.h"

namespace stafett::bti {

ProfileHistory::ProfileHistory(Profile first, Date effective_from) {
  versions_.push_back({1, effective_from, std::move(first)});
}

void ProfileHistory::approve(ProfileVersion next) {
  CHECK(next.version == latest().version + 1);
  versions_.push_back(std::move(next));
}

// The newest that has begun: one that begins before its predecessor leaves that no day.
const ProfileVersion& ProfileHistory::in_force(Date on) const {
  for (std::size_t i = versions_.size(); i-- > 1;)
    if (versions_[i].effective_from <= on) return versions_[i];
  return versions_.front();
}

}  // namespace stafett::bti
