#include "engine/log/keeping/guard_format.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/crypto/sha256.h"

namespace stafett::log {
namespace {

constexpr std::string_view kTailMagic = "STFGUARD";
constexpr std::string_view kCheckpointMagic = "STFCHKPT";
constexpr std::size_t kChecksumBytes = 16;

void append_checksum(Bytes& to, std::initializer_list<ByteView> over) {
  append(to, crypto::sha256(over).view().first(kChecksumBytes));
}

bool checksum_fits(ByteView checksum, std::initializer_list<ByteView> over) {
  return std::ranges::equal(checksum, crypto::sha256(over).view().first(kChecksumBytes));
}

Bytes encode_header(const Hash& origin) {
  Bytes out;
  append(out, as_bytes(kTailMagic));
  append(out, big_endian(kGuardVersion));
  append(out, big_endian(static_cast<std::uint32_t>(kGuardRecordBytes)));
  append(out, origin.view());
  append_checksum(out, {out});
  return out;
}

GuardRecord kind_at(std::size_t index) {
  return index % 2 == 0 ? GuardRecord::confirmed : GuardRecord::pending;
}

Error damaged(std::size_t index, const char* what) {
  return Error{Errc::corrupt, "guard tail: record " + std::to_string(index) + " " + what};
}

Result<void> check_header(ByteView file, const Hash& origin) {
  if (file.size() < kGuardHeaderBytes)
    return Error{Errc::corrupt, "guard tail: shorter than its header"};
  const ByteView header = file.first(kGuardHeaderBytes);
  if (as_text(header.first(8)) != kTailMagic ||
      !checksum_fits(header.subspan(48), {header.first(48)}))
    return Error{Errc::corrupt, "guard tail: damaged header"};
  if (from_big_endian<std::uint32_t>(header.subspan(8)) != kGuardVersion ||
      from_big_endian<std::uint32_t>(header.subspan(12)) != kGuardRecordBytes)
    return Error{Errc::unsupported, "guard tail: a version this program does not know"};
  if (!std::ranges::equal(header.subspan(16, 32), origin.view()))
    return Error{Errc::conflict, "guard tail: belongs to another log"};
  return {};
}

struct Record {
  std::uint32_t kind;
  std::uint32_t index;
  TreeState state;
};

// Empty when cut short or when the checksum does not fit.
std::optional<Record> read_record(ByteView header, ByteView slot) {
  if (slot.size() < kGuardRecordBytes) return std::nullopt;
  if (!checksum_fits(slot.subspan(48, kChecksumBytes), {header, slot.first(48)}))
    return std::nullopt;
  return Record{from_big_endian<std::uint32_t>(slot),
                from_big_endian<std::uint32_t>(slot.subspan(4)),
                TreeState{TreeSize{from_big_endian<std::uint64_t>(slot.subspan(8))},
                          *Hash::from(slot.subspan(16, 32))}};
}

// What a power cut can undo: the last record, and the one before it when that is a confirmation,
// which is synced only together with the pending record after it. Record 0 came whole by replace().
bool may_be_torn(std::size_t index, std::size_t slot_count) {
  if (index == 0) return false;
  return index + 1 == slot_count || (index + 2 == slot_count && index % 2 == 0);
}

// A confirmation repeats the pending record before it; a pending record goes beyond the last state.
Result<void> follow(Tail& tail, std::size_t index, const Record& record) {
  if (record.kind != static_cast<std::uint32_t>(kind_at(index)) || record.index != index)
    return damaged(index, "is out of order");
  if (index == 0) {
    tail.required = record.state;
  } else if (index % 2 == 0) {
    if (tail.possible != record.state) return damaged(index, "confirms what was not pending");
    tail.required = record.state;
    tail.possible.reset();
  } else {
    // The confirmation between the two was torn: the next group only starts when this was durable.
    if (tail.possible) tail.required = *tail.possible;
    if (record.state.size <= tail.required.size) return damaged(index, "goes back");
    tail.possible = record.state;
  }
  return {};
}

}  // namespace

Bytes encode_tail(const Hash& origin, const TreeState& confirmed) {
  Bytes out = encode_header(origin);
  append(out, encode_guard_record(origin, 0, confirmed));
  return out;
}

Bytes encode_guard_record(const Hash& origin, std::uint32_t index, const TreeState& state) {
  Bytes out;
  append(out, big_endian(static_cast<std::uint32_t>(kind_at(index))));
  append(out, big_endian(index));
  append(out, big_endian(state.size.value()));
  append(out, state.root.view());
  append_checksum(out, {encode_header(origin), out});
  return out;
}

Result<Tail> decode_tail(ByteView file, const Hash& origin) {
  ENGINE_TRY_VOID(check_header(file, origin));
  const ByteView header = file.first(kGuardHeaderBytes);
  const ByteView body = file.subspan(kGuardHeaderBytes);
  const std::size_t slot_count = (body.size() + kGuardRecordBytes - 1) / kGuardRecordBytes;
  if (slot_count == 0) return damaged(0, "is missing");
  Tail tail;
  for (std::size_t index = 0; index < slot_count; ++index) {
    const std::size_t start = index * kGuardRecordBytes;
    const ByteView slot = body.subspan(start, std::min(kGuardRecordBytes, body.size() - start));
    if (const auto record = read_record(header, slot)) {
      ENGINE_TRY_VOID(follow(tail, index, *record));
    } else if (may_be_torn(index, slot_count)) {
      tail.torn_bytes += slot.size();
    } else {
      return damaged(index, "is damaged");
    }
  }
  return tail;
}

Bytes encode_checkpoint(const Hash& origin, const GuardedCheckpoint& checkpoint) {
  CHECK(checkpoint.note.size() <= kNoteBytesMax);
  Bytes out;
  append(out, as_bytes(kCheckpointMagic));
  append(out, big_endian(kGuardVersion));
  append(out, big_endian(static_cast<std::uint32_t>(checkpoint.note.size())));
  append(out, origin.view());
  append(out, big_endian(checkpoint.state.size.value()));
  append(out, checkpoint.state.root.view());
  append(out, checkpoint.note);
  append_checksum(out, {out});
  return out;
}

Result<GuardedCheckpoint> decode_checkpoint(ByteView file, const Hash& origin) {
  const auto broken = [] { return Error{Errc::corrupt, "guard checkpoint: damaged"}; };
  if (file.size() < kCheckpointFixedBytes) return broken();
  const std::size_t covered = file.size() - kChecksumBytes;
  if (as_text(file.first(8)) != kCheckpointMagic ||
      !checksum_fits(file.subspan(covered), {file.first(covered)}))
    return broken();
  if (from_big_endian<std::uint32_t>(file.subspan(8)) != kGuardVersion)
    return Error{Errc::unsupported, "guard checkpoint: a version this program does not know"};
  if (!std::ranges::equal(file.subspan(16, 32), origin.view()))
    return Error{Errc::conflict, "guard checkpoint: belongs to another log"};
  const ByteView note = file.subspan(88, covered - 88);
  if (from_big_endian<std::uint32_t>(file.subspan(12)) != note.size()) return broken();
  return GuardedCheckpoint{TreeState{TreeSize{from_big_endian<std::uint64_t>(file.subspan(48))},
                                     *Hash::from(file.subspan(56, 32))},
                           Bytes(note.begin(), note.end())};
}

}  // namespace stafett::log
