#include "engine/log/keeping/backup_notes.h"

#include <algorithm>
#include <filesystem>

namespace stafett::log {
namespace {

constexpr std::size_t kPlaceBytesMax = 4096;
constexpr std::size_t kTablePlacesBytesMax = 100 * kPlaceBytesMax;

// However it is written, and whether it is there or not.
std::string canonical(const std::string& path) {
  std::error_code error;
  const std::filesystem::path found = std::filesystem::weakly_canonical(path, error);
  return error ? path : found.string();
}

// Under the second name too: an erasure was cut short there.
Result<bool> has_table(storage::Files& files, const std::string& place) {
  for (const char* name : {"/table", "/table.next"}) {
    ENGINE_TRY(there, files.exists(place + name));
    if (there) return true;
  }
  return false;
}

Result<void> put_table_places(storage::Files& files, const std::string& database,
                              const std::vector<std::string>& places) {
  std::string lines;
  for (const std::string& one : places) lines += one + "\n";
  ENGINE_TRY_VOID(files.make_directory(backup_notes(database)));
  return files.replace(backup_notes(database) + "/tables", as_bytes(lines));
}

}  // namespace

std::string backup_notes(const std::string& database) {
  return database + ".backup";
}

Result<std::optional<std::string>> last_backup_place(storage::Files& files,
                                                     const std::string& database) {
  auto bytes = files.read(backup_notes(database) + "/place", kPlaceBytesMax);
  if (!bytes && bytes.error().code() == Errc::not_found) return std::optional<std::string>{};
  if (!bytes) return bytes.error();
  std::string line{as_text(*bytes)};
  if (line.size() < 2 || line.back() != '\n')
    return Error{Errc::corrupt, backup_notes(database) + "/place: not one line"};
  line.pop_back();
  return std::optional{std::move(line)};
}

Result<std::vector<std::string>> known_table_places(storage::Files& files,
                                                    const std::string& database) {
  const std::string path = backup_notes(database) + "/tables";
  auto bytes = files.read(path, kTablePlacesBytesMax);
  if (!bytes && bytes.error().code() == Errc::not_found) return std::vector<std::string>{};
  if (!bytes) return bytes.error();
  std::vector<std::string> places;
  for (std::string_view rest = as_text(*bytes); !rest.empty();) {
    const std::size_t end = rest.find('\n');
    if (end == 0 || end == std::string_view::npos)
      return Error{Errc::corrupt, path + ": not whole lines"};
    places.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  return places;
}

Result<void> remember_table_place(storage::Files& files, const std::string& database,
                                  const std::string& place) {
  ENGINE_TRY(places, known_table_places(files, database));
  if (std::ranges::count(places, place) != 0) return {};
  if (places.size() >= kTablePlacesMax)
    return Error{Errc::too_large,
                 backup_notes(database) +
                     "/tables: more places than an erasure reaches; say which are gone"};
  places.push_back(place);
  return put_table_places(files, database, places);
}

Result<void> forget_table_place(storage::Files& files, const std::string& database,
                                const std::string& place) {
  ENGINE_TRY(places, known_table_places(files, database));
  if (std::erase(places, place) == 0)
    return Error{Errc::not_found, place + ": no backup has copied the key table there"};
  ENGINE_TRY(there, has_table(files, place));
  if (there) return Error{Errc::conflict, place + ": a copy of the key table is there"};
  return put_table_places(files, database, places);
}

Result<std::vector<std::string>> table_places_to_reach(storage::Files& files,
                                                       const std::string& database,
                                                       std::vector<std::string> named) {
  ENGINE_TRY(known, known_table_places(files, database));
  for (const std::string& place : known) {
    ENGINE_TRY(there, has_table(files, place));
    if (!there)
      return Error{Errc::io, "place " + place +
                                 ": a backup has copied the key table there, and there is none: "
                                 "mount it, or say that it is gone"};
    const bool is_named = std::ranges::any_of(
        named, [&](const std::string& one) { return canonical(one) == canonical(place); });
    if (!is_named) named.push_back(place);
  }
  if (named.size() > TablePlaces::kPlacesMax)
    return Error{Errc::too_large, "copies of the key table are at too many places"};
  return named;
}

Result<std::unique_ptr<storage::FileLock>> hold_backups(storage::Files& files,
                                                        const std::string& database) {
  ENGINE_TRY_VOID(files.make_directory(backup_notes(database)));
  const std::string path = backup_notes(database) + "/lock";
  auto lock = files.lock(path);
  if (!lock && lock.error().code() == Errc::locked)
    return Error{Errc::locked, path + ": a backup or an erasure is at work"};
  return lock;
}

std::string backup_image(const std::string& database) {
  return backup_notes(database) + "/image";
}

Result<void> remember_backup_place(storage::Files& files, const std::string& database,
                                   const std::string& place) {
  ENGINE_TRY_VOID(files.make_directory(backup_notes(database)));
  return files.replace(backup_notes(database) + "/place", as_bytes(place + "\n"));
}

}  // namespace stafett::log
