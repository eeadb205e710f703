#include "engine/log/keeping/table_places.h"

#include <algorithm>

#include "engine/log/keeping/destroyable.h"
#include "engine/log/keeping/key_table.h"

namespace stafett::log {
namespace {

constexpr std::size_t kPlacesFileBytesMax = 64 * 1024;

std::string table_in(const std::string& directory) {
  return directory + "/table";
}
std::string next_in(const std::string& directory) {
  return directory + "/table.next";
}

Error at_place(const std::string& directory, const Error& error) {
  return Error{Errc::io, "place " + directory + ": " + error.to_string()};
}

}  // namespace

Result<void> TablePlaces::confirm(ByteView table) {
  if (directories_.size() > kPlacesMax) return Error{Errc::too_large, "too many places"};
  for (const std::string& directory : directories_)
    if (const Result<void> done = confirm_at(directory, table); !done)
      return at_place(directory, done.error());
  return {};
}

Result<void> TablePlaces::settle(ByteView table) {
  for (const std::string& directory : directories_)
    if (const Result<void> done = settle_at(directory, table); !done)
      return at_place(directory, done.error());
  return {};
}

Result<void> TablePlaces::confirm_at(const std::string& directory, ByteView table) {
  ENGINE_TRY(there, files_.exists(directory));
  if (!there) return Error{Errc::not_found, "cannot be reached"};
  ENGINE_TRY_VOID(check_has_ours(directory, table));
  ENGINE_TRY_VOID(check_destroyable(files_, table_in(directory)));
  ENGINE_TRY_VOID(files_.replace(next_in(directory), table));
  ENGINE_TRY(back, files_.read(next_in(directory), table.size()));
  if (!std::ranges::equal(back, table))
    return Error{Errc::io, "what was written does not read back"};
  return {};
}

// An unmounted place is an empty directory: a table written there would be in no copy. Next to none
// may be whole: what a settling that was cut short leaves.
Result<void> TablePlaces::check_has_ours(const std::string& directory, ByteView table) {
  ENGINE_TRY(ours, decode_key_table_header(table));
  for (const std::string& path : {table_in(directory), next_in(directory)}) {
    const Result<KeyTableHeader> held = read_key_table_header(files_, path);
    if (held && held->origin != ours.origin)
      return Error{Errc::conflict, path + ": the table of another log"};
    if (held) return {};
    if (held.error().code() != Errc::not_found && held.error().code() != Errc::corrupt)
      return held.error();
  }
  return Error{Errc::not_found,
               "no key table there: is it mounted? If so, copy the table there once"};
}

Result<bool> TablePlaces::holds(const std::string& path, ByteView table) {
  ENGINE_TRY(there, files_.exists(path));
  if (!there) return false;
  const Result<Bytes> found = files_.read(path, table.size());
  if (found) return std::ranges::equal(*found, table);
  if (found.error().code() == Errc::too_large) return false;
  return found.error();
}

// The older one goes only when the newer lies beside it, whole.
Result<void> TablePlaces::settle_at(const std::string& directory, ByteView table) {
  ENGINE_TRY(settled, holds(table_in(directory), table));
  ENGINE_TRY(next_there, files_.exists(next_in(directory)));
  if (settled) return next_there ? files_.destroy(next_in(directory)) : Result<void>{};
  ENGINE_TRY(confirmed, holds(next_in(directory), table));
  if (!confirmed) ENGINE_TRY_VOID(confirm_at(directory, table));
  ENGINE_TRY(old_there, files_.exists(table_in(directory)));
  if (old_there) ENGINE_TRY_VOID(files_.destroy(table_in(directory)));
  return files_.rename(next_in(directory), table_in(directory));
}

Result<std::vector<std::string>> read_places(storage::Files& files, const std::string& path) {
  std::vector<std::string> places;
  ENGINE_TRY(there, files.exists(path));
  if (!there) return places;
  ENGINE_TRY(bytes, files.read(path, kPlacesFileBytesMax));
  std::string_view text = as_text(bytes);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (line.ends_with('/') || line.ends_with(' ')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    if (!line.starts_with('/'))
      return Error{Errc::malformed, path + ": a place is an absolute path"};
    if (places.size() == TablePlaces::kPlacesMax)
      return Error{Errc::malformed, path + ": too many places"};
    places.emplace_back(line);
  }
  return places;
}

}  // namespace stafett::log
