#pragma once
// Groups: the consumer groups of one log, each known by its owner and its name.
//
// Threads:  any; what changes the disk waits for it.
// Lifetime: the served log outlives it.
// Limits:   GroupsOptions.

#include <memory>
#include <mutex>

#include "server/groups/group.h"

namespace stafett::server {

struct GroupsOptions {
  GroupLimits group{};
  std::size_t of_owner_max = 16;
  std::size_t of_log_max = 1024;
};

struct GroupTotals {
  std::size_t groups = 0, outstanding = 0, waiting = 0, parked = 0;
  std::uint64_t lag_max = 0;  // events that the group furthest behind has before it
};

class Groups final {
 public:
  // Errors: as GroupStore::open() and load().
  static Result<std::unique_ptr<Groups>> open(ServedLog& log, const GroupsOptions& options = {});

  struct Made {
    std::shared_ptr<Group> group;
    bool is_new;
  };
  // Errors: conflict (there is one of that name, and it is another), too_large (the owner or the
  // log has as many as may be), invalid_argument (a position that the log does not have), and
  // those of the store.
  Result<Made> make(const SignedIn& owner, const std::string& name,
                    const GroupDefinition& definition);
  std::shared_ptr<Group> find(const ActorId& owner, const std::string& name) const;  // null: none
  std::vector<std::shared_ptr<Group>> of(const ActorId& owner) const;                // by name
  std::vector<std::shared_ptr<Group>> all() const;
  Result<void> remove(const ActorId& owner, const std::string& name);  // Errors: also not_found

  GroupTotals totals() const;
  ServedLog& log() const { return log_; }

 private:
  Groups(ServedLog& log, const GroupsOptions& options) : log_(log), options_(options) {}
  Result<StoredGroup> stored(const SignedIn& owner, const std::string& name,
                             const GroupDefinition& definition) const;

  ServedLog& log_;
  const GroupsOptions options_;
  std::unique_ptr<GroupStore> store_;
  std::mutex making_;  // one is made or removed at a time
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::map<std::pair<ActorId, std::string>, std::shared_ptr<Group>> groups_;
};

// Of all logs that are served.
class GroupsOfLogs final {
 public:
  // Errors: as Groups::open().
  Result<void> add(ServedLog& log, const GroupsOptions& options = {});
  Groups* find(const ServedLog& log) const;
  const std::vector<std::unique_ptr<Groups>>& all() const { return all_; }

 private:
  std::vector<std::unique_ptr<Groups>> all_;  // built by one; then read from any thread
};

}  // namespace stafett::server
