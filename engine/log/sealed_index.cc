#include "engine/log/sealed_index.h"

#include <algorithm>

#include "engine/crypto/aead.h"
#include "engine/crypto/sha256.h"

namespace stafett::log {
namespace {

crypto::SecretBytes<32> subkey(const crypto::SecretBytes<32>& key, std::string_view context) {
  return crypto::SecretBytes<32>{
      [&](std::span<std::uint8_t, 32> out) { crypto::derive_key(out, key.view(), context, {}); }};
}

template <std::size_t N, class Tag>
Bytes plain_key(char tag, const FixedBytes<N, Tag>& id) {
  Bytes key{static_cast<std::uint8_t>(tag)};
  append(key, id.view());
  return key;
}

// Cuts fixed-size ids off the front of a value whose length was checked.
template <class Id>
Id take(ByteView& bytes) {
  const Id id = *Id::from(bytes.first(Id::kBytes));
  bytes = bytes.subspan(Id::kBytes);
  return id;
}

constexpr std::size_t kStreamRecordBytes = 2 + 16 + 16;
constexpr std::size_t kSubjectRecordBytes = 32 + 16 * SubjectRecord::kLanesMax;

void append_record(Bytes& to, const SubjectRecord& record) {
  append(to, record.content.view());
  append(to, record.access.view());
  for (const StreamId& stream : record.streams) append(to, stream.view());
}

// REQUIRES: kSubjectRecordBytes bytes.
SubjectRecord subject_record(ByteView value) {
  SubjectRecord record;
  record.content = take<DomainId>(value);
  record.access = take<DomainId>(value);
  for (StreamId& stream : record.streams) stream = take<StreamId>(value);
  return record;
}

constexpr std::size_t kErasureRecordBytes = 16 + 3 + 16 + kSubjectRecordBytes;

Result<ErasureRecord> erasure_record(ByteView value) {
  if (value.size() != kErasureRecordBytes || value[16] > 1 || value[17] > 3 || value[18] > 3)
    return Error{Errc::corrupt, "index row of an erasure"};
  ErasureRecord record;
  std::ranges::copy(value.first(record.order.size()), record.order.begin());
  record.done = value[16] == 1;
  record.scope = value[17];
  record.before = value[18];
  ByteView rest = value.subspan(19);
  record.subject = take<SubjectId>(rest);
  record.streams = subject_record(rest);
  return record;
}

Result<StreamRecord> stream_record(ByteView value) {
  if (value.size() != kStreamRecordBytes) return Error{Errc::corrupt, "index row of a stream"};
  StreamRecord record;
  record.kind = static_cast<format::StreamKind>(value[0]);
  record.lane = value[1];
  ByteView rest = value.subspan(2);
  record.subject = take<SubjectId>(rest);
  record.domain = take<DomainId>(rest);
  return record;
}

}  // namespace

SealedIndex::SealedIndex(const storage::Reads& reads, const Hash& origin_hash,
                         crypto::SecretBytes<32> index_key, Random& random)
    : reads_(reads),
      origin_hash_(origin_hash),
      seal_key_(subkey(index_key, "stafett/index-seal/v1")),
      name_key_(subkey(index_key, "stafett/index-name/v1")),
      alias_key_(subkey(index_key, "stafett/index-alias/v1")),
      random_(random) {}

Bytes SealedIndex::hidden_key(char tag, std::uint8_t space, ByteView name) const {
  Bytes key{static_cast<std::uint8_t>(tag)};
  append(key, crypto::hmac_sha256(name_key_.view(), {ByteView{&space, 1}, name}).view());
  return key;
}

Hash SealedIndex::name_for(const ActorId& who, ByteView what) const {
  return crypto::hmac_sha256(alias_key_.view(), {who.view(), what});
}

Bytes SealedIndex::seal(ByteView key, ByteView value) const {
  Bytes associated;
  append(associated, origin_hash_.view());
  append(associated, key);
  return crypto::seal(seal_key_.view(), value, associated, random_);
}

Result<Bytes> SealedIndex::open(ByteView key, ByteView sealed) const {
  Bytes associated;
  append(associated, origin_hash_.view());
  append(associated, key);
  return crypto::open(seal_key_.view(), sealed, associated);
}

Result<std::optional<Bytes>> SealedIndex::find(ByteView key) const {
  ENGINE_TRY(sealed, reads_.label(key));
  if (!sealed) return std::optional<Bytes>{};
  ENGINE_TRY(value, open(key, *sealed));
  return std::optional<Bytes>{std::move(value)};
}

Result<std::optional<StreamRecord>> SealedIndex::stream(const StreamId& stream) const {
  ENGINE_TRY(value, find(plain_key('S', stream)));
  if (!value) return std::optional<StreamRecord>{};
  ENGINE_TRY(record, stream_record(*value));
  return std::optional{record};
}

Result<void> SealedIndex::for_each_stream(const StreamVisit& visit) const {
  const std::uint8_t tag = 'S';
  return reads_.scan_labels(ByteView{&tag, 1},
                            [&](ByteView key, ByteView sealed) -> Result<storage::Scan> {
                              const auto id = StreamId::from(key.subspan(1));
                              if (!id) return Error{Errc::corrupt, "index row of a stream"};
                              ENGINE_TRY(value, open(key, sealed));
                              ENGINE_TRY(record, stream_record(value));
                              return visit(*id, record);
                            });
}

Result<std::optional<SubjectRecord>> SealedIndex::subject(const SubjectId& subject) const {
  ENGINE_TRY(value, find(hidden_key('C', 0, subject.view())));
  if (!value) return std::optional<SubjectRecord>{};
  if (value->size() != kSubjectRecordBytes) return Error{Errc::corrupt, "index row of a subject"};
  return std::optional{subject_record(*value)};
}

Result<std::optional<ErasureRecord>> SealedIndex::erasure(const SubjectId& subject) const {
  ENGINE_TRY(value, find(erasure_key(subject)));
  if (!value) return std::optional<ErasureRecord>{};
  ENGINE_TRY(record, erasure_record(*value));
  return std::optional{record};
}

Result<void> SealedIndex::for_each_erasure(const ErasureVisit& visit) const {
  const std::uint8_t tag = 'X';
  return reads_.scan_labels(ByteView{&tag, 1},
                            [&](ByteView key, ByteView sealed) -> Result<storage::Scan> {
                              ENGINE_TRY(value, open(key, sealed));
                              ENGINE_TRY(record, erasure_record(value));
                              return visit(record);
                            });
}

Result<std::optional<DomainId>> SealedIndex::event_domain(const EventId& event) const {
  ENGINE_TRY(value, find(plain_key('E', event)));
  if (!value) return std::optional<DomainId>{};
  const auto domain = DomainId::from(*value);
  if (!domain) return Error{Errc::corrupt, "index row of an event"};
  return std::optional{*domain};
}

Result<std::optional<LabelId>> SealedIndex::id_of(LabelSpace space, std::string_view label) const {
  const auto byte = static_cast<std::uint8_t>(space);
  ENGINE_TRY(value, find(hidden_key('L', byte, as_bytes(label))));
  if (!value) return std::optional<LabelId>{};
  LabelId id{};
  if (value->size() != id.size()) return Error{Errc::corrupt, "index row of a label"};
  std::ranges::copy(*value, id.begin());
  return std::optional{id};
}

Result<std::optional<std::string>> SealedIndex::label_of(LabelSpace space,
                                                         const LabelId& id) const {
  ENGINE_TRY(value, find(hidden_key('I', static_cast<std::uint8_t>(space), id)));
  if (!value) return std::optional<std::string>{};
  return std::optional{std::string{as_text(*value)}};
}

Result<std::optional<Bytes>> SealedIndex::snapshot(const SubjectId& subject) const {
  return find(hidden_key('N', 0, subject.view()));
}

Result<std::optional<Bytes>> SealedIndex::evidence(const Hash& evidence) const {
  return find(plain_key('V', evidence));
}

storage::IndexRow SealedIndex::row(const StreamId& stream, const StreamRecord& record) const {
  Bytes key = plain_key('S', stream);
  Bytes value{static_cast<std::uint8_t>(record.kind), record.lane};
  append(value, record.subject.view());
  append(value, record.domain.view());
  Bytes sealed = seal(key, value);
  return {std::move(key), std::move(sealed)};
}

storage::IndexRow SealedIndex::row(const SubjectId& subject, const SubjectRecord& record) const {
  Bytes key = subject_key(subject);
  Bytes value;
  append_record(value, record);
  Bytes sealed = seal(key, value);
  return {std::move(key), std::move(sealed)};
}

storage::IndexRow SealedIndex::row(const ErasureRecord& record) const {
  Bytes key = erasure_key(record.subject);
  Bytes value{record.order.begin(), record.order.end()};
  value.push_back(record.done ? 1 : 0);
  value.push_back(record.scope);
  value.push_back(record.before);
  append(value, record.subject.view());
  append_record(value, record.streams);
  Bytes sealed = seal(key, value);
  return {std::move(key), std::move(sealed)};
}

Bytes SealedIndex::subject_key(const SubjectId& subject) const {
  return hidden_key('C', 0, subject.view());
}

Bytes SealedIndex::snapshot_key(const SubjectId& subject) const {
  return hidden_key('N', 0, subject.view());
}

Bytes SealedIndex::erasure_key(const SubjectId& subject) const {
  return hidden_key('X', 0, subject.view());
}

Bytes SealedIndex::name_key(LabelSpace space, const LabelId& id) const {
  return hidden_key('I', static_cast<std::uint8_t>(space), id);
}

storage::IndexRow SealedIndex::row(const EventId& event, const DomainId& domain) const {
  Bytes key = plain_key('E', event);
  Bytes sealed = seal(key, domain.view());
  return {std::move(key), std::move(sealed)};
}

storage::IndexRow SealedIndex::snapshot_row(const SubjectId& subject, ByteView sealed) const {
  Bytes key = hidden_key('N', 0, subject.view());
  Bytes value = seal(key, sealed);
  return {std::move(key), std::move(value)};
}

storage::IndexRow SealedIndex::evidence_row(const Hash& evidence, ByteView opening) const {
  Bytes key = plain_key('V', evidence);
  Bytes value = seal(key, opening);
  return {std::move(key), std::move(value)};
}

std::array<storage::IndexRow, 2> SealedIndex::rows(LabelSpace space, std::string_view label,
                                                   const LabelId& id) const {
  const auto byte = static_cast<std::uint8_t>(space);
  Bytes by_label = hidden_key('L', byte, as_bytes(label));
  Bytes by_id = hidden_key('I', byte, id);
  Bytes sealed_id = seal(by_label, id);
  Bytes sealed_label = seal(by_id, as_bytes(label));
  return {storage::IndexRow{std::move(by_label), std::move(sealed_id)},
          storage::IndexRow{std::move(by_id), std::move(sealed_label)}};
}

Result<void> SealedIndex::verify(
    const std::function<void(ByteView key, const Error&)>& damaged) const {
  return reads_.scan_labels({}, [&](ByteView key, ByteView sealed) -> Result<storage::Scan> {
    if (const Result<Bytes> opened = open(key, sealed); !opened) damaged(key, opened.error());
    return storage::Scan::more;
  });
}

}  // namespace stafett::log
