#include "engine/log/vault.h"

#include <algorithm>

namespace stafett::log {

Result<DomainId> Vault::acquire(DomainKind kind) {
  const std::lock_guard lock{mutex_};
  std::deque<DomainId>& spare = spare_[kind];
  if (spare.empty()) {
    std::size_t& batch = next_batch_[kind];
    batch = std::clamp<std::size_t>(batch * 2, 1, kSpareMax);
    ENGINE_TRY_VOID(make(kind, batch));
  }
  const DomainId id = spare.front();
  spare.pop_front();
  return id;
}

Result<void> Vault::make(DomainKind kind, std::size_t count) {
  std::vector<NewDomain> fresh(count);
  for (NewDomain& domain : fresh) domain = {random_id<DomainId>(random_), kind};
  const std::lock_guard lock{table_mutex_};
  ENGINE_TRY_VOID(table_.append(fresh));
  for (const NewDomain& domain : fresh) spare_[kind].push_back(domain.id);
  return {};
}

Result<void> Vault::stock(DomainKind kind, std::size_t count) {
  const std::lock_guard lock{mutex_};
  const std::size_t there = spare_[kind].size();
  const std::size_t wanted = std::min(count, kSpareMax);
  return there < wanted ? make(kind, wanted - there) : Result<void>{};
}

Result<void> Vault::while_unchanged(const std::function<Result<void>(KeyTable&)>& change) {
  const std::lock_guard lock{table_mutex_};
  return change(table_);
}

void Vault::release(DomainKind kind, const DomainId& id) {
  const std::lock_guard lock{mutex_};
  spare_[kind].push_back(id);
}

}  // namespace stafett::log
