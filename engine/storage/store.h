#pragma once
// Store: a log's database. One writer commits groups; any number read, in this process or beside
// it.
//
// Source:   docs/formats/storage.md
// Threads:  commit() by one thread at a time; the other writers (put_*, erase) and all reads from
//           any thread. refresh(): owner only.
// Errors:   every write: outcome_unknown when it failed (it may or may not survive), and read_only
//           from then on until reopened; read_only at once in the reading modes.
// Limits:   memory is bounded by StoreOptions, whatever the length of the log.

#include <array>
#include <atomic>
#include <memory>
#include <span>
#include <string>

#include "engine/storage/columns.h"
#include "engine/storage/reads.h"

namespace stafett::storage {

// Version of the key and value layouts, in meta as 4 bytes big-endian.
inline constexpr std::uint32_t kStoreFormatVersion = 1;

struct StoreEnvironment;  // rocksdb_environment.h: another file system, for fault tests
struct BlockCache;        // cache of blocks, which several stores may share

std::shared_ptr<BlockCache> make_block_cache(std::size_t bytes);

struct StoreOptions {
  std::shared_ptr<BlockCache> cache;  // empty: one of block_cache_bytes of its own
  std::size_t block_cache_bytes = 64u << 20;
  std::size_t write_buffer_bytes = 64u << 20;  // all columns together, before they are flushed
  std::size_t wal_bytes_max = 64u << 20;       // what an open after a kill replays at most, about
  std::string follow_path;                     // Mode::follow only: a directory of its own
  std::shared_ptr<StoreEnvironment> environment;  // empty: the real disk
};

enum class Mode {
  create,      // a new database; invalid_argument when there is one
  read_write,  // the writer; locked when there is another
  read_only,   // beside a writer: what was acknowledged when it opened, and maybe a little more
  follow,      // beside a writer, moving forward at each refresh()
};

enum class Sync { yes, no };  // no: durable with the next synced write

class Store final : public Reads {
 public:
  // Errors: not_found (no database), locked, corrupt (damaged, a column is missing), unsupported
  // (another format version or unknown columns), invalid_argument, io.
  static Result<std::unique_ptr<Store>> open(const std::string& path, Mode mode,
                                             const StoreOptions& options = {});
  ~Store();

  // Stores the group in one synced batch: all of it or nothing.
  // REQUIRES: batch.first == size().
  Result<void> commit(const SealedBatch& batch, std::span<const TileRow> tiles);

  // Synced; replaces what is there. REQUIRES: size <= size().
  Result<void> put_checkpoint(TreeSize size, ByteView note);
  Result<void> put_meta(std::string_view key, ByteView value);  // synced

  Result<void> put_chunk(const EventId& event, std::uint32_t chunk, ByteView sealed, Sync sync);
  Result<void> delete_chunks(const EventId& event);  // orphans and erased attachments; synced

  // Deletes parts and labels, synced. The bytes are still on disk until compact_away().
  Result<void> erase_parts(std::span<const Position> positions);
  Result<void> erase_labels(std::span<const Bytes> keys);
  // Beside a group's: rows put and rows deleted, in one synced batch.
  Result<void> change_labels(std::span<const IndexRow> put, std::span<const Bytes> erased);
  // Rewrites the column's files, so that no deleted byte is left in any file. Slow.
  Result<void> compact_away(Column column);
  // Only those that hold rows of [first, last].
  Result<void> compact_away(Column column, ByteView first, ByteView last);

  // Mode::follow: catches up with the writer. Other modes: ok, does nothing.
  Result<void> refresh();

  // This moment. In Mode::follow: until the next refresh().
  Result<std::unique_ptr<ReadView>> view() const;

  // True after a failed write: the log is read-only until reopened.
  bool failed() const;

  // Writes everything to sorted files, so that the next open has nothing to replay.
  Result<void> flush();

  // Bytes on disk, by column (order of kColumns), the write-ahead log not counted.
  std::array<std::uint64_t, kColumnCount> disk_bytes() const;

 private:
  Store(std::shared_ptr<ReadPoint> point, Mode mode);
  Result<void> may_write() const;
  Result<void> delete_rows(Column column, std::span<const Bytes> keys);
  Result<void> compact(Column column, const ByteView* first, const ByteView* last);

  const Mode mode_;
  std::atomic<bool> failed_{false};
};

}  // namespace stafett::storage
