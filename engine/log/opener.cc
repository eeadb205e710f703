#include "engine/log/opener.h"

#include <algorithm>

#include "engine/transparency/tree.h"

namespace stafett::log {

using format::PartClass;

Result<OpenedEntry> Opener::open(Position position, const Opening& opening) const {
  ENGINE_TRY(bytes, reads_.entry(position));
  ENGINE_TRY(rows, reads_.parts(position));
  std::vector<storage::PartView> parts;
  for (const storage::PartRow& row : rows) parts.push_back({row.part_class, row.sealed});
  return open(position, bytes, parts, opening);
}

Result<OpenedEntry> Opener::open(Position position, ByteView bytes,
                                 std::span<const storage::PartView> parts,
                                 const Opening& opening) const {
  OpenedEntry opened;
  opened.position = position;
  ENGINE_TRY(entry, format::decode_entry(bytes));
  opened.entry = std::move(entry);
  opened.leaf_hash = transparency::leaf_hash(bytes);
  if (opened.entry.intent.stream_kind == format::StreamKind::engine) return opened;
  ENGINE_TRY(stream, stream_record(opened.entry.intent.stream_id));
  opened.stream = stream;
  ENGINE_TRY_VOID(open_parts(parts, Check::commitments, opening, opened));
  return opened;
}

Result<OpenedEntry> Opener::open_seals(Position position, ByteView bytes,
                                       std::span<const storage::PartView> parts,
                                       const StreamRecord& stream) const {
  OpenedEntry opened;
  opened.position = position;
  ENGINE_TRY(entry, format::decode_own_entry(bytes));
  opened.entry = std::move(entry);
  opened.stream = stream;
  ENGINE_TRY_VOID(open_parts(parts, Check::seals, {}, opened));
  return opened;
}

Result<std::optional<StreamRecord>> Opener::stream_record(const StreamId& stream) const {
  {
    const std::lock_guard lock{mutex_};
    if (const auto found = streams_.find(stream); found != streams_.end())
      return std::optional{found->second};
  }
  ENGINE_TRY(record, index_.stream(stream));
  if (record) {
    const std::lock_guard lock{mutex_};
    if (streams_.size() >= kStreamsKept) streams_.clear();
    streams_.emplace(stream, *record);
  }
  return record;
}

Result<std::optional<DomainId>> Opener::domain_of(const OpenedEntry& entry) const {
  // Only the directory has events under a key of their own: a person's details.
  if (entry.entry.intent.stream_kind == format::StreamKind::directory) {
    ENGINE_TRY(own, index_.event_domain(entry.entry.intent.event_id));
    if (own) return own;
  }
  if (!entry.stream) return std::optional<DomainId>{};
  return std::optional{entry.stream->domain};
}

Result<void> Opener::open_parts(std::span<const storage::PartView> sealed, Check check,
                                const Opening& opening, OpenedEntry& to) const {
  const format::Intent& intent = to.entry.intent;
  ENGINE_TRY(domain, domain_of(to));
  std::array<std::uint8_t, crypto::kKeyBytes> key;
  const crypto::WipeGuard guard{key};
  for (const format::PartCommitment& promised : intent.parts) {
    if (promised.part_class == PartClass::attachment) continue;  // read chunk by chunk
    if (!opening.parts.has(promised.part_class)) continue;
    const auto row = std::ranges::find(sealed, static_cast<std::uint8_t>(promised.part_class),
                                       &storage::PartView::part_class);
    Result<void> have_key = Error{Errc::not_found, "no domain"};
    if (domain && row != sealed.end())
      have_key = vault_.part_key(*domain, promised.part_class, key);
    if (!have_key && have_key.error().code() != Errc::not_found) return have_key.error();
    if (!have_key) {
      to.erased.push_back(promised.part_class);
      continue;
    }
    if (opening.watch) opening.watch->part_opened(to.position, promised.part_class);
    ENGINE_TRY(part, format::open_with_part_key(
                         key, {origin_hash_, intent.event_id, promised.part_class}, row->sealed));
    if (check == Check::commitments &&
        format::commitment(part.salt, intent.event_id, part.part_class, part.plaintext) !=
            promised.commitment)
      return Error{Errc::corrupt, "a part does not open its commitment"};
    to.parts.push_back(std::move(part));
  }
  return {};
}

}  // namespace stafett::log
