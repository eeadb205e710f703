#include "engine/log/attachments.h"

#include "engine/transparency/group_path.h"

namespace stafett::log {
namespace {

constexpr std::uint32_t kChunksMax = format::kAttachmentLengthMax / format::kChunkBytes;

// Fills the buffer unless the end comes first.
Result<std::size_t> read_full(const ReadSome& read, std::span<std::uint8_t> buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    ENGINE_TRY(got, read(buffer.subspan(filled)));
    if (got == 0) break;
    filled += got;
  }
  return filled;
}

Result<std::vector<Hash>> chunk_hashes(const storage::Reads& reads, const EventId& event) {
  std::vector<Hash> hashes;
  for (std::uint32_t chunk = 0; chunk <= kChunksMax; ++chunk) {
    ENGINE_TRY(sealed, reads.chunk(event, chunk));
    if (!sealed) break;
    hashes.push_back(transparency::leaf_hash(*sealed));
  }
  return hashes;
}

Result<format::PartCommitment> store_chunks(const AttachmentPlace& place, const EventId& event,
                                            const DomainId& domain, const ReadSome& read) {
  std::array<std::uint8_t, crypto::kKeyBytes> key;
  const crypto::WipeGuard guard{key};
  ENGINE_TRY_VOID(place.vault.key(domain, key));
  Bytes buffer(format::kChunkBytes);
  std::vector<Hash> hashes;
  std::size_t length = 0;
  // An empty document has one empty chunk, so that it is there.
  for (std::uint32_t chunk = 0;; ++chunk) {
    ENGINE_TRY(got, read_full(read, buffer));
    if (got == 0 && chunk > 0) break;
    if (chunk >= kChunksMax) return Error{Errc::too_large, "an attachment has at most 50 MiB"};
    const Bytes sealed = format::seal_chunk(key, {place.origin_hash, event, chunk},
                                            ByteView{buffer}.first(got), place.random);
    // Not synced one by one: the synced batch of the event comes after them in the same log file.
    ENGINE_TRY_VOID(place.store.put_chunk(event, chunk, sealed, storage::Sync::no));
    hashes.push_back(transparency::leaf_hash(sealed));
    length += got;
    if (got < buffer.size()) break;
  }
  return format::PartCommitment{format::PartClass::attachment, static_cast<std::uint32_t>(length),
                                transparency::root_of(hashes)};
}

}  // namespace

Result<format::PartCommitment> store_attachment(const AttachmentPlace& place, const EventId& event,
                                                const DomainId& domain, const ReadSome& read) {
  ENGINE_TRY(already, place.store.chunk(event, 0));
  if (already) return Error{Errc::conflict, "the event has an attachment"};
  Result<format::PartCommitment> stored = store_chunks(place, event, domain, read);
  // Half a document must not keep the event from being tried again. (If this fails too, the next
  // open removes it.)
  if (!stored) (void)place.store.delete_chunks(event);
  return stored;
}

Result<void> read_attachment(const AttachmentPlace& place, const EventId& event,
                             const DomainId& domain, const format::PartCommitment& promised,
                             const WriteSome& write) {
  ENGINE_TRY(stored, attachment_is_stored(place.store, event, promised));
  if (!stored) return Error{Errc::not_found, "the attachment is not what the event commits to"};
  std::array<std::uint8_t, crypto::kKeyBytes> key;
  const crypto::WipeGuard guard{key};
  ENGINE_TRY_VOID(place.vault.key(domain, key));
  std::size_t length = 0;
  for (std::uint32_t chunk = 0; chunk < kChunksMax; ++chunk) {
    ENGINE_TRY(sealed, place.store.chunk(event, chunk));
    if (!sealed) break;
    ENGINE_TRY(plain, format::open_chunk(key, {place.origin_hash, event, chunk}, *sealed));
    length += plain.size();
    ENGINE_TRY_VOID(write(plain));
  }
  if (length != promised.length) return Error{Errc::corrupt, "an attachment of another length"};
  return {};
}

Result<bool> attachment_is_stored(const storage::Reads& reads, const EventId& event,
                                  const format::PartCommitment& promised) {
  ENGINE_TRY(hashes, chunk_hashes(reads, event));
  return !hashes.empty() && transparency::root_of(hashes) == promised.commitment;
}

}  // namespace stafett::log
