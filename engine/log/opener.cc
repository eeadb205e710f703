#include "engine/log/opener.h"

#include <algorithm>

#include "engine/transparency/tree.h"

namespace stafett::log {

using format::PartClass;

namespace {

// Which parts of one entry are opened: its facts, which come first, may decide about the others.
class Wanted final {
 public:
  explicit Wanted(const Opening& opening) : opening_(opening) {}
  bool has(PartClass part_class) const {
    // Attachments are read chunk by chunk.
    return part_class != PartClass::attachment && opening_.parts.has(part_class) &&
           chosen_.has(part_class);
  }
  void opened(const format::OpenPart& part) {
    if (opening_.choice && part.part_class == PartClass::fact) chosen_ = (*opening_.choice)(part);
  }

 private:
  const Opening& opening_;
  PartSet chosen_ = PartSet::all();
};

Result<void> check_commitment(const format::Intent& intent, const format::OpenPart& part) {
  const auto promised =
      std::ranges::find(intent.parts, part.part_class, &format::PartCommitment::part_class);
  if (promised == intent.parts.end() ||
      format::commitment(part.salt, intent.event_id, part.part_class, part.plaintext) !=
          promised->commitment)
    return Error{Errc::corrupt, "a part does not open its commitment"};
  return {};
}

}  // namespace

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
  ENGINE_TRY_VOID(open_parts(parts, opening, opened));
  return opened;
}

Result<OpenedSeals> Opener::open_seals(Position position, ByteView bytes,
                                       std::span<const storage::PartView> parts,
                                       const StreamRecord& stream, const Opening& opening) const {
  ENGINE_TRY(entry, format::outline_of_own_entry(bytes));
  OpenedSeals opened{position, entry, stream, {}, {}};
  ENGINE_TRY(domain, domain_of(entry.stream_kind, entry.event_id, stream));
  if (!opening.own_keys && domain != stream.domain) return opened;
  const Sealed sealed{position, entry.event_id, domain, parts};
  Wanted wanted{opening};
  for (const PartClass part_class : entry.parts) {
    if (!wanted.has(part_class)) continue;
    ENGINE_TRY(part, open_part(sealed, part_class, opening.watch));
    if (!part) {
      opened.erased.push_back(part_class);
      continue;
    }
    wanted.opened(*part);
    opened.parts.push_back(std::move(*part));
  }
  return opened;
}

Result<OpenedEntry> Opener::checked(ByteView bytes, OpenedSeals seals) {
  ENGINE_TRY(entry, format::decode_entry(bytes));
  for (const format::OpenPart& part : seals.parts)
    ENGINE_TRY_VOID(check_commitment(entry.intent, part));
  return OpenedEntry{seals.position, std::move(entry),       transparency::leaf_hash(bytes),
                     seals.stream,   std::move(seals.parts), std::move(seals.erased)};
}

void Opener::forget_streams() const {
  const std::lock_guard lock{mutex_};
  streams_.clear();
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

Result<std::optional<DomainId>> Opener::domain_of(format::StreamKind kind, const EventId& event,
                                                  const std::optional<StreamRecord>& stream) const {
  // Only the directory has events under a key of their own: a person's details.
  if (kind == format::StreamKind::directory) {
    ENGINE_TRY(own, index_.event_domain(event));
    if (own) return own;
  }
  if (!stream) return std::optional<DomainId>{};
  return std::optional{stream->domain};
}

Result<std::optional<format::OpenPart>> Opener::open_part(const Sealed& sealed,
                                                          PartClass part_class,
                                                          PartWatch* watch) const {
  const auto row = std::ranges::find(sealed.parts, static_cast<std::uint8_t>(part_class),
                                     &storage::PartView::part_class);
  if (!sealed.domain || row == sealed.parts.end()) return std::optional<format::OpenPart>{};
  std::array<std::uint8_t, crypto::kKeyBytes> key;
  const crypto::WipeGuard guard{key};
  const Result<void> have_key = vault_.part_key(*sealed.domain, part_class, key);
  if (!have_key) {
    if (have_key.error().code() != Errc::not_found) return have_key.error();
    return std::optional<format::OpenPart>{};
  }
  if (watch) watch->part_opened(sealed.position, part_class);
  ENGINE_TRY(
      part, format::open_with_part_key(key, {origin_hash_, sealed.event, part_class}, row->sealed));
  return std::optional{std::move(part)};
}

Result<void> Opener::open_parts(std::span<const storage::PartView> parts, const Opening& opening,
                                OpenedEntry& to) const {
  const format::Intent& intent = to.entry.intent;
  ENGINE_TRY(domain, domain_of(intent.stream_kind, intent.event_id, to.stream));
  const Sealed sealed{to.position, intent.event_id, domain, parts};
  Wanted wanted{opening};
  for (const format::PartCommitment& promised : intent.parts) {
    if (!wanted.has(promised.part_class)) continue;
    ENGINE_TRY(part, open_part(sealed, promised.part_class, opening.watch));
    if (!part) {
      to.erased.push_back(promised.part_class);
      continue;
    }
    ENGINE_TRY_VOID(check_commitment(intent, *part));
    wanted.opened(*part);
    to.parts.push_back(std::move(*part));
  }
  return {};
}

}  // namespace stafett::log
