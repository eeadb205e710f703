#include "engine/log/backup/copied_table.h"

#include <algorithm>

#include "engine/crypto/sha256.h"
#include "engine/log/keeping/key_table_format.h"

namespace stafett::log {
namespace {

// What the bytes are, without any key. A torn last append is as good here as where it was made.
Result<BackedUpTable> describe_table(const std::string& path, ByteView bytes, const Hash& origin) {
  if (bytes.size() < kKeyTableHeaderBytes)
    return Error{Errc::corrupt, path + ": shorter than its header"};
  ENGINE_TRY(header, decode_key_table_header(bytes.first(kKeyTableHeaderBytes)));
  if (header.origin != origin) return Error{Errc::conflict, path + ": the table of another log"};
  BackedUpTable table{bytes.size(), 0, header.root_key_id, crypto::sha256(bytes)};
  KeyTableScan scan;
  ByteView rest = bytes.subspan(kKeyTableHeaderBytes);
  for (; rest.size() >= kKeyRecordBytes; rest = rest.subspan(kKeyRecordBytes)) {
    ENGINE_TRY(record, scan.next(rest.first(kKeyRecordBytes)));
    if (record) ++table.records;
  }
  ENGINE_TRY_VOID(scan.end(rest.size()));
  return table;
}

// Of the whole records, sorted; what is damaged is passed over.
std::vector<DomainId> domains_in(ByteView bytes) {
  std::vector<DomainId> ids;
  for (ByteView rest = bytes.subspan(kKeyTableHeaderBytes); rest.size() >= kKeyRecordBytes;
       rest = rest.subspan(kKeyRecordBytes))
    if (const auto record = decode_key_record(rest.first(kKeyRecordBytes)))
      ids.push_back(record->id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

// The copy at `path` may be all that is left of keys that the table `by` has lost since. Under
// another root key it opens nothing any more: an erasure has passed it by.
Result<void> check_replaceable(storage::Files& files, const std::string& path, ByteView by,
                               const Hash& origin) {
  const auto there = files.read(path, kTableBytesMax);
  if (!there && there.error().code() == Errc::not_found) return {};
  if (!there) return there.error();
  if (there->size() < kKeyTableHeaderBytes) return {};  // no table: nothing is lost with it
  const auto header = decode_key_table_header(ByteView{*there}.first(kKeyTableHeaderBytes));
  if (header && header->origin != origin)
    return Error{Errc::conflict, path + ": the table of another log"};
  ENGINE_TRY(next, decode_key_table_header(by.first(kKeyTableHeaderBytes)));
  if (header && header->root_key_id != next.root_key_id) return {};
  const std::vector<DomainId> now = domains_in(by), before = domains_in(*there);
  if (std::includes(now.begin(), now.end(), before.begin(), before.end())) return {};
  return Error{Errc::conflict,
               path + ": has keys that the log's table has not; it is not replaced"};
}

}  // namespace

std::string copied_table_path(const std::string& place) {
  return place + "/table";
}

Result<BackedUpTable> copy_table(storage::Files& files, const std::string& from,
                                 const std::string& place, const Hash& origin) {
  ENGINE_TRY_VOID(files.make_directory(place));
  const std::string to = copied_table_path(place);
  ENGINE_TRY(bytes, files.read(from, kTableBytesMax));
  ENGINE_TRY(table, describe_table(from, bytes, origin));
  ENGINE_TRY_VOID(check_replaceable(files, to, bytes, origin));
  ENGINE_TRY_VOID(files.replace(to, bytes));
  ENGINE_TRY(stored, files.read(to, kTableBytesMax));
  ENGINE_TRY(copied, describe_table(to, stored, origin));
  if (copied != table) return Error{Errc::corrupt, to + ": not what was copied"};
  return copied;
}

Result<bool> is_table_restored(storage::Files& files, const std::string& place,
                               const std::string& to) {
  ENGINE_TRY(copy, files.read(copied_table_path(place), kTableBytesMax));
  ENGINE_TRY(there, files.exists(to));
  if (!there) return false;
  ENGINE_TRY(bytes, files.read(to, kTableBytesMax));
  if (bytes != copy) return Error{Errc::conflict, to + " is there already: it is not overwritten"};
  return true;
}

Result<void> restore_table(storage::Files& files, const std::string& place, const std::string& to,
                           const Hash& origin) {
  const std::string from = copied_table_path(place);
  ENGINE_TRY(bytes, files.read(from, kTableBytesMax));
  ENGINE_TRY(table, describe_table(from, bytes, origin));
  ENGINE_TRY(is_done, is_table_restored(files, place, to));
  return is_done ? Result<void>{} : files.replace(to, bytes);
}

}  // namespace stafett::log
