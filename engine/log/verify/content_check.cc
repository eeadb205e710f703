#include "engine/log/verify/content_check.h"

#include <algorithm>

#include "engine/crypto/aead.h"
#include "engine/crypto/sha256.h"
#include "engine/format/part.h"
#include "engine/log/keeping/key_table.h"
#include "engine/log/verify/block_checker.h"
#include "engine/transparency/group_path.h"

namespace stafett::log {

using format::PartClass;

namespace {

// 50 MiB in chunks of 1 MiB, and room.
constexpr std::uint32_t kChunksMax = 64;

}  // namespace

const char* class_name(PartClass part_class) {
  switch (part_class) {
    case PartClass::fact:
      return "fact";
    case PartClass::narrative:
      return "narrative";
    case PartClass::identity:
      return "identity";
    case PartClass::attachment:
      return "attachment";
    case PartClass::public_:
      return "public";
  }
  return "unknown";
}

void ContentCheck::check(const format::Entry& entry, Position position,
                         std::span<const Block::Part> parts, Block& block) const {
  std::size_t digest = 0;
  std::size_t promised_rows = 0;
  for (const format::PartCommitment& promised : entry.intent.parts) {
    if (promised.part_class == PartClass::public_) continue;
    const Hash& cc = entry.sealed.at(digest++);  // one per sealed part: the entry was decoded
    Found found = Found::missing;
    if (promised.part_class == PartClass::attachment) {
      found = attachment(entry.intent.event_id, cc);
    } else if (const auto row = std::ranges::find(
                   parts, static_cast<std::uint8_t>(promised.part_class), &Block::Part::part_class);
               row != parts.end()) {
      ++promised_rows;
      const ByteView sealed = block.bytes_of(row->span);
      found = crypto::sha256(sealed) == cc ? Found::intact : Found::other;
      if (found == Found::intact && place_.input.keys != nullptr)
        open(entry, position, promised.part_class, promised.commitment, sealed);
    }
    if (found == Found::missing) missing(position, promised.part_class, block);
    if (found == Found::intact) ++block.parts_intact;
    if (found == Found::other)
      place_.findings.add(position, "part", code::kPartDigest,
                          std::string{class_name(promised.part_class)} +
                              ": the stored bytes are not those that the entry promises");
  }
  if (promised_rows < parts.size())
    place_.findings.add(position, "index parts", code::kIndex,
                        "a part is stored that the entry does not promise");
}

ContentCheck::Found ContentCheck::attachment(const EventId& event, const Hash& root) const {
  std::vector<Hash> chunks;
  for (std::uint32_t i = 0; i <= kChunksMax; ++i) {
    const Result<std::optional<Bytes>> chunk = place_.input.reads.chunk(event, i);
    if (!chunk) return Found::other;
    if (!*chunk) break;
    chunks.push_back(transparency::leaf_hash(**chunk));
  }
  if (chunks.empty()) return Found::missing;
  return transparency::root_of(chunks) == root ? Found::intact : Found::other;
}

void ContentCheck::missing(Position position, PartClass part_class, Block& block) const {
  switch (place_.record.erasures.of(position, part_class)) {
    case ErasureCover::Verdict::covered:
      ++block.parts_erased;
      return;
    case ErasureCover::Verdict::does_not_count:
      return place_.findings.add(position, "part", code::kErasureUncovered,
                                 std::string{class_name(part_class)} +
                                     ": gone, but its erasure was not ordered and approved by two "
                                     "people who may, or is under no checkpoint");
    case ErasureCover::Verdict::none:
      return place_.findings.add(
          position, "part", code::kPartMissing,
          std::string{class_name(part_class)} + ": gone, and no erasure was ordered");
  }
}

// Which domain's key: as when it is opened for a reader.
void ContentCheck::open(const format::Entry& entry, Position position, PartClass part_class,
                        const Hash& commitment, ByteView sealed) const {
  const auto fail = [&](const char* code, const std::string& why) {
    place_.findings.add(position, "part", code, std::string{class_name(part_class)} + ": " + why);
  };
  const format::Intent& intent = entry.intent;
  const SealedIndex& index = place_.input.keys->index;
  std::optional<DomainId> domain;
  if (intent.stream_kind == format::StreamKind::directory) {
    const auto own = index.event_domain(intent.event_id);
    if (!own) return fail(code::kKeyUnwrap, own.error().detail());
    domain = *own;
  }
  if (!domain) {
    const auto stream = index.stream(intent.stream_id);
    if (!stream) return fail(code::kKeyUnwrap, stream.error().detail());
    if (!*stream) return fail(code::kKeyUnwrap, "no index row says whose key it is under");
    domain = (*stream)->domain;
  }
  std::array<std::uint8_t, crypto::kKeyBytes> key;
  const crypto::WipeGuard guard{key};
  if (const Result<void> unwrapped = place_.input.keys->table.unwrap(*domain, key); !unwrapped) {
    const bool being_erased =
        unwrapped.error().code() == Errc::not_found &&
        place_.record.erasures.of(position, part_class) == ErasureCover::Verdict::covered;
    if (!being_erased) fail(code::kKeyUnwrap, unwrapped.error().detail());
    return;
  }
  const auto part =
      format::open_part(key, {intent.origin_hash, intent.event_id, part_class}, sealed);
  if (!part) return fail(code::kKeyUnwrap, "does not open with its key");
  if (format::commitment(part->salt, intent.event_id, part_class, part->plaintext) != commitment)
    fail(code::kPartDigest, "what it holds is not what the actor committed to");
}

}  // namespace stafett::log
