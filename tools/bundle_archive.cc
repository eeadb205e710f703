#include "tools/bundle_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "engine/storage/files.h"
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

Result<void> write_archive(const std::string& directory, const std::string& path, FileNames names) {
  const std::unique_ptr<archive, FreeWriting> to{archive_write_new()};
  if (archive_write_add_filter_zstd(to.get()) != ARCHIVE_OK ||
      archive_write_set_format_pax_restricted(to.get()) != ARCHIVE_OK ||
      archive_write_open_filename(to.get(), path.c_str()) != ARCHIVE_OK)
    return failed(to.get(), Errc::io);
  for (const std::string_view name : names) ENGINE_TRY_VOID(add_file(to.get(), directory, name));
  if (archive_write_close(to.get()) != ARCHIVE_OK) return failed(to.get(), Errc::io);
  return {};
}

// The file's own name, when it is one of `names`.
Result<std::string> name_of(archive_entry* entry, FileNames names) {
  const char* given = archive_entry_pathname(entry);
  std::string_view name{given ? given : ""};
  if (name.starts_with(kFolder)) name.remove_prefix(kFolder.size());
  if (archive_entry_filetype(entry) != AE_IFREG || std::ranges::find(names, name) == names.end())
    return Error{Errc::malformed, "something in the archive is no file of a bundle"};
  return std::string{name};
}

Result<void> unpack(archive* from, const std::string& directory, FileNames names) {
  std::set<std::string> seen;
  std::uint64_t total = 0;
  for (;;) {
    archive_entry* entry = nullptr;
    const int next = archive_read_next_header(from, &entry);
    if (next == ARCHIVE_EOF) return {};
    if (next != ARCHIVE_OK) return failed(from, Errc::malformed);
    ENGINE_TRY(name, name_of(entry, names));
    if (!seen.insert(name).second) return Error{Errc::malformed, name + " is there twice"};
    ENGINE_TRY(file, storage::posix_files().open_append(directory + "/" + name));
    for (Bytes piece(kPieceBytes);;) {
      const la_ssize_t read = archive_read_data(from, piece.data(), piece.size());
      if (read < 0) return failed(from, Errc::malformed);
      if (read == 0) break;
      const auto bytes = static_cast<std::size_t>(read);
      total += bytes;
      if (total > kUnpackedBytesMax) return Error{Errc::too_large, "the archive is too large"};
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
  return kNames;
}

Result<void> pack_bundle(const std::string& directory, const std::string& out, FileNames names) {
  const std::string beside = out + ".partial-" + std::to_string(::getpid());
  // Made here, so that it is its owner's before anything is in it.
  std::error_code error;
  Result<void> done = storage::posix_files().replace(beside, {});
  if (done) done = write_archive(directory, beside, names);
  if (done) {
    fs::rename(beside, out, error);
    if (error) done = Error{Errc::io, out + ": " + error.message()};
  }
  if (!done) fs::remove(beside, error);
  return done;
}

Result<std::unique_ptr<UnpackedBundle>> UnpackedBundle::of(const std::string& packed,
                                                           FileNames names) {
  std::error_code error;
  std::string name = (fs::temp_directory_path(error) / "stafett-bundle-XXXXXX").string();
  if (error || ::mkdtemp(name.data()) == nullptr)
    return Error{Errc::io, "no folder can be made to unpack into"};
  std::unique_ptr<UnpackedBundle> made{new UnpackedBundle{name}};
  const std::unique_ptr<archive, FreeReading> from{archive_read_new()};
  if (archive_read_support_filter_zstd(from.get()) != ARCHIVE_OK ||
      archive_read_support_format_tar(from.get()) != ARCHIVE_OK ||
      archive_read_open_filename(from.get(), packed.c_str(), kPieceBytes) != ARCHIVE_OK)
    return failed(from.get(), Errc::malformed);
  ENGINE_TRY_VOID(unpack(from.get(), made->path(), names));
  return made;
}

UnpackedBundle::~UnpackedBundle() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace stafett::tools
