#pragma once
// ViewStore: the database of the views, apart from the log's own. Whatever is in it follows from
// the log: it may be deleted at any time, and one that is damaged, of another format or of another
// log is thrown away and made anew.
//
// A batch is whole or not at all, and what a power cut leaves is a prefix of the batches written:
// so a position that is written in the batch with its rows is never there without them. Only a
// batch that says so is synced: for stores that do not follow from a log (server/groups).
//
// Source:   docs/formats/view-rows.md
// Threads:  any. Batches are written one after the other.
// Errors:   io, corrupt; every write: io when it failed, and read_only from then on until reopened.
// Limits:   kMemtableBytes are flushed at a time; kCacheBytes of blocks. A batch: what the caller
//           puts in.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/base/bytes.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/storage/reads.h"

namespace stafett::storage {

struct StoreEnvironment;  // rocksdb_environment.h
struct ViewDatabase;      // view_store.cc

inline constexpr std::uint32_t kViewStoreFormatVersion = 1;

struct ViewStoreOptions {
  std::shared_ptr<StoreEnvironment> environment;  // empty: the real disk
  std::size_t memtable_bytes = 16u << 20;
  std::size_t cache_bytes = 16u << 20;
};

class ViewBatch final {
 public:
  ViewBatch() : ViewBatch(0) {}
  explicit ViewBatch(std::size_t expected_bytes);  // room for so many, at once
  ~ViewBatch();
  ViewBatch(ViewBatch&&) noexcept;
  ViewBatch& operator=(ViewBatch&&) noexcept;
  void put(ByteView key, ByteView value);
  void remove(ByteView key);
  void remove_range(ByteView from, ByteView end);  // [from, end)
  void clear();                                    // its memory is kept
  std::size_t bytes() const;
  bool empty() const;

 private:
  friend class ViewStore;
  struct Rows;
  std::unique_ptr<Rows> rows_;
};

// One moment, however long it lives. Keeps what compaction could otherwise drop.
// Lifetime: may outlive the ViewStore; the database closes when the last of them is gone.
class ViewReads final {
 public:
  ~ViewReads();
  Result<std::optional<Bytes>> get(ByteView key) const;
  // Rows whose key begins with `prefix`, from `from` (inclusive; empty: the first) on, in order.
  using Visit = std::function<Result<Scan>(ByteView key, ByteView value)>;
  Result<void> scan(ByteView prefix, ByteView from, const Visit& visit) const;

 private:
  friend class ViewStore;
  struct Moment;
  explicit ViewReads(std::unique_ptr<Moment> moment);
  std::unique_ptr<Moment> moment_;
};

enum class ViewAccess : std::uint8_t {
  write,  // the writer; makes the database when there is none
  read,   // beside a writer: what was written when it opened, and maybe a little more
};
// bulk: not in the write-ahead log. A crash may lose it whatever came after it, until the next
// flush(). synced: on the disk when it returns ok, with all that was written in order before it.
enum class ViewWrite : std::uint8_t { ordered, bulk, synced };

class ViewStore final {
 public:
  // `owner`: whose views these are (a log's origin hash).
  // Errors: not_found (reading, and there is none), locked, corrupt (damaged), unsupported (another
  // format version), conflict (another owner's), io.
  static Result<std::unique_ptr<ViewStore>> open(const std::string& path, ViewAccess access,
                                                 const Hash& owner,
                                                 const ViewStoreOptions& options = {});
  // The same for the writer, but what is damaged, unsupported or another's is thrown away first.
  struct Opened {
    std::unique_ptr<ViewStore> store;
    std::optional<Error> thrown_away;  // why
  };
  static Result<Opened> open_or_remake(const std::string& path, const Hash& owner,
                                       const ViewStoreOptions& options = {});
  static Result<void> destroy(const std::string& path, const ViewStoreOptions& options = {});
  ~ViewStore();

  Result<void> write(const ViewBatch& batch, ViewWrite how = ViewWrite::ordered);
  // Everything written so far is on the disk when it returns ok, bulk too.
  Result<void> flush();
  // Rewrites what lies in [from, end), so that no removed byte is left in any file. Slow.
  Result<void> compact_away(ByteView from, ByteView end);

  std::unique_ptr<ViewReads> reads() const;              // this moment
  Result<std::optional<Bytes>> get(ByteView key) const;  // the latest
  bool failed() const;

 private:
  ViewStore(std::shared_ptr<ViewDatabase> database, ViewAccess access,
            const ViewStoreOptions& options);
  Result<void> may_write() const;
  Result<void> roll();

  const std::shared_ptr<ViewDatabase> database_;
  const ViewAccess access_;
  const std::size_t memtable_bytes_;
  mutable std::mutex mutex_;
  bool failed_ = false;        // Guarded by mutex_.
  std::size_t unflushed_ = 0;  // Guarded by mutex_: bytes since the last flush began.
};

}  // namespace stafett::storage
