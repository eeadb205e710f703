#include "engine/storage/backups.h"

#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>

#include "engine/base/check.h"
#include "engine/storage/database.h"
#include "engine/storage/status.h"

namespace stafett::storage {

struct Backups::Engine {
  std::unique_ptr<rocksdb::BackupEngine> writes;         // null: opened for reading
  std::unique_ptr<rocksdb::BackupEngineReadOnly> reads;  // null: opened for writing

  const rocksdb::BackupEngineReadOnlyBase& base() const {
    if (writes) return *writes;
    return *reads;
  }
  Result<rocksdb::BackupInfo> info(std::uint32_t generation) const {
    rocksdb::BackupInfo info;
    ENGINE_TRY_VOID(backup_status(base().GetBackupInfo(generation, &info, true)));
    return info;
  }
  static Result<void> backup_status(const rocksdb::Status& status) {
    return from_status(status, status.IsNotFound() ? Errc::not_found : Errc::io);
  }
};

Backups::Backups(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Backups::~Backups() = default;

Result<std::unique_ptr<Backups>> Backups::open(const std::string& place, BackupAccess access) {
  rocksdb::BackupEngineOptions options{place};
  options.max_background_operations = 2;
  rocksdb::Env* env = rocksdb::Env::Default();
  auto engine = std::make_unique<Engine>();
  if (access == BackupAccess::write) {
    rocksdb::BackupEngine* opened = nullptr;
    ENGINE_TRY_VOID(Engine::backup_status(rocksdb::BackupEngine::Open(options, env, &opened)));
    engine->writes.reset(opened);
  } else {
    rocksdb::BackupEngineReadOnly* opened = nullptr;
    ENGINE_TRY_VOID(
        Engine::backup_status(rocksdb::BackupEngineReadOnly::Open(options, env, &opened)));
    engine->reads.reset(opened);
  }
  return std::unique_ptr<Backups>{new Backups{std::move(engine)}};
}

std::vector<std::uint32_t> Backups::generations() const {
  std::vector<rocksdb::BackupInfo> infos;
  engine_->base().GetBackupInfo(&infos);
  std::vector<std::uint32_t> out;
  for (const rocksdb::BackupInfo& info : infos) out.push_back(info.backup_id);
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::uint32_t> Backups::damaged() const {
  std::vector<rocksdb::BackupID> out;
  engine_->base().GetCorruptedBackups(&out);
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::uint32_t> Backups::add(const std::string& image) {
  CHECK(engine_->writes != nullptr);
  // Opened for reading: nothing is flushed, so the files are the writer's own, and shared.
  ENGINE_TRY(database, open_database(image, Mode::read_only, StoreOptions{}));
  rocksdb::BackupID generation = 0;
  ENGINE_TRY_VOID(from_status(engine_->writes->CreateNewBackup(rocksdb::CreateBackupOptions{},
                                                               database->db.get(), &generation),
                              Errc::io));
  return generation;
}

Result<void> Backups::remove(std::uint32_t generation) {
  CHECK(engine_->writes != nullptr);
  return Engine::backup_status(engine_->writes->DeleteBackup(generation));
}

Result<void> Backups::remove_leftovers() {
  CHECK(engine_->writes != nullptr);
  return from_status(engine_->writes->GarbageCollect(), Errc::io);
}

Result<void> Backups::check_bytes(std::uint32_t generation) const {
  return Engine::backup_status(engine_->base().VerifyBackup(generation, true));
}

Result<std::vector<Backups::File>> Backups::files(std::uint32_t generation) const {
  ENGINE_TRY(info, engine_->info(generation));
  std::vector<File> out;
  for (const rocksdb::BackupFileInfo& file : info.file_details)
    out.push_back({file.relative_filename, file.size});
  std::sort(out.begin(), out.end(), [](const File& a, const File& b) { return a.path < b.path; });
  return out;
}

Result<std::unique_ptr<Store>> Backups::open_store(std::uint32_t generation) const {
  ENGINE_TRY(info, engine_->info(generation));
  StoreOptions options;
  // The file system holds what it stands on, so the store needs nothing of this object.
  options.environment = std::make_shared<StoreEnvironment>(
      StoreEnvironment{rocksdb::NewCompositeEnv(info.env_for_open->GetFileSystem())});
  return Store::open(info.name_for_open, Mode::read_only, options);
}

Result<void> Backups::restore(std::uint32_t generation, const std::string& database) const {
  if (rocksdb::Env::Default()->FileExists(database).ok())
    return Error{Errc::conflict, database + " is there already"};
  return Engine::backup_status(engine_->base().RestoreDBFromBackup(rocksdb::RestoreOptions{},
                                                                   generation, database, database));
}

}  // namespace stafett::storage
