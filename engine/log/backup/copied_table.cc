#include "engine/log/backup/copied_table.h"

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

Result<void> check_not_of_another_log(storage::Files& files, const std::string& path,
                                      const Hash& origin) {
  auto there = files.open_read(path);
  if (!there && there.error().code() == Errc::not_found) return {};
  if (!there) return there.error();
  ENGINE_TRY(head, (*there)->read_at(0, kKeyTableHeaderBytes));
  if (head.size() < kKeyTableHeaderBytes) return {};  // no table: nothing is lost by replacing it
  const auto header = decode_key_table_header(head);
  if (header && header->origin != origin)
    return Error{Errc::conflict, path + ": the table of another log"};
  return {};
}

}  // namespace

std::string copied_table_path(const std::string& place) {
  return place + "/table";
}

Result<BackedUpTable> copy_table(storage::Files& files, const std::string& from,
                                 const std::string& place, const Hash& origin) {
  ENGINE_TRY_VOID(files.make_directory(place));
  const std::string to = copied_table_path(place);
  ENGINE_TRY_VOID(check_not_of_another_log(files, to, origin));
  ENGINE_TRY(bytes, files.read(from, kTableBytesMax));
  ENGINE_TRY(table, describe_table(from, bytes, origin));
  ENGINE_TRY_VOID(files.replace(to, bytes));
  ENGINE_TRY(stored, files.read(to, kTableBytesMax));
  ENGINE_TRY(copied, describe_table(to, stored, origin));
  if (copied != table) return Error{Errc::corrupt, to + ": not what was copied"};
  return copied;
}

Result<void> restore_table(storage::Files& files, const std::string& place, const std::string& to,
                           const Hash& origin) {
  ENGINE_TRY(there, files.exists(to));
  if (there) return Error{Errc::conflict, to + " is there already: it is not overwritten"};
  const std::string from = copied_table_path(place);
  ENGINE_TRY(bytes, files.read(from, kTableBytesMax));
  ENGINE_TRY(table, describe_table(from, bytes, origin));
  return files.replace(to, bytes);
}

}  // namespace stafett::log
