#include "tools/bundle_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <set>

#include "engine/storage/files.h"
#include "engine/storage/private_places.h"
#include "projections/bundle/bundle_files.h"

namespace stafett::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
constexpr std::string_view kFolder = "bundle/";

struct FreeWriting {
  void operator()(archive* it) const { archive_write_free(it); }
};
struct FreeReading {
  void operator()(archive* it) const { archive_read_free(it); }
};
struct FreeEntry {
  void operator()(archive_entry* it) const { archive_entry_free(it); }
};

Error failed(archive* of, Errc code) {
  const char* why = archive_error_string(of);
  return Error{code, why ? std::string{"archive: "} + why : std::string{"archive"}};
}

Result<void> add_file(archive* to, const std::string& directory, std::string_view name) {
  storage::Files& files = storage::posix_files();
  const std::string path = directory + "/" + std::string{name};
  std::error_code error;
  const std::uint64_t size = fs::file_size(path, error);
  if (error) return Error{Errc::io, path + ": " + error.message()};
  ENGINE_TRY(file, files.open_read(path));
  const std::unique_ptr<archive_entry, FreeEntry> entry{archive_entry_new()};
  const std::string inside = std::string{kFolder} + std::string{name};
  archive_entry_set_pathname(entry.get(), inside.c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0600);
  if (archive_write_header(to, entry.get()) != ARCHIVE_OK) return failed(to, Errc::io);
  for (std::uint64_t at = 0; at < size;) {
    ENGINE_TRY(piece, file->read_at(at, kPieceBytes));
    if (piece.empty()) return Error{Errc::io, path + " became shorter"};
    if (archive_write_data(to, piece.data(), piece.size()) < 0) return failed(to, Errc::io);
    at += piece.size();
  }
  return {};
}

// The file's own name, when it is one of `names`.
Result<std::string> name_of(archive_entry* entry, const FileNames& names) {
  const char* given = archive_entry_pathname(entry);
  std::string_view name{given ? given : ""};
  if (name.starts_with(kFolder)) name.remove_prefix(kFolder.size());
  const bool is_known = std::ranges::find(names.always, name) != names.always.end() ||
                        (names.is_another && names.is_another(name));
  if (archive_entry_filetype(entry) != AE_IFREG || !is_known)
    return Error{Errc::malformed, "something in the archive is no file of a bundle"};
  return std::string{name};
}

// `room`: no more is written.
Result<void> unpack(archive* from, const std::string& directory, const FileNames& names,
                    std::uint64_t room) {
  std::set<std::string> seen;
  std::uint64_t total = 0;
  const auto fits = [&](std::uint64_t more) -> Result<void> {
    if (more > kUnpackedBytesMax - total) return Error{Errc::too_large, "the archive is too large"};
    if (more > room - std::min(room, total))
      return Error{Errc::io, "not enough room to unpack into: half of what is free is left alone"};
    return {};
  };
  for (;;) {
    archive_entry* entry = nullptr;
    const int next = archive_read_next_header(from, &entry);
    if (next == ARCHIVE_EOF) return {};
    if (next != ARCHIVE_OK) return failed(from, Errc::malformed);
    ENGINE_TRY(name, name_of(entry, names));
    if (!seen.insert(name).second) return Error{Errc::malformed, name + " is there twice"};
    if (seen.size() > kUnpackedFilesMax) return Error{Errc::too_large, "too many files"};
    // What it says of its length is believed only when it is too much.
    if (const la_int64_t said = archive_entry_size(entry); said > 0)
      ENGINE_TRY_VOID(fits(static_cast<std::uint64_t>(said)));
    ENGINE_TRY(file, storage::posix_files().open_append(directory + "/" + name));
    for (Bytes piece(kPieceBytes);;) {
      const la_ssize_t read = archive_read_data(from, piece.data(), piece.size());
      if (read < 0) return failed(from, Errc::malformed);
      if (read == 0) break;
      const auto bytes = static_cast<std::size_t>(read);
      ENGINE_TRY_VOID(fits(bytes));
      total += bytes;
      ENGINE_TRY_VOID(file->append(ByteView{piece}.first(bytes)));
    }
  }
}

}  // namespace

FileNames bundle_names() {
  static constexpr auto kNames = [] {
    std::array<std::string_view, bti::bundle_file::kAll.size() + 1> names{
        bti::bundle_file::kManifest};
    std::ranges::copy(bti::bundle_file::kAll, names.begin() + 1);
    return names;
  }();
  return {kNames, bti::is_document_name};
}

Result<void> pack_bundle(const std::string& directory, int descriptor, const FileNames& names) {
  const std::unique_ptr<archive, FreeWriting> to{archive_write_new()};
  // Nothing behind the end of the compressed data, where a pipe would get a whole block.
  if (archive_write_add_filter_zstd(to.get()) != ARCHIVE_OK ||
      archive_write_set_format_pax_restricted(to.get()) != ARCHIVE_OK ||
      archive_write_set_bytes_in_last_block(to.get(), 1) != ARCHIVE_OK ||
      archive_write_open_fd(to.get(), descriptor) != ARCHIVE_OK)
    return failed(to.get(), Errc::io);
  for (const std::string_view name : names.always)
    ENGINE_TRY_VOID(add_file(to.get(), directory, name));
  ENGINE_TRY(there, storage::posix_files().list(directory));
  for (const std::string& name : there)
    if (names.is_another && names.is_another(name))
      ENGINE_TRY_VOID(add_file(to.get(), directory, name));
  if (archive_write_close(to.get()) != ARCHIVE_OK) return failed(to.get(), Errc::io);
  return {};
}

Result<void> pack_bundle_into(const std::string& directory, const std::string& out) {
  ENGINE_TRY_VOID(storage::make_new_file(out));
  const int descriptor = ::open(out.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return Error{Errc::io, out + " cannot be opened"};
  const Result<void> done = pack_bundle(directory, descriptor);
  ::close(descriptor);
  return done;
}

Result<void> unpack_bundle(const std::string& packed, const std::string& directory,
                           const FileNames& names) {
  std::error_code error;
  const fs::space_info space = fs::space(directory, error);
  const std::uint64_t room = error ? 0 : space.available / 2;
  const std::unique_ptr<archive, FreeReading> from{archive_read_new()};
  if (archive_read_support_filter_zstd(from.get()) != ARCHIVE_OK ||
      archive_read_support_format_tar(from.get()) != ARCHIVE_OK ||
      archive_read_open_filename(from.get(), packed.c_str(), kPieceBytes) != ARCHIVE_OK)
    return failed(from.get(), Errc::malformed);
  return unpack(from.get(), directory, names, room);
}

}  // namespace stafett::tools
