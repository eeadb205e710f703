// stafett export-tiles: the log as a static directory that any C2SP client reads. Entries are not
// part of it: they are not public.

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tools/command.h"
#include "tools/public_log.h"

namespace stafett::tools {
namespace {

namespace fs = std::filesystem;

Result<void> write_file(const fs::path& path, ByteView bytes) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream out{path, std::ios::binary};
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  return out ? Result<void>{} : Error{Errc::io, "cannot write " + path.string()};
}

Result<void> write_tiles(const PublicLog& from, const transparency::TreeHead& head,
                         const fs::path& to) {
  const transparency::TileReader read = log::tile_reader(*from.store, head.size);
  Progress progress{"tiles"};
  const std::uint64_t total = head.size.value() / transparency::kTileWidth + 1;
  std::uint64_t done = 0;
  return transparency::for_each_tile(head.size, transparency::TileKind::hashes,
                                     [&](const transparency::Tile& tile) -> Result<void> {
                                       ENGINE_TRY(bytes, read(tile));
                                       const std::size_t size = tile.width * Hash::kBytes;
                                       if (bytes.size() < size)
                                         return Error{Errc::corrupt, transparency::tile_path(tile)};
                                       progress.show(++done, total);
                                       return write_file(to / transparency::tile_path(tile),
                                                         ByteView{bytes}.first(size));
                                     });
}

Result<void> write_all(const PublicLog& from, const fs::path& to) {
  ENGINE_TRY(checkpoint, from.checkpoint());
  ENGINE_TRY_VOID(write_tiles(from, checkpoint.head, to));
  ENGINE_TRY_VOID(write_file(to / "keys/log.vkey", as_bytes(from.vkey().to_string() + "\n")));
  return write_file(to / "checkpoint", as_bytes(checkpoint.note));
}

// Written beside and renamed: whoever sees OUT sees all of it.
Result<void> export_tiles(const std::string& directory, const std::string& out) {
  ENGINE_TRY(opened, open_public(directory));
  std::error_code error;
  if (fs::exists(out, error) && (!fs::is_directory(out, error) || !fs::is_empty(out, error)))
    return Error{Errc::conflict, out + " is not empty"};
  fs::path target{out};
  if (!target.has_filename()) target = target.parent_path();
  const fs::path beside = target.string() + ".partial-" + std::to_string(::getpid());
  Result<void> written = write_all(*opened, beside);
  if (written) {
    fs::rename(beside, target, error);  // replaces an empty directory
    if (error) written = Error{Errc::io, target.string() + ": " + error.message()};
  }
  if (!written) fs::remove_all(beside, error);
  return written;
}

}  // namespace

void add_export_tiles(CLI::App& app, Run& run) {
  auto directory = std::make_shared<std::string>();
  auto out = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "export-tiles", "A static C2SP directory: checkpoint, tile/**, keys/log.vkey");
  command->add_option("DIR", *directory, "the log")->required();
  command->add_option("OUT", *out, "a new or empty directory")->required();
  command->callback([directory, out, &run] {
    run = [directory, out] {
      const Result<void> done = export_tiles(*directory, *out);
      return done ? kDone : fail(done.error());
    };
  });
}

}  // namespace stafett::tools
