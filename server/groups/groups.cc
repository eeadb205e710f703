#include "server/groups/groups.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "server/groups/entries_read.h"

namespace stafett::server {

namespace {

GroupLimits limits_of(const GroupsOptions& options, const GroupDefinition& definition) {
  GroupLimits limits = options.group;
  limits.window = definition.window;
  limits.attempts_max = definition.attempts;
  limits.lease_us = std::int64_t{1'000'000} * definition.lease_s;
  return limits;
}

}  // namespace

Result<std::unique_ptr<Groups>> Groups::open(ServedLog& log, const GroupsOptions& options) {
  std::unique_ptr<Groups> groups{new Groups{log, options}};
  ENGINE_TRY(store, GroupStore::open(groups_path(log.log.paths()), log.log.origin_hash(),
                                     log.log.index()));
  ENGINE_TRY(found, store->load());
  groups->store_ = std::move(store);
  for (StoredGroup& one : found) {
    auto unfinished = std::move(one.progress.unfinished);
    auto parked = std::move(one.parked);
    const GroupLimits limits = limits_of(options, one.record.definition);
    auto group = std::make_shared<Group>(log, *groups->store_, limits, std::move(one));
    ENGINE_TRY_VOID(group->begin(std::move(unfinished), std::move(parked)));
    const GroupRecord& record = group->record();
    groups->groups_.emplace(std::pair{record.owner, record.name}, std::move(group));
  }
  return groups;
}

std::shared_ptr<Group> Groups::find(const ActorId& owner, const std::string& name) const {
  const std::lock_guard lock{mutex_};
  const auto found = groups_.find({owner, name});
  return found == groups_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<Group>> Groups::of(const ActorId& owner) const {
  std::vector<std::shared_ptr<Group>> out;
  const std::lock_guard lock{mutex_};
  for (auto at = groups_.lower_bound({owner, ""}); at != groups_.end(); ++at) {
    if (at->first.first != owner) break;
    out.push_back(at->second);
  }
  return out;
}

std::vector<std::shared_ptr<Group>> Groups::all() const {
  std::vector<std::shared_ptr<Group>> out;
  const std::lock_guard lock{mutex_};
  for (const auto& [key, group] : groups_) out.push_back(group);
  return out;
}

Result<StoredGroup> Groups::stored(const SignedIn& owner, const std::string& name,
                                   const GroupDefinition& definition) const {
  const TreeSize head = log_.log.size();
  std::uint64_t from = 0;
  if (definition.from == "now")
    from = head.value();
  else if (definition.from != "start")
    from = parse_decimal(definition.from).value_or(UINT64_MAX);
  if (from > head.value())
    return Error{Errc::invalid_argument, "the log has no such position to begin at"};
  StoredGroup group;
  group.id = random_id<GroupId>(log_.log.random());
  group.record = {owner.person, owner.label, name, definition};
  group.progress.looked_at = TreeSize{from};
  ENGINE_TRY(leaf, leaf_before(log_, group.progress.looked_at));
  group.progress.leaf = leaf;
  return group;
}

Result<Groups::Made> Groups::make(const SignedIn& owner, const std::string& name,
                                  const GroupDefinition& definition) {
  const std::lock_guard one_at_a_time{making_};
  if (auto known = find(owner.person, name)) {
    if (!(known->record().definition == definition))
      return Error{Errc::conflict, "there is a group of that name, made for something else"};
    return Made{std::move(known), false};
  }
  if (of(owner.person).size() >= options_.of_owner_max || all().size() >= options_.of_log_max)
    return Error{Errc::too_large, "there are as many groups as may be"};
  ENGINE_TRY(made, stored(owner, name, definition));
  ENGINE_TRY_VOID(store_->create(made));
  auto group =
      std::make_shared<Group>(log_, *store_, limits_of(options_, definition), std::move(made));
  ENGINE_TRY_VOID(group->begin({}, {}));
  const std::lock_guard lock{mutex_};
  groups_.emplace(std::pair{owner.person, name}, group);
  return Made{std::move(group), true};
}

Result<void> Groups::remove(const ActorId& owner, const std::string& name) {
  const std::lock_guard one_at_a_time{making_};
  const auto group = find(owner, name);
  if (!group) return Error{Errc::not_found, "no such group"};
  ENGINE_TRY_VOID(group->remove());
  const std::lock_guard lock{mutex_};
  groups_.erase({owner, name});
  return {};
}

GroupTotals Groups::totals() const {
  GroupTotals totals;
  const std::uint64_t head = log_.log.size().value();
  for (const auto& group : all()) {
    const GroupFigures figures = group->figures();
    ++totals.groups;
    totals.outstanding += figures.outstanding;
    totals.waiting += figures.waiting;
    totals.parked += figures.parked;
    totals.lag_max = std::max(totals.lag_max, head - std::min(head, figures.low_water.value()));
  }
  return totals;
}

Result<void> GroupsOfLogs::add(ServedLog& log, const GroupsOptions& options) {
  ENGINE_TRY(groups, Groups::open(log, options));
  all_.push_back(std::move(groups));
  return {};
}

Groups* GroupsOfLogs::find(const ServedLog& log) const {
  const auto found =
      std::ranges::find_if(all_, [&](const auto& one) { return &one->log() == &log; });
  return found == all_.end() ? nullptr : found->get();
}

}  // namespace stafett::server
