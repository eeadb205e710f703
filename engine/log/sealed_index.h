#pragma once
// SealedIndex: which streams belong together, under whose key they are sealed, and what names stand
// for. In the database, but readable only with the index key: without it neither a name nor which
// streams form a subject can be found. Rows are made here and stored with the event that needs
// them.
//
// Source:   docs/formats/index-rows.md
// Threads:  any.
// Lifetime: store and random outlive it.
//
//   row      key                                   sealed value
//   stream   'S' stream id                         kind, lane, subject id, domain id
//   subject  'C' HMAC(index key, subject id)       content domain, access domain, its streams
//   event    'E' event id                          domain id, where it is not its stream's
//   label    'L' HMAC(index key, space, label)     id
//   name     'I' HMAC(index key, space, id)        label
//   snapshot 'N' HMAC(index key, subject id)       what the subject's owner sealed once more
//   evidence 'V' evidence                          what a sign-in's digest is of
//   erasure  'X' HMAC(index key, subject id)       how far the subject's erasure is

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/crypto/secret.h"
#include "engine/format/intent.h"
#include "engine/storage/store.h"

namespace stafett::log {

// `lane`: which of the subject's streams it is; the domain gives it meaning.
struct StreamRecord {
  format::StreamKind kind = format::StreamKind::case_;
  std::uint8_t lane = 0;
  SubjectId subject;  // zero for streams that belong to nobody
  DomainId domain;    // whose key seals its parts
};

struct SubjectRecord {
  static constexpr std::size_t kLanesMax = 8;
  DomainId content;
  DomainId access;
  std::array<StreamId, kLanesMax> streams{};  // zero: not begun
};

// A subject that was erased, or is being: what there is to do, and in the end that it was done.
struct ErasureRecord {
  static constexpr std::uint8_t kContent = 1, kAccesses = 2;
  std::array<std::uint8_t, 16> order{};  // the latest that names the subject
  bool done = false;
  std::uint8_t scope = 0;   // of this order: kContent, kAccesses
  std::uint8_t before = 0;  // erased by earlier orders
  SubjectId subject;
  SubjectRecord streams;  // what the order erases: zeros once it is done

  std::uint8_t all() const { return static_cast<std::uint8_t>(scope | before); }
};

// person_key: the label is a person's id in hex, the id is the domain of the person's details.
enum class LabelSpace : std::uint8_t { person = 1, subject = 2, person_key = 3 };
using LabelId = std::array<std::uint8_t, 16>;

class SealedIndex final {
 public:
  SealedIndex(const storage::Reads& reads, const Hash& origin_hash,
              crypto::SecretBytes<32> index_key, Random& random);

  // Errors of all finds: corrupt (does not open with the index key), io.
  Result<std::optional<StreamRecord>> stream(const StreamId& stream) const;
  Result<std::optional<SubjectRecord>> subject(const SubjectId& subject) const;
  Result<std::optional<DomainId>> event_domain(const EventId& event) const;
  Result<std::optional<LabelId>> id_of(LabelSpace space, std::string_view label) const;
  Result<std::optional<std::string>> label_of(LabelSpace space, const LabelId& id) const;
  // What was made of the subject's events, to save a fold of all of them: opaque here.
  Result<std::optional<Bytes>> snapshot(const SubjectId& subject) const;
  // What the digest of a sign-in is of: opaque here.
  Result<std::optional<Bytes>> evidence(const Hash& evidence) const;

  // Empty: nobody has begun to erase the subject.
  Result<std::optional<ErasureRecord>> erasure(const SubjectId& subject) const;
  using ErasureVisit = std::function<Result<storage::Scan>(const ErasureRecord&)>;
  Result<void> for_each_erasure(const ErasureVisit& visit) const;

  // Every stream that has a row, in no order that means anything. Errors: as the finds; the
  // visit's.
  using StreamVisit = std::function<Result<storage::Scan>(const StreamId&, const StreamRecord&)>;
  Result<void> for_each_stream(const StreamVisit& visit) const;

  storage::IndexRow row(const StreamId& stream, const StreamRecord& record) const;
  storage::IndexRow row(const SubjectId& subject, const SubjectRecord& record) const;
  storage::IndexRow row(const EventId& event, const DomainId& domain) const;
  // `sealed`: under a key that is lost with the subject's content; the index key alone opens all.
  storage::IndexRow snapshot_row(const SubjectId& subject, ByteView sealed) const;
  storage::IndexRow evidence_row(const Hash& evidence, ByteView opening) const;
  storage::IndexRow row(const ErasureRecord& record) const;
  // Keys of rows that an erasure deletes: the subject's, its snapshot's, and what a name's id leads
  // to the name by.
  Bytes subject_key(const SubjectId& subject) const;
  Bytes snapshot_key(const SubjectId& subject) const;
  Bytes erasure_key(const SubjectId& subject) const;
  Bytes name_key(LabelSpace space, const LabelId& id) const;
  // Both directions of one name.
  std::array<storage::IndexRow, 2> rows(LabelSpace space, std::string_view label,
                                        const LabelId& id) const;

  // Seals and opens a value of another owner (refusals) under the index key.
  Bytes seal(ByteView key, ByteView value) const;
  Result<Bytes> open(ByteView key, ByteView sealed) const;

  // A name for `what` that `who` alone knows it by: keyed, the same at every call, and without the
  // index key neither to be turned back nor compared with what another calls it.
  Hash name_for(const ActorId& who, ByteView what) const;

  // Every row opens with the index key; tells of each that does not. For verification with keys.
  Result<void> verify(const std::function<void(ByteView key, const Error&)>& damaged) const;

 private:
  Bytes hidden_key(char tag, std::uint8_t space, ByteView name) const;
  Result<std::optional<Bytes>> find(ByteView key) const;

  const storage::Reads& reads_;
  const Hash origin_hash_;
  const crypto::SecretBytes<32> seal_key_;
  const crypto::SecretBytes<32> name_key_;
  const crypto::SecretBytes<32> alias_key_;
  Random& random_;
};

}  // namespace stafett::log
