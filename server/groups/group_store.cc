#include "server/groups/group_store.h"

#include <filesystem>

#include "server/groups/group_rows.h"

namespace stafett::server {

using storage::ViewAccess;
using storage::ViewBatch;
using storage::ViewStore;
using storage::ViewWrite;

namespace {

enum class Row : std::uint8_t { record = 'd', progress = 'q', parked = 'p' };
// The store has two rows of its own, 'f' and 's'.

Bytes key_of(Row row, const GroupId& id) {
  Bytes key{static_cast<std::uint8_t>(row)};
  append(key, id.view());
  return key;
}

Bytes parked_key(const GroupId& id, Position position) {
  Bytes key = key_of(Row::parked, id);
  append(key, big_endian(position.value()));
  return key;
}

storage::ViewStoreOptions small(storage::ViewStoreOptions options) {
  options.memtable_bytes = 1u << 20;
  options.cache_bytes = 1u << 20;
  return options;
}

}  // namespace

std::string groups_path(const log::LogPaths& paths) {
  return paths.database + ".groups";
}

Result<std::unique_ptr<GroupStore>> GroupStore::open(const std::string& path, const Hash& owner,
                                                     const log::SealedIndex& index,
                                                     const storage::ViewStoreOptions& options) {
  std::unique_ptr<GroupStore> store{new GroupStore{path, owner, index, small(options)}};
  // In a test's environment it is for the test to say whether there is one.
  std::error_code error;
  if (options.environment || std::filesystem::exists(path + "/CURRENT", error))
    ENGINE_TRY_VOID(store->make());
  if (error) return Error{Errc::io, path + ": " + error.message()};
  return store;
}

storage::ViewStore* GroupStore::rows() const {
  const std::lock_guard lock{mutex_};
  return store_.get();
}

Result<void> GroupStore::make() {
  const std::lock_guard lock{mutex_};
  if (store_) return {};
  ENGINE_TRY(opened, ViewStore::open(path_, ViewAccess::write, owner_, options_));
  store_ = std::move(opened);
  return {};
}

void GroupStore::put(ViewBatch& batch, const Bytes& key, ByteView value) const {
  batch.put(key, index_.seal(key, value));
}

Result<void> GroupStore::write(const ViewBatch& batch) {
  storage::ViewStore* store = rows();
  if (!store) return Error{Errc::not_found, "no groups"};
  return store->write(batch, ViewWrite::synced);
}

Result<void> GroupStore::create(const StoredGroup& group) {
  ENGINE_TRY_VOID(make());
  ViewBatch batch;
  put(batch, key_of(Row::record, group.id), record_row(group.record));
  put(batch, key_of(Row::progress, group.id), progress_row(group.progress));
  return write(batch);
}

Result<void> GroupStore::put_record(const GroupId& id, const GroupRecord& record) {
  ViewBatch batch;
  put(batch, key_of(Row::record, id), record_row(record));
  return write(batch);
}

Result<void> GroupStore::save(const GroupId& id, const Change& change) {
  ViewBatch batch;
  put(batch, key_of(Row::progress, id), progress_row(change.progress));
  for (const auto& [position, parked] : change.parked)
    put(batch, parked_key(id, position), parked_row(parked));
  for (const Position position : change.unparked) batch.remove(parked_key(id, position));
  return write(batch);
}

Result<void> GroupStore::remove(const GroupId& id) {
  ViewBatch batch;
  batch.remove(key_of(Row::record, id));
  batch.remove(key_of(Row::progress, id));
  Bytes from = key_of(Row::parked, id), end = from;
  append(end, Bytes(9, 0xff));
  batch.remove_range(from, end);
  return write(batch);
}

Result<void> GroupStore::read_row(ByteView key, ByteView sealed,
                                  std::map<GroupId, StoredGroup>& found) const {
  const auto id = key.size() >= 17 ? GroupId::from(key.subspan(1, 16)) : std::nullopt;
  if (!id) return Error{Errc::corrupt, "a group's row has no such key"};
  ENGINE_TRY(row, index_.open(key, sealed));
  if (key[0] == static_cast<std::uint8_t>(Row::record)) {
    ENGINE_TRY(record, parse_record_row(row));
    found[*id].id = *id;
    found[*id].record = std::move(record);
    return {};
  }
  const auto of_group = found.find(*id);
  if (of_group == found.end()) return Error{Errc::corrupt, "a row of no group"};
  if (key[0] == static_cast<std::uint8_t>(Row::progress)) {
    ENGINE_TRY(progress, parse_progress_row(row));
    of_group->second.progress = std::move(progress);
  } else {
    if (key.size() != 25) return Error{Errc::corrupt, "a parked event's row has no such key"};
    ENGINE_TRY(parked, parse_parked_row(row));
    of_group->second.parked.emplace(Position{from_big_endian<std::uint64_t>(key.subspan(17))},
                                    std::move(parked));
  }
  return {};
}

Result<std::vector<StoredGroup>> GroupStore::load() const {
  std::map<GroupId, StoredGroup> found;
  std::vector<StoredGroup> out;
  const storage::ViewStore* store = rows();
  if (!store) return out;
  const auto reads = store->reads();
  for (const Row row : {Row::record, Row::progress, Row::parked}) {
    const Bytes prefix{static_cast<std::uint8_t>(row)};
    ENGINE_TRY_VOID(
        reads->scan(prefix, {}, [&](ByteView key, ByteView sealed) -> Result<storage::Scan> {
          ENGINE_TRY_VOID(read_row(key, sealed, found));
          return storage::Scan::more;
        }));
  }
  for (auto& [id, group] : found) out.push_back(std::move(group));
  return out;
}

}  // namespace stafett::server
