#include "engine/format/entry.h"

#include <algorithm>
#include <array>
#include <bit>

#include "engine/format/entry.capnp.h"
#include "engine/format/intent.capnp.h"
#include "engine/format/words.h"

namespace stafett::format {
namespace {

// Where the fields are: see only_known_fields().
constexpr std::uint64_t kAll = ~std::uint64_t{0};
constexpr std::uint64_t kEntryBits[] = {kAll, kAll, kAll, kAll};
constexpr unsigned kEntryPointers = 6;

// Of an inclusion proof (RFC 6962 section 2.1.1).
std::size_t path_length(std::uint32_t index, std::uint32_t count) {
  const auto inner = static_cast<unsigned>(std::bit_width(index ^ (count - 1)));
  return inner + static_cast<unsigned>(std::popcount(index >> inner));
}

Bytes concatenated(const std::vector<Hash>& hashes) {
  Bytes bytes;
  bytes.reserve(hashes.size() * 32);
  for (const Hash& hash : hashes) append(bytes, hash.view());
  return bytes;
}

Result<std::vector<Hash>> split(ByteView bytes, std::size_t count_max, const char* name) {
  if (bytes.size() % 32 != 0 || bytes.size() / 32 > count_max)
    return Error{Errc::malformed, std::string{name} + " is not a list of hashes"};
  std::vector<Hash> hashes(bytes.size() / 32);
  for (std::size_t i = 0; i < hashes.size(); ++i)
    hashes[i] = *Hash::from(bytes.subspan(i * 32, 32));
  return hashes;
}

std::size_t sealed_part_count(const Intent& intent) {
  return static_cast<std::size_t>(std::ranges::count_if(
      intent.parts, [](const PartCommitment& p) { return p.part_class != PartClass::public_; }));
}

Result<void> read_signature(schema::Entry::Reader from, GroupSignature& to) {
  ENGINE_TRY(signature, id_field<crypto::Signature>(from.getSignature(), "signature"));
  ENGINE_TRY(path, split(view(from.getPath()), kPathHashesMax, "path"));
  to.signature = signature;
  to.path = std::move(path);
  to.count = from.getCount();
  to.index = from.getIndex();
  if (to.count == 0 || to.count > kSignedGroupMax || to.index >= to.count)
    return Error{Errc::malformed, "signed group's count or index"};
  if (to.path.size() != path_length(to.index, to.count))
    return Error{Errc::malformed, "path's length is not that of index and count"};
  return {};
}

Result<Entry> read(schema::Entry::Reader from, Trust trust) {
  if (from.getFormatVersion() != kFormatVersion)
    return Error{Errc::unsupported, "entry of another format version"};
  if (trust == Trust::none)
    ENGINE_TRY_VOID(only_known_fields(capnp::toAny(from), kEntryBits, kEntryPointers));
  Entry to;
  const auto mode = static_cast<std::uint16_t>(from.getMode());
  if (mode == 0) return Error{Errc::malformed, "mode is unset"};
  if (mode > static_cast<std::uint16_t>(Mode::imported))
    return Error{Errc::unsupported, "mode of a later version"};
  if (from.getRecordedAt() == 0) return Error{Errc::malformed, "recordedAt is missing"};
  ENGINE_TRY(previous, id_field<Hash>(from.getPrevious(), "previous"));
  to.stamp = Stamp{static_cast<Mode>(mode), from.getProfileVersion(), Version{from.getVersion()},
                   TimeUs{from.getRecordedAt()}, previous};
  ENGINE_TRY_VOID(read_signature(from, to.signature));
  const ByteView intent_bytes = view(from.getIntent());
  ENGINE_TRY(intent,
             trust == Trust::own ? decode_own_intent(intent_bytes) : decode_intent(intent_bytes));
  ENGINE_TRY(sealed, split(view(from.getSealed()), kPartsMax, "sealed"));
  to.intent_bytes.assign(intent_bytes.begin(), intent_bytes.end());
  to.intent = std::move(intent);
  to.sealed = std::move(sealed);
  const ByteView public_part = view(from.getPublicPart());
  to.public_part.assign(public_part.begin(), public_part.end());
  if (to.sealed.size() != sealed_part_count(to.intent))
    return Error{Errc::malformed, "one sealed digest per sealed part"};
  if ((to.intent.stream_kind == StreamKind::engine) == to.public_part.empty())
    return Error{Errc::malformed, "engine events and no others have a public part"};
  return to;
}

}  // namespace

Bytes encode_entry(const Stamp& stamp, const GroupSignature& signature,
                   const std::vector<Hash>& sealed, ByteView public_part, ByteView intent_bytes) {
  CHECK(stamp.recorded_at.value() != 0);
  // One segment on the stack or heap, sized so that it never spills into a second one.
  const std::size_t words = 24 +
                            (64 + 32 * (signature.path.size() + sealed.size() + 1) +
                             public_part.size() + intent_bytes.size()) /
                                8 +
                            8;
  auto scratch = kj::heapArray<capnp::word>(words);
  std::fill(scratch.asBytes().begin(), scratch.asBytes().end(), kj::byte{0});
  capnp::MallocMessageBuilder message(scratch);
  // Pointers are set in the order of the layout, so that the segment is in canonical order.
  schema::Entry::Builder to = message.initRoot<schema::Entry>();
  to.setFormatVersion(kFormatVersion);
  to.setMode(static_cast<schema::Mode>(stamp.mode));
  to.setProfileVersion(stamp.profile_version);
  to.setVersion(stamp.version.value());
  to.setIndex(signature.index);
  to.setCount(signature.count);
  to.setRecordedAt(stamp.recorded_at.value());
  to.setSignature(as_data(signature.signature.view()));
  if (!signature.path.empty()) to.setPath(as_data(concatenated(signature.path)));
  to.setPrevious(as_data(stamp.previous.view()));
  if (!sealed.empty()) to.setSealed(as_data(concatenated(sealed)));
  if (!public_part.empty()) to.setPublicPart(as_data(public_part));
  to.setIntent(as_data(intent_bytes));
  const auto segments = message.getSegmentsForOutput();
  CHECK(segments.size() == 1);
  return to_bytes(segments[0]);
}

namespace {

Result<Entry> decode(ByteView bytes, Trust trust) {
  if (bytes.size() > kEntryBytesMax) return Error{Errc::too_large, "entry"};
  return with_message<schema::Entry>(
      bytes, [trust](schema::Entry::Reader from) { return read(from, trust); }, trust);
}

}  // namespace

Result<Entry> decode_entry(ByteView bytes) {
  return decode(bytes, Trust::none);
}

Result<Entry> decode_own_entry(ByteView bytes) {
  return decode(bytes, Trust::own);
}

EntryOutline outline_of(const Entry& entry) {
  EntryOutline outline{entry.intent.event_id,
                       entry.intent.stream_kind,
                       entry.intent.actor,
                       entry.stamp.mode,
                       entry.intent.occurred_at,
                       entry.stamp.recorded_at,
                       {}};
  for (const PartCommitment& part : entry.intent.parts) outline.parts.push_back(part.part_class);
  return outline;
}

namespace {

// Runs `use(Entry::Reader, Intent::Reader)` over bytes that were judged when they came.
template <class Use>
auto with_own_entry(ByteView bytes, Use&& use)
    -> decltype(use(schema::Entry::Reader{}, schema::Intent::Reader{})) {
  if (bytes.size() > kEntryBytesMax) return Error{Errc::too_large, "entry"};
  return with_message<schema::Entry>(
      bytes,
      [&](schema::Entry::Reader entry) -> decltype(use(schema::Entry::Reader{},
                                                       schema::Intent::Reader{})) {
        const ByteView intent = view(entry.getIntent());
        if (intent.empty() || intent.size() % sizeof(capnp::word) != 0)
          return Error{Errc::malformed, "an entry has an intent"};
        // Aligned, as every list in a message is.
        const kj::ArrayPtr<const capnp::word> segment{
            reinterpret_cast<const capnp::word*>(intent.data()),
            intent.size() / sizeof(capnp::word)};
        capnp::SegmentArrayMessageReader message(kj::arrayPtr(&segment, 1),
                                                 reader_options(segment.size()));
        return use(entry, message.getRoot<schema::Intent>());
      },
      Trust::own);
}

Result<EntryOutline> outline(schema::Entry::Reader entry, schema::Intent::Reader intent) {
  ENGINE_TRY(event_id, id_field<EventId>(intent.getEventId(), "eventId"));
  ENGINE_TRY(actor, id_field<ActorId>(intent.getActor(), "actor"));
  const auto kind = static_cast<std::uint16_t>(intent.getStreamKind());
  const auto mode = static_cast<std::uint16_t>(entry.getMode());
  if (kind == 0 || kind > static_cast<std::uint16_t>(StreamKind::access) || mode == 0 ||
      mode > static_cast<std::uint16_t>(Mode::imported))
    return Error{Errc::malformed, "streamKind or mode"};
  EntryOutline outline{event_id,
                       static_cast<StreamKind>(kind),
                       actor,
                       static_cast<Mode>(mode),
                       TimeUs{intent.getOccurredAt()},
                       TimeUs{entry.getRecordedAt()},
                       {}};
  const auto parts = intent.getParts();
  if (parts.size() > kPartsMax) return Error{Errc::malformed, "an intent has one to four parts"};
  for (const auto part : parts) {
    if (part.getClass() == 0 || part.getClass() > static_cast<std::uint8_t>(PartClass::public_))
      return Error{Errc::malformed, "part's class"};
    outline.parts.push_back(static_cast<PartClass>(part.getClass()));
  }
  return outline;
}

}  // namespace

Result<EntryOutline> outline_of_own_entry(ByteView bytes) {
  return with_own_entry(bytes, outline);
}

Result<StreamId> stream_of_entry(ByteView bytes) {
  return with_own_entry(bytes, [](schema::Entry::Reader, schema::Intent::Reader intent) {
    return id_field<StreamId>(intent.getStreamId(), "streamId");
  });
}

}  // namespace stafett::format
