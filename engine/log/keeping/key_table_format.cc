#include "engine/log/keeping/key_table_format.h"

#include <algorithm>

#include "engine/crypto/sha256.h"

namespace stafett::log {
namespace {

constexpr std::string_view kMagic = "STFKEYTB";
constexpr std::size_t kHeaderChecksumBytes = 16;
constexpr std::size_t kHeaderCovered = kKeyTableHeaderBytes - kHeaderChecksumBytes;
constexpr std::size_t kRecordChecksumBytes = 8;
constexpr std::size_t kRecordCovered = kKeyRecordBytes - kRecordChecksumBytes;

Error damaged(std::size_t slot) {
  return Error{Errc::corrupt, "key table: record " + std::to_string(slot) + " is damaged"};
}

}  // namespace

Bytes encode_key_table_header(const KeyTableHeader& header) {
  Bytes out;
  append(out, as_bytes(kMagic));
  append(out, big_endian(kKeyTableVersion));
  append(out, big_endian(static_cast<std::uint32_t>(kKeyRecordBytes)));
  append(out, header.origin.view());
  append(out, header.root_key_id.view());
  append(out, crypto::sha256(out).view().first(kHeaderChecksumBytes));
  return out;
}

Result<KeyTableHeader> decode_key_table_header(ByteView bytes) {
  if (bytes.size() < kKeyTableHeaderBytes || as_text(bytes.first(8)) != kMagic ||
      !std::ranges::equal(
          bytes.subspan(kHeaderCovered, kHeaderChecksumBytes),
          crypto::sha256(bytes.first(kHeaderCovered)).view().first(kHeaderChecksumBytes)))
    return Error{Errc::corrupt, "key table: damaged header"};
  if (from_big_endian<std::uint32_t>(bytes.subspan(8)) != kKeyTableVersion ||
      from_big_endian<std::uint32_t>(bytes.subspan(12)) != kKeyRecordBytes)
    return Error{Errc::unsupported, "key table: a version this program does not know"};
  return KeyTableHeader{*Hash::from(bytes.subspan(16, 32)), *Hash::from(bytes.subspan(48, 32))};
}

void append_key_record(Bytes& to, const KeyRecord& record) {
  const std::size_t start = to.size();
  append(to, record.id.view());
  to.push_back(static_cast<std::uint8_t>(record.kind));
  append(to, big_endian(record.place));
  append(to, big_endian(record.count));
  append(to, record.wrapped);
  const Hash digest = crypto::sha256(ByteView{to}.subspan(start));
  append(to, digest.view().first(kRecordChecksumBytes));
}

std::optional<KeyRecord> decode_key_record(ByteView slot) {
  const Hash digest = crypto::sha256(slot.first(kRecordCovered));
  if (!std::ranges::equal(slot.subspan(kRecordCovered, kRecordChecksumBytes),
                          digest.view().first(kRecordChecksumBytes)))
    return std::nullopt;
  KeyRecord record{*DomainId::from(slot.first(16)),
                   static_cast<DomainKind>(slot[16]),
                   from_big_endian<std::uint32_t>(slot.subspan(17)),
                   from_big_endian<std::uint32_t>(slot.subspan(21)),
                   {}};
  if (!is_domain_kind(slot[16]) || record.place >= record.count) return std::nullopt;
  std::ranges::copy(slot.subspan(25, kWrappedKeyBytes), record.wrapped.begin());
  return record;
}

Result<std::optional<KeyRecord>> KeyTableScan::next(ByteView slot) {
  const std::size_t here = slot_++;
  if (append_count_ != 0 && here == append_start_ + append_count_ && !bad_) {
    append_start_ = here;
    append_count_ = 0;
  }
  if (append_count_ != 0 && here >= append_start_ + append_count_)
    return damaged(*bad_);  // something was appended after the append that it is in
  const std::optional<KeyRecord> record = decode_key_record(slot);
  if (!record) {
    if (!bad_) bad_ = here;
    torn_ = true;
    return std::optional<KeyRecord>{};
  }
  const bool same_append = record->place == here - append_start_ &&
                           (append_count_ == 0 || record->count == append_count_);
  if (!same_append) return damaged(bad_.value_or(here));
  append_count_ = record->count;
  return record;
}

Result<void> KeyTableScan::end(std::size_t rest_bytes) {
  const bool past_append = append_count_ != 0 && slot_ == append_start_ + append_count_;
  if (bad_ && past_append && rest_bytes != 0) return damaged(*bad_);
  if (rest_bytes != 0 || (append_count_ != 0 && !past_append)) torn_ = true;
  return {};
}

}  // namespace stafett::log
