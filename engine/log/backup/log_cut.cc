#include "engine/log/backup/log_cut.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "engine/format/engine_event.h"
#include "engine/format/entry.h"
#include "engine/log/keeping/key_table.h"
#include "engine/log/keeping/root_key_source.h"
#include "engine/log/meta_rows.h"
#include "engine/log/sealed_index.h"
#include "engine/log/verify/public_record.h"
#include "engine/storage/cutter.h"

namespace stafett::log {
namespace {

template <class Id>
Bytes label_key(char tag, const Id& id) {
  Bytes key{static_cast<std::uint8_t>(tag)};
  append(key, id.view());
  return key;
}

bool has_attachment(const format::Intent& intent) {
  return std::ranges::any_of(intent.parts, [](const format::PartCommitment& part) {
    return part.part_class == format::PartClass::attachment;
  });
}

// Its bytes and keys are gone for good: a log that says nothing of the order would have holes that
// nothing explains.
Result<void> refuse_erasure(const format::Entry& entry, Position position) {
  ENGINE_TRY(event, format::decode_engine_event(entry.public_part));
  if (!std::holds_alternative<format::ErasureApproved>(event) &&
      !std::holds_alternative<format::ErasureCompleted>(event))
    return {};
  return Error{Errc::conflict,
               fmt::format("position {} is of an erasure, which would be hidden: only a head of a "
                           "size above {}, or a generation from before it, can be restored",
                           position.value(), position.value())};
}

class CuttingLog final {
 public:
  CuttingLog(const LogCut& cut, TreeSize size) : cut_(cut), size_(size) {}

  Result<void> run() {
    ENGINE_TRY(cutter, storage::Cutter::open(cut_.database));
    cutter_ = std::move(cutter);
    ENGINE_TRY_VOID(open_index());
    ENGINE_TRY_VOID(cutter_->reads().scan_entries(
        Position{size_.value()}, Position{cutter_->reads().size().value()},
        [&](Position position, ByteView bytes) -> Result<storage::Scan> {
          ENGINE_TRY_VOID(drop_entry(position, bytes));
          return storage::Scan::more;
        }));
    ENGINE_TRY_VOID(settle_subjects());
    // A snapshot may be of later events than are left, and a case that goes on otherwise would
    // grow past it: without it the case is folded from its events.
    ENGINE_TRY_VOID(cutter_->drop_labels_of('N'));
    return cutter_->end_at(size_);
  }

 private:
  Result<void> open_index() {
    const storage::Reads& reads = cutter_->reads();
    const Hash origin = read_public_record(reads)->keyring.origin_hash();
    ENGINE_TRY(root, load_root_key(cut_.root_key));
    ENGINE_TRY(table,
               KeyTable::open({cut_.files, cut_.random, arena_, cut_.key_table, origin}, root));
    table_ = std::move(table);
    ENGINE_TRY(domain, read_index_domain(reads));
    std::optional<Error> failure;
    crypto::SecretBytes<32> key{[&](std::span<std::uint8_t, 32> out) {
      if (const Result<void> got = table_->unwrap(domain, out); !got) failure = got.error();
    }};
    if (failure) return *failure;
    index_ = std::make_unique<SealedIndex>(reads, origin, std::move(key), cut_.random);
    return {};
  }

  Result<void> drop_entry(Position position, ByteView bytes) {
    const Result<format::Entry> entry = format::decode_entry(bytes);
    if (!entry)
      return Error{Errc::corrupt, fmt::format("the entry at position {}: {}", position.value(),
                                              entry.error().detail())};
    const format::Intent& intent = entry->intent;
    if (intent.stream_kind == format::StreamKind::engine)
      ENGINE_TRY_VOID(refuse_erasure(*entry, position));
    if (entry->stamp.version == Version{0}) ENGINE_TRY_VOID(drop_stream(intent.stream_id));
    const Bytes own_domain = label_key('E', intent.event_id);
    ENGINE_TRY(has_own, cutter_->reads().label(own_domain));
    if (has_own) ENGINE_TRY_VOID(cutter_->drop_label(own_domain));
    if (has_attachment(intent)) ENGINE_TRY_VOID(cutter_->drop_chunks(intent.event_id));
    return cutter_->drop_places(intent.stream_id, entry->stamp.version, intent.event_id);
  }

  // A stream that begins in what is cut off. The rows of those that belong to nobody were there
  // before their first event.
  Result<void> drop_stream(const StreamId& stream) {
    ENGINE_TRY(record, index_->stream(stream));
    if (!record || record->subject.is_zero()) return {};
    begun_[record->subject].push_back(stream);
    return cutter_->drop_label(label_key('S', stream));
  }

  // What their rows say of streams that are not there any more.
  Result<void> settle_subjects() {
    for (const auto& [subject, begun] : begun_) {
      ENGINE_TRY(found, index_->subject(subject));
      if (!found) continue;
      SubjectRecord record = *found;
      for (StreamId& stream : record.streams)
        if (std::ranges::find(begun, stream) != begun.end()) stream = StreamId{};
      const bool is_left = std::ranges::any_of(
          record.streams, [](const StreamId& stream) { return !stream.is_zero(); });
      ENGINE_TRY_VOID(is_left ? cutter_->put_label(index_->row(subject, record))
                              : cutter_->drop_label(index_->subject_key(subject)));
    }
    return {};
  }

  const LogCut& cut_;
  const TreeSize size_;
  std::unique_ptr<storage::Cutter> cutter_;
  crypto::KeyArena arena_;
  std::unique_ptr<KeyTable> table_;
  std::unique_ptr<SealedIndex> index_;  // over the cutter's reads
  std::unordered_map<SubjectId, std::vector<StreamId>, IdHash> begun_;
};

}  // namespace

Result<void> cut_log(const LogCut& cut, TreeSize size) {
  return CuttingLog{cut, size}.run();
}

}  // namespace stafett::log
