#include "engine/log/vault.h"

#include <algorithm>

namespace stafett::log {

Result<DomainId> Vault::acquire(DomainKind kind) {
  const std::lock_guard lock{mutex_};
  std::deque<DomainId>& spare = spare_[kind];
  if (spare.empty()) {
    std::size_t& batch = next_batch_[kind];
    batch = std::clamp<std::size_t>(batch * 2, 1, kSpareMax);
    std::vector<NewDomain> fresh(batch);
    for (NewDomain& domain : fresh) domain = {random_id<DomainId>(random_), kind};
    ENGINE_TRY_VOID(table_.append(fresh));
    for (const NewDomain& domain : fresh) spare.push_back(domain.id);
  }
  const DomainId id = spare.front();
  spare.pop_front();
  return id;
}

void Vault::release(DomainKind kind, const DomainId& id) {
  const std::lock_guard lock{mutex_};
  spare_[kind].push_back(id);
}

}  // namespace stafett::log
