#include "engine/log/keeping/key_table.h"

#include <algorithm>

#include "engine/crypto/aead.h"
#include "engine/log/keeping/root_escrow.h"

namespace stafett::log {
namespace {

constexpr std::size_t kScanRecords = 8192;  // read at a time when loading
using Key = std::array<std::uint8_t, crypto::kKeyBytes>;

auto make_wrapping_key(const RootKey& root, const Hash& origin) {
  return std::make_shared<const crypto::SecretBytes<crypto::kKeyBytes>>(
      [&](std::span<std::uint8_t, crypto::kKeyBytes> out) {
        crypto::derive_key(out, root.view(), "stafett/key-table/v1", origin.view());
      });
}

Bytes associated_data(const Hash& origin, const DomainId& id, DomainKind kind) {
  Bytes out;
  append(out, origin.view());
  append(out, id.view());
  out.push_back(static_cast<std::uint8_t>(kind));
  return out;
}

KeyRecord wrap(const NewDomain& domain, ByteView key, ByteView wrapping_key, const Hash& origin,
               Random& random) {
  const Bytes sealed =
      crypto::seal(wrapping_key, key, associated_data(origin, domain.id, domain.kind), random);
  CHECK(sealed.size() == kWrappedKeyBytes);
  KeyRecord record{domain.id, domain.kind, 0, 1, {}};
  std::ranges::copy(sealed, record.wrapped.begin());
  return record;
}

Result<void> open_record(std::span<std::uint8_t, crypto::kKeyBytes> out, const KeyRecord& record,
                         ByteView wrapping_key, const Hash& origin) {
  if (!crypto::open_into(out, wrapping_key, record.wrapped,
                         associated_data(origin, record.id, record.kind)))
    return Error{Errc::corrupt, "key table: a key does not open under this root key"};
  return {};
}

// Reads on where a read may be short; shorter than asked only at the end of the file.
Result<Bytes> read_fully(const storage::ReadFile& file, std::uint64_t offset, std::size_t bytes) {
  ENGINE_TRY(out, file.read_at(offset, bytes));
  while (out.size() < bytes) {
    ENGINE_TRY(more, file.read_at(offset + out.size(), bytes - out.size()));
    if (more.empty()) break;
    append(out, more);
  }
  return std::move(out);
}

Result<KeyRecord> read_record(const storage::ReadFile& file, std::uint64_t slot) {
  ENGINE_TRY(bytes,
             read_fully(file, kKeyTableHeaderBytes + slot * kKeyRecordBytes, kKeyRecordBytes));
  auto record = bytes.size() == kKeyRecordBytes ? decode_key_record(bytes) : std::nullopt;
  if (!record)
    return Error{Errc::corrupt, "key table: record " + std::to_string(slot) + " is damaged"};
  return *record;
}

// Bad slots are counted out of record numbers.
std::uint64_t slot_of(std::uint32_t record, const std::vector<std::uint32_t>& bad_slots) {
  std::uint64_t slot = record;
  for (const std::uint32_t bad : bad_slots) {
    if (bad > slot) break;
    ++slot;
  }
  return slot;
}

}  // namespace

Result<KeyTableHeader> read_key_table_header(storage::Files& files, const std::string& path) {
  ENGINE_TRY(file, files.open_read(path));
  ENGINE_TRY(bytes, read_fully(*file, 0, kKeyTableHeaderBytes));
  return decode_key_table_header(bytes);
}

KeyTable::KeyTable(const KeyTablePlace& place, Loaded loaded)
    : place_(place), loaded_(std::move(loaded)) {}

Result<std::unique_ptr<KeyTable>> KeyTable::create(const KeyTablePlace& place,
                                                   const RootKey& root) {
  ENGINE_TRY(present, place.files.exists(place.path));
  if (present) return Error{Errc::conflict, place.path + ": there is a key table already"};
  const KeyTableHeader header{place.origin, root_key_id(root)};
  ENGINE_TRY_VOID(place.files.replace(place.path, encode_key_table_header(header)));
  return open(place, root);
}

Result<std::unique_ptr<KeyTable>> KeyTable::open(const KeyTablePlace& place, const RootKey& root) {
  ENGINE_TRY(loaded, load(place, root));
  return std::unique_ptr<KeyTable>{new KeyTable{place, std::move(loaded)}};
}

Result<KeyTable::Loaded> KeyTable::load(const KeyTablePlace& place, const RootKey& root) {
  Loaded loaded;
  ENGINE_TRY(file, place.files.open_read(place.path));
  ENGINE_TRY(header_bytes, read_fully(*file, 0, kKeyTableHeaderBytes));
  ENGINE_TRY(header, decode_key_table_header(header_bytes));
  if (header.origin != place.origin)
    return Error{Errc::conflict, "key table: belongs to another log"};
  if (header.root_key_id != root_key_id(root))
    return Error{Errc::conflict, "key table: wrapped under another root key"};
  loaded.header = header;
  loaded.wrapping_key = make_wrapping_key(root, place.origin);
  loaded.file = std::move(file);
  ENGINE_TRY_VOID(load_records(loaded));
  return loaded;
}

Result<void> KeyTable::load_records(Loaded& loaded) {
  KeyTableScan scan;
  std::uint64_t slot = 0;
  for (;;) {
    ENGINE_TRY(chunk, read_fully(*loaded.file, kKeyTableHeaderBytes + slot * kKeyRecordBytes,
                                 kScanRecords * kKeyRecordBytes));
    std::size_t at = 0;
    for (; at + kKeyRecordBytes <= chunk.size(); at += kKeyRecordBytes, ++slot) {
      if (slot >= DomainIndex::kDomainsMax)
        return Error{Errc::corrupt, "key table: more records than there can be"};
      ENGINE_TRY(record, scan.next(ByteView{chunk}.subspan(at, kKeyRecordBytes)));
      if (!record)
        loaded.bad_slots.push_back(static_cast<std::uint32_t>(slot));
      else if (!loaded.index.add(record->id, record->kind))
        return Error{Errc::corrupt,
                     "key table: record " + std::to_string(slot) + " repeats a domain"};
    }
    if (chunk.size() < kScanRecords * kKeyRecordBytes) {
      ENGINE_TRY_VOID(scan.end(chunk.size() - at));
      break;
    }
  }
  loaded.torn = scan.torn();
  return {};
}

Result<KeyTable::Found> KeyTable::find(const DomainId& id) const {
  for (bool again = false;; again = true) {
    std::unique_lock lock{mutex_};
    const auto number = loaded_.index.find(id);
    if (!number) return Error{Errc::not_found, "key table: no key for this domain"};
    const std::uint64_t slot = slot_of(*number, loaded_.bad_slots);
    const std::shared_ptr<const storage::ReadFile> file = loaded_.file;
    Found found{{}, loaded_.wrapping_key, generation_};
    lock.unlock();  // others need not wait for the disk
    const Result<KeyRecord> record = read_record(*file, slot);
    if (record && record->id == id) {
      found.record = *record;
      return found;
    }
    // A table that an erasure has replaced is written over where it lies, under whoever reads it.
    lock.lock();
    if (generation_ != found.generation && !again) continue;
    if (!record) return record.error();
    return Error{Errc::corrupt, "key table: changed while it was open"};
  }
}

Result<void> KeyTable::unwrap(const DomainId& id, std::span<std::uint8_t, crypto::kKeyBytes> out) {
  if (place_.arena.copy_out(id, out)) return {};
  ENGINE_TRY(found, find(id));
  ENGINE_TRY_VOID(open_record(out, found.record, found.wrapping_key->view(), place_.origin));
  // Not into the arena when an erasure came between: it has just been emptied for good.
  const std::lock_guard lock{mutex_};
  if (generation_ == found.generation) place_.arena.put(id, out);
  return {};
}

// An erasure empties the arena first, and a derived key stays only beside its domain's own.
Result<void> KeyTable::part_key(const DomainId& id, format::PartClass part_class,
                                std::span<std::uint8_t, crypto::kKeyBytes> out) {
  const unsigned number = static_cast<unsigned>(part_class) - 1;
  if (place_.arena.copy_derived(id, number, out)) return {};
  Key domain_key;
  const crypto::WipeGuard wiped{domain_key};
  ENGINE_TRY_VOID(unwrap(id, domain_key));
  format::part_key(out, domain_key, part_class);
  place_.arena.put_derived(id, number, out);
  return {};
}

Result<void> KeyTable::check_new(std::span<const NewDomain> domains) const {
  if (domains.size() > kAppendMax || domains.size() > DomainIndex::kDomainsMax - size())
    return Error{Errc::too_large, "key table: too many domains"};
  std::vector<DomainId> ids;
  ids.reserve(domains.size());
  for (const NewDomain& domain : domains) ids.push_back(domain.id);
  std::ranges::sort(ids);
  if (std::ranges::adjacent_find(ids) != ids.end() ||
      std::ranges::any_of(ids, [this](const DomainId& id) { return contains(id); }))
    return Error{Errc::conflict, "key table: a domain has a key already"};
  return {};
}

Result<void> KeyTable::append(std::span<const NewDomain> domains) {
  if (failed_) return Error{Errc::read_only, "the key table takes no more until reopened"};
  if (domains.empty()) return {};
  ENGINE_TRY_VOID(check_new(domains));
  if (torn()) ENGINE_TRY_VOID(repair());

  Bytes keys(domains.size() * crypto::kKeyBytes);
  const crypto::WipeGuard wiped{keys};
  place_.random.fill(keys);
  const auto key_of = [&](std::size_t i) {
    return std::span{keys}.subspan(i * crypto::kKeyBytes).first<crypto::kKeyBytes>();
  };
  Bytes records;
  records.reserve(domains.size() * kKeyRecordBytes);
  for (std::size_t i = 0; i < domains.size(); ++i) {
    KeyRecord record =
        wrap(domains[i], key_of(i), loaded_.wrapping_key->view(), place_.origin, place_.random);
    record.place = static_cast<std::uint32_t>(i);
    record.count = static_cast<std::uint32_t>(domains.size());
    append_key_record(records, record);
  }
  if (auto written = write(records); !written) {
    failed_ = true;
    append_file_.reset();
    return written.error();
  }
  const std::lock_guard lock{mutex_};
  for (std::size_t i = 0; i < domains.size(); ++i) {
    CHECK(loaded_.index.add(domains[i].id, domains[i].kind));
    place_.arena.put(domains[i].id, key_of(i));
  }
  return {};
}

Result<void> KeyTable::write(ByteView records) {
  if (!append_file_) {
    ENGINE_TRY(file, place_.files.open_append(place_.path));
    append_file_ = std::move(file);
  }
  const std::uint64_t size_before = append_file_->size();
  Result<void> written = append_file_->append(records);
  if (written) written = append_file_->sync();
  // What a failed sync was to save may read well until the power goes. It must not stay, or a
  // later process would append behind a hole. (If this fails too, the error is the same.)
  if (!written) (void)place_.files.truncate(place_.path, size_before);
  return written;
}

// The same records in the same order, without the slots that are torn.
Result<void> KeyTable::repair() {
  Bytes bytes = encode_key_table_header(loaded_.header);
  for (std::uint32_t number = 0; number < loaded_.index.size(); ++number) {
    ENGINE_TRY(record, read_record(*loaded_.file, slot_of(number, loaded_.bad_slots)));
    record.place = 0;
    record.count = 1;
    append_key_record(bytes, record);
  }
  if (auto replaced = place_.files.replace(place_.path, bytes); !replaced) {
    failed_ = true;
    return replaced.error();
  }
  ENGINE_TRY(file, place_.files.open_read(place_.path));
  const std::lock_guard lock{mutex_};
  loaded_.file = std::move(file);
  loaded_.bad_slots.clear();
  loaded_.torn = false;
  return {};
}

Result<Bytes> KeyTable::rewrapped(const Survives& survives, const RootKey& new_root) {
  const auto new_wrapping_key = make_wrapping_key(new_root, place_.origin);
  Bytes bytes = encode_key_table_header({place_.origin, root_key_id(new_root)});
  Key key;
  const crypto::WipeGuard wiped{key};
  for (std::uint32_t number = 0; number < loaded_.index.size(); ++number) {
    const NewDomain domain{loaded_.index.id(number), loaded_.index.kind(number)};
    if (!survives(domain.id, domain.kind)) continue;
    ENGINE_TRY(found, find(domain.id));
    ENGINE_TRY_VOID(open_record(key, found.record, found.wrapping_key->view(), place_.origin));
    append_key_record(bytes,
                      wrap(domain, key, new_wrapping_key->view(), place_.origin, place_.random));
  }
  return bytes;
}

Result<void> KeyTable::rewrite(const Survives& survives, const RootKey& new_root) {
  if (failed_) return Error{Errc::read_only, "the key table takes no more until reopened"};
  ENGINE_TRY(bytes, rewrapped(survives, new_root));
  return take_over(new_root, [&] { return place_.files.replace(place_.path, bytes); });
}

Result<void> KeyTable::take_over(const RootKey& new_root,
                                 const std::function<Result<void>()>& put_in_place) {
  if (failed_) return Error{Errc::read_only, "the key table takes no more until reopened"};
  append_file_.reset();
  failed_ = true;  // until the new table is in place and has been read back
  ENGINE_TRY_VOID(put_in_place());
  ENGINE_TRY(loaded, load(place_, new_root));
  const std::lock_guard lock{mutex_};
  loaded_ = std::move(loaded);
  ++generation_;
  place_.arena.clear();
  failed_ = false;
  return {};
}

bool KeyTable::contains(const DomainId& id) const {
  const std::lock_guard lock{mutex_};
  return loaded_.index.find(id).has_value();
}

std::size_t KeyTable::size() const {
  const std::lock_guard lock{mutex_};
  return loaded_.index.size();
}

void KeyTable::for_each(const std::function<void(const DomainId&, DomainKind)>& visit) const {
  const std::lock_guard lock{mutex_};
  for (std::size_t number = 0; number < loaded_.index.size(); ++number)
    visit(loaded_.index.id(number), loaded_.index.kind(number));
}

bool KeyTable::torn() const {
  const std::lock_guard lock{mutex_};
  return loaded_.torn;
}

std::size_t KeyTable::memory_bytes() const {
  const std::lock_guard lock{mutex_};
  return loaded_.index.memory_bytes();
}

}  // namespace stafett::log
