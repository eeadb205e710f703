#pragma once
// GroupStore: the groups of a log on the disk, beside it in DIR.groups/: what they are, how far
// they have come, and what is parked. Positions, and their owners' own words; no content.
//
// Source:   docs/formats/group-rows.md
// Threads:  any; one group by one at a time.
// Lifetime: the index outlives it.
// Errors:   io, corrupt, unsupported, conflict (another log's), locked; read_only once a write has
//           failed, until it is opened again.
//
// It follows from nothing: what is lost of it is handed out again. Every change is synced before
// it returns. Rows are sealed under the log's index key. The database is made with the first
// group.

#include <boost/json/object.hpp>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/log/keeping/directory_layout.h"
#include "engine/log/sealed_index.h"
#include "engine/storage/view_store.h"
#include "server/groups/group_definition.h"
#include "server/groups/group_state.h"

namespace stafett::server {

inline constexpr std::uint64_t kGroupRowsVersion = 1;

struct WebhookSetting {
  std::string url;
  Hash key{};        // signs what is sent
  TimeUs ends_at{};  // unless it is set anew before
};

struct GroupRecord {
  ActorId owner;
  std::string owner_label;
  std::string name;
  GroupDefinition definition;
  std::optional<WebhookSetting> webhook{};
};

// How far a group has come.
struct GroupProgress {
  TreeSize looked_at;
  Hash leaf{};  // leaf hash of entry looked_at - 1: of which history; zeros at 0
  std::map<Position, OpenEvent> unfinished;  // below looked_at; what is not here is done
};

struct StoredGroup {
  GroupId id;
  GroupRecord record;
  GroupProgress progress;
  std::map<Position, ParkedEvent> parked;
};

std::string groups_path(const log::LogPaths& paths);

class GroupStore final {
 public:
  // Nothing is made on the disk before the first group is.
  static Result<std::unique_ptr<GroupStore>> open(const std::string& path, const Hash& owner,
                                                  const log::SealedIndex& index,
                                                  const storage::ViewStoreOptions& options = {});

  Result<std::vector<StoredGroup>> load() const;
  Result<void> create(const StoredGroup& group);
  Result<void> put_record(const GroupId& id, const GroupRecord& record);
  // `parked`: those that are parked anew or changed; `unparked`: those that are not any more.
  struct Change {
    GroupProgress progress;
    std::map<Position, ParkedEvent> parked{};
    std::vector<Position> unparked{};
  };
  Result<void> save(const GroupId& id, const Change& change);
  Result<void> remove(const GroupId& id);

 private:
  GroupStore(std::string path, const Hash& owner, const log::SealedIndex& index,
             storage::ViewStoreOptions options)
      : path_(std::move(path)), owner_(owner), index_(index), options_(std::move(options)) {}
  storage::ViewStore* rows() const;
  Result<void> make();
  void put(storage::ViewBatch& batch, const Bytes& key, ByteView value) const;
  Result<void> write(const storage::ViewBatch& batch);
  Result<void> read_row(ByteView key, ByteView sealed, std::map<GroupId, StoredGroup>& found) const;

  const std::string path_;
  const Hash owner_;
  const log::SealedIndex& index_;
  const storage::ViewStoreOptions options_;
  mutable std::mutex mutex_;
  std::unique_ptr<storage::ViewStore>
      store_;  // Guarded by mutex_ until it is there; then constant.
};

}  // namespace stafett::server
