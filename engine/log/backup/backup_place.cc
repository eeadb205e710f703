#include "engine/log/backup/backup_place.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"

namespace stafett::log {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 20;

// A manifest's name is its number in decimal, and what a cut-short replace() left is none.
std::optional<std::uint32_t> generation_named(const std::string& name) {
  const auto number = parse_decimal(name);
  if (!number || *number == 0 || *number > std::numeric_limits<std::uint32_t>::max())
    return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

Error no_generation(const std::string& place, const char* what) {
  return Error{Errc::not_found, place + ": " + what};
}

bool is_within(const BackupManifest& manifest, const AtGeneration& at) {
  if (const auto* size = std::get_if<TreeSize>(&at)) return manifest.state.size <= *size;
  if (const auto* time = std::get_if<TimeUs>(&at)) return manifest.made_at <= *time;
  return true;
}

}  // namespace

BackupPlace::BackupPlace(storage::Files& files, std::string path)
    : files_(files), path_(std::move(path)) {}

std::string BackupPlace::manifest_path(std::uint32_t generation) const {
  return fmt::format("{}/manifests/{}", path_, generation);
}

Result<std::unique_ptr<storage::FileLock>> BackupPlace::prepare() {
  ENGINE_TRY_VOID(files_.make_directory(path_));
  ENGINE_TRY(lock, files_.lock(path_ + "/lock"));
  ENGINE_TRY_VOID(files_.make_directory(path_ + "/manifests"));
  ENGINE_TRY_VOID(files_.make_directory(database()));
  return std::move(lock);
}

Result<std::vector<std::uint32_t>> BackupPlace::generations() const {
  auto names = files_.list(path_ + "/manifests");
  if (!names && names.error().code() == Errc::not_found)
    return no_generation(path_, "no backups here");
  if (!names) return names.error();
  std::vector<std::uint32_t> out;
  for (const std::string& name : *names)
    if (const auto generation = generation_named(name)) out.push_back(*generation);
  std::sort(out.begin(), out.end());
  return out;
}

Result<BackupManifest> BackupPlace::manifest(std::uint32_t generation) const {
  const std::string path = manifest_path(generation);
  const auto named = [&](const Error& error) {
    return Error{error.code(), path + ": " + error.detail()};
  };
  auto bytes = files_.read(path, kManifestBytesMax);
  if (!bytes && bytes.error().code() == Errc::too_large)
    return named(Error{Errc::corrupt, "larger than it can be"});
  if (!bytes) return bytes.error();
  auto manifest = decode_backup_manifest(*bytes);
  if (!manifest) return named(manifest.error());
  if (manifest->generation != generation)
    return named(Error{Errc::corrupt, "the manifest of another generation"});
  return manifest;
}

Result<void> BackupPlace::put_manifest(const BackupManifest& manifest) {
  const Bytes bytes = encode(manifest);
  if (bytes.size() > kManifestBytesMax) return Error{Errc::too_large, "backup manifest"};
  ENGINE_TRY_VOID(files_.replace(manifest_path(manifest.generation), bytes));
  ENGINE_TRY(stored, this->manifest(manifest.generation));
  if (stored != manifest)
    return Error{Errc::corrupt, manifest_path(manifest.generation) + ": not what was written"};
  return {};
}

Result<void> BackupPlace::remove_manifest(std::uint32_t generation) {
  return files_.remove(manifest_path(generation));
}

Result<BackupManifest> BackupPlace::choose(const AtGeneration& at) const {
  ENGINE_TRY(numbers, generations());
  if (const auto* asked = std::get_if<GenerationNumber>(&at)) {
    if (!std::ranges::binary_search(numbers, asked->number))
      return no_generation(path_, "no such generation");
    return manifest(asked->number);
  }
  std::optional<Error> unreadable;
  for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
    auto found = manifest(*number);
    if (found && is_within(*found, at)) return std::move(*found);
    if (found) continue;
    if (std::holds_alternative<std::monostate>(at)) return found.error();
    if (!unreadable) unreadable = found.error();
  }
  if (unreadable) return *unreadable;
  return no_generation(path_, numbers.empty() ? "no whole backup here" : "no generation that old");
}

Result<BackupFile> hash_file(storage::Files& files, const std::string& place,
                             const storage::Backups::File& file) {
  const std::string path = place + "/" + file.path;
  ENGINE_TRY(open, files.open_read(path));
  crypto::Sha256 hash;
  std::uint64_t offset = 0;
  for (;;) {
    ENGINE_TRY(piece, open->read_at(offset, kPieceBytes));
    if (piece.empty()) break;
    hash.update(piece);
    offset += piece.size();
  }
  if (offset != file.bytes)
    return Error{Errc::corrupt, fmt::format("{}: {} bytes, not {}", path, offset, file.bytes)};
  return BackupFile{file.path, file.bytes, hash.finish()};
}

Result<std::vector<BackupFile>> BackupPlace::hash_files(std::uint32_t generation,
                                                        const storage::Backups& backups) const {
  ENGINE_TRY(names, backups.files(generation));
  // What RocksDB itself notes of the generation; it is not among its files.
  const std::string notes = fmt::format("meta/{}", generation);
  ENGINE_TRY(content, files_.read(database() + "/" + notes, kManifestBytesMax));
  names.push_back({notes, content.size()});
  std::ranges::sort(names, {}, &storage::Backups::File::path);
  std::vector<BackupFile> out;
  for (const storage::Backups::File& name : names) {
    ENGINE_TRY(file, hash_file(files_, database(), name));
    out.push_back(std::move(file));
  }
  return out;
}

Result<void> BackupPlace::check_files(const BackupManifest& manifest) const {
  for (const BackupFile& file : manifest.files) {
    auto found = hash_file(files_, database(), {file.path, file.bytes});
    if (!found && found.error().code() == Errc::not_found)
      return Error{Errc::corrupt, database() + "/" + file.path + ": missing"};
    if (!found) return found.error();
    if (*found != file)
      return Error{Errc::corrupt, database() + "/" + file.path + ": not what was backed up"};
  }
  return {};
}

Result<std::optional<DrillOutcome>> BackupPlace::last_drill() const {
  auto bytes = files_.read(path_ + "/drill", kDrillOutcomeBytes);
  if (!bytes && bytes.error().code() == Errc::not_found) return std::optional<DrillOutcome>{};
  if (!bytes) return bytes.error();
  ENGINE_TRY(outcome, decode_drill_outcome(*bytes));
  return std::optional{outcome};
}

Result<void> BackupPlace::put_drill(const DrillOutcome& outcome) {
  return files_.replace(path_ + "/drill", encode(outcome));
}

}  // namespace stafett::log
