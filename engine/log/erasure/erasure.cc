#include "engine/log/erasure/erasure.h"

#include <algorithm>
#include <set>

#include "engine/crypto/sha256.h"
#include "engine/log/keeping/backup_notes.h"
#include "engine/log/keeping/root_key_change.h"
#include "engine/log/keeping/root_key_source.h"
#include "engine/log/keeping/table_places.h"
#include "engine/storage/frozen_image.h"

namespace stafett::log {
namespace {

constexpr std::size_t kPositionsAtOnce = 10'000;
constexpr std::size_t kDomainsAhead = 64;
constexpr std::size_t kTableBytesMax =
    kKeyTableHeaderBytes + DomainIndex::kDomainsMax * kKeyRecordBytes;

class Run final {
 public:
  Run(const ErasurePlace& place, ErasureOrder order)
      : place_(place), log_(place.log), order_(std::move(order)) {}

  Result<ErasureReport> all() {
    ENGINE_TRY_VOID(reach_copies());
    ENGINE_TRY(targets, targets_of(log_.store(), log_.index(), order_));
    targets_ = std::move(targets);
    if (!going().empty())
      ENGINE_TRY_VOID(check_root_key_can_change(log_.paths().root_key, log_.random()));
    ENGINE_TRY_VOID(close());
    ENGINE_TRY_VOID(told("closed"));
    ENGINE_TRY_VOID(change_keys());
    ENGINE_TRY_VOID(told("keys"));
    ENGINE_TRY_VOID(destroy());
    ENGINE_TRY_VOID(told("destroyed"));
    ENGINE_TRY_VOID(delete_rows());
    ENGINE_TRY_VOID(told("deleted"));
    ENGINE_TRY_VOID(compact());
    ENGINE_TRY_VOID(told("compacted"));
    return complete();
  }

 private:
  Result<void> told(const char* step) {
    return place_.done_with ? place_.done_with(step) : Result<void>{};
  }
  Result<void> reach_copies();
  Result<void> close();
  Result<void> check_and_note(const std::vector<SubjectId>& fresh);
  Result<void> change_keys();
  Result<void> put_in_place(KeyTable& table, const RootKey& root, Bytes confirmed);
  Result<void> destroy();
  Result<void> delete_rows();
  Result<void> delete_content();
  Result<void> delete_index();
  Result<void> compact();
  Result<ErasureReport> complete();
  Result<std::uint64_t> parts_gone() const;
  std::set<DomainId> going() const;

  const ErasurePlace& place_;
  Log& log_;
  const ErasureOrder order_;
  // No backup puts an old table back, or links old files, until the run has ended.
  std::unique_ptr<storage::FileLock> no_backup_;
  std::optional<TablePlaces> places_;
  std::vector<ErasureRecord> targets_;
  Hash root_key_id_;
  Hash table_digest_;
};

// Under the lock: a backup that ended before has said where it copied the table to.
Result<void> Run::reach_copies() {
  const std::string& database = log_.paths().database;
  ENGINE_TRY(lock, hold_backups(log_.files(), database));
  no_backup_ = std::move(lock);
  ENGINE_TRY(places, table_places_to_reach(log_.files(), database, place_.places));
  places_.emplace(log_.files(), std::move(places));
  return {};
}

// A subject whose row says that its erasure is under way was closed, checked and noted before.
Result<void> Run::close() {
  std::vector<SubjectId> fresh;
  for (const ErasureRecord& target : targets_) {
    ENGINE_TRY(noted, log_.index().erasure(target.subject));
    if (!noted || noted->order != order_.id) fresh.push_back(target.subject);
    ENGINE_TRY_VOID(place_.host.close(target.subject));
  }
  ENGINE_TRY_VOID(log_.wait_for_submitted());
  // Once more: what was in the sequencer's hands at the first time is not any more.
  for (const ErasureRecord& target : targets_) ENGINE_TRY_VOID(place_.host.close(target.subject));
  if (fresh.empty()) return {};
  const Result<void> noted = check_and_note(fresh);
  if (!noted)
    for (const SubjectId& subject : fresh) place_.host.reopen(subject);
  return noted;
}

Result<void> Run::check_and_note(const std::vector<SubjectId>& fresh) {
  if (fresh.size() != targets_.size())
    return Error{Errc::corrupt, "only some of the order's subjects are noted"};
  // What came while the targets were looked for may have begun a stream.
  for (ErasureRecord& target : targets_) {
    ENGINE_TRY(now, log_.index().subject(target.subject));
    if (!now) return Error{Errc::corrupt, "a subject without its index row"};
    target.streams = *now;
  }
  ENGINE_TRY_VOID(check_whole(log_.store(), log_.index(), order_, targets_));
  std::vector<storage::IndexRow> rows;
  for (const ErasureRecord& target : targets_) rows.push_back(log_.index().row(target));
  return log_.store().change_labels(rows, {});
}

// The domains whose keys are still there.
std::set<DomainId> Run::going() const {
  std::set<DomainId> domains;
  for (const ErasureRecord& target : targets_) {
    if ((target.scope & ErasureRecord::kContent) != 0) domains.insert(target.streams.content);
    if ((target.scope & ErasureRecord::kAccesses) != 0) domains.insert(target.streams.access);
  }
  std::erase_if(domains, [this](const DomainId& id) { return !log_.vault().contains(id); });
  return domains;
}

Result<void> Run::change_keys() {
  const std::set<DomainId> gone = going();
  if (gone.empty()) return {};
  // New subjects get keys that the new table has, so it need not be written twice.
  for (const DomainKind kind : {DomainKind::content, DomainKind::access, DomainKind::person})
    ENGINE_TRY_VOID(log_.vault().stock(kind, kDomainsAhead));
  ENGINE_TRY(root, make_next_root_key(log_.files(), log_.paths(), log_.random()));
  if (place_.escrow) ENGINE_TRY_VOID(place_.escrow(root));
  const auto survives = [&](const DomainId& id, DomainKind) { return !gone.contains(id); };
  Bytes confirmed;
  std::size_t domains = 0;
  // Places may be slow: not while others wait for a new domain's key.
  ENGINE_TRY_VOID(log_.vault().while_unchanged([&](KeyTable& table) -> Result<void> {
    ENGINE_TRY(bytes, table.rewrapped(survives, root));
    confirmed = std::move(bytes);
    domains = table.size();
    return {};
  }));
  ENGINE_TRY_VOID(places_->confirm(confirmed));
  return log_.vault().while_unchanged([&](KeyTable& table) -> Result<void> {
    if (table.size() != domains) {
      ENGINE_TRY(bytes, table.rewrapped(survives, root));
      confirmed = std::move(bytes);
      ENGINE_TRY_VOID(places_->confirm(confirmed));
    }
    return put_in_place(table, root, std::move(confirmed));
  });
}

Result<void> Run::put_in_place(KeyTable& table, const RootKey& root, Bytes confirmed) {
  ENGINE_TRY_VOID(told("confirmed"));
  return table.take_over(root,
                         [&] { return put_next_table(log_.files(), log_.paths(), confirmed); });
}

// The new table is in place. What is read here is what every place holds of it in the end.
Result<void> Run::destroy() {
  ENGINE_TRY_VOID(settle_root_key(log_.files(), log_.paths()));
  return log_.vault().while_unchanged([&](KeyTable&) -> Result<void> {
    ENGINE_TRY(header, read_key_table_header(log_.files(), log_.paths().key_table));
    ENGINE_TRY(bytes, log_.files().read(log_.paths().key_table, kTableBytesMax));
    ENGINE_TRY_VOID(places_->settle(bytes));
    root_key_id_ = header.root_key_id;
    table_digest_ = crypto::sha256(bytes);
    return {};
  });
}

Result<void> Run::delete_rows() {
  ENGINE_TRY_VOID(delete_content());
  std::vector<SubjectId> subjects;
  for (const ErasureRecord& target : targets_) subjects.push_back(target.subject);
  // Before the rows that say whose what is kept was.
  ENGINE_TRY_VOID(place_.host.erase(subjects));
  return delete_index();
}

Result<void> Run::delete_content() {
  std::vector<Position> positions;
  const auto flush = [&]() -> Result<void> {
    ENGINE_TRY_VOID(log_.store().erase_parts(positions));
    positions.clear();
    return {};
  };
  for (const auto& range : order_.ranges)
    ENGINE_TRY_VOID(log_.store().scan_entries(
        range.first, range.end, [&](Position position, ByteView bytes) -> Result<storage::Scan> {
          ENGINE_TRY(entry, format::decode_own_entry(bytes));
          positions.push_back(position);
          for (const format::PartCommitment& part : entry.intent.parts)
            if (part.part_class == format::PartClass::attachment)
              ENGINE_TRY_VOID(log_.store().delete_chunks(entry.intent.event_id));
          if (positions.size() >= kPositionsAtOnce) ENGINE_TRY_VOID(flush());
          return storage::Scan::more;
        }));
  return flush();
}

// The subject's streams are nobody's from here on, and nothing tells that they belong together.
Result<void> Run::delete_index() {
  const SealedIndex& index = log_.index();
  std::vector<storage::IndexRow> put;
  std::vector<Bytes> erased;
  for (ErasureRecord& target : targets_) {
    if (target.done) continue;
    SubjectRecord left = target.streams;
    for (StreamId& id : left.streams) {
      if (id.is_zero()) continue;
      ENGINE_TRY(stream, index.stream(id));
      if (!stream) return Error{Errc::corrupt, "a stream without its index row"};
      const bool is_access = stream->kind == format::StreamKind::access;
      const auto scope = is_access ? ErasureRecord::kAccesses : ErasureRecord::kContent;
      if ((target.all() & scope) == 0) continue;
      put.push_back(index.row(id, StreamRecord{stream->kind, 0, SubjectId{}, DomainId{}}));
      id = StreamId{};
    }
    if ((target.all() & ErasureRecord::kContent) != 0) left.content = DomainId{};
    if ((target.all() & ErasureRecord::kAccesses) != 0) {
      left.access = DomainId{};
      erased.push_back(index.subject_key(target.subject));
    } else {
      put.push_back(index.row(target.subject, left));
    }
    erased.push_back(index.snapshot_key(target.subject));
    LabelId id{};
    std::ranges::copy(target.subject.view(), id.begin());
    erased.push_back(index.name_key(LabelSpace::subject, id));
    target.done = true;
    target.streams = {};
    put.push_back(index.row(target));
  }
  if (put.empty()) return {};
  return log_.store().change_labels(put, erased);
}

Result<void> Run::compact() {
  std::uint64_t first = UINT64_MAX, end = 0;
  for (const auto& range : order_.ranges) {
    first = std::min(first, range.first.value());
    end = std::max(end, range.end.value());
  }
  // A backup that was killed has left links to the files that go.
  ENGINE_TRY_VOID(storage::remove_tree(backup_image(log_.paths().database)));
  storage::Store& store = log_.store();
  ENGINE_TRY_VOID(store.compact_away(storage::Column::parts, storage::position_key(Position{first}),
                                     storage::position_key(Position{end})));
  ENGINE_TRY_VOID(store.compact_away(storage::Column::attachments));
  return store.compact_away(storage::Column::labels);
}

// What the order's entries promise sealed, as none of it is there any more.
Result<std::uint64_t> Run::parts_gone() const {
  std::uint64_t gone = 0;
  for (const auto& range : order_.ranges)
    ENGINE_TRY_VOID(log_.store().scan_entries(
        range.first, range.end, [&](Position position, ByteView bytes) -> Result<storage::Scan> {
          ENGINE_TRY(entry, format::decode_own_entry(bytes));
          ENGINE_TRY(there, log_.store().parts(position));
          if (!there.empty()) return Error{Errc::corrupt, "an erased part is there again"};
          for (const format::PartCommitment& part : entry.intent.parts) {
            if ((kSealedClasses >> static_cast<unsigned>(part.part_class) & 1) != 0) ++gone;
            if (part.part_class != format::PartClass::attachment) continue;
            ENGINE_TRY(chunk, log_.store().chunk(entry.intent.event_id, 0));
            if (chunk) return Error{Errc::corrupt, "an erased document is there again"};
          }
          return storage::Scan::more;
        }));
  return gone;
}

Result<ErasureReport> Run::complete() {
  ENGINE_TRY(gone, parts_gone());
  const format::ErasureCompleted completed{order_.id, gone, root_key_id_, table_digest_,
                                           static_cast<std::uint32_t>(places_->count())};
  const TimeUs now = log_.clock().now();
  const Outcomes outcomes = log_.submit_and_wait(log_.system().sign_engine(
      completed, log_.streams().engine, make_event_id(now, log_.random()), now));
  if (!outcomes.front()) return outcomes.front().error();
  if (const auto* refusal = std::get_if<Refusal>(&*outcomes.front()))
    return Error{Errc::refused, refusal->code + ": " + refusal->detail};
  ENGINE_TRY_VOID(log_.checkpoint_now());
  return ErasureReport{targets_.size(), false, completed};
}

}  // namespace

Result<ErasureReport> run_erasure(const ErasurePlace& place, const OrderId& id) {
  Log& log = place.log;
  if (const auto reason = log.read_only_reason()) return Error{Errc::read_only, *reason};
  ENGINE_TRY(order, find_erasure_order(log.store(), log.streams().engine, id));
  if (order.completed) return ErasureReport{0, true, *order.completed};
  if (!order.approved) return Error{Errc::refused, "no other person has approved the order"};
  const auto checkpoint = log.latest_checkpoint();
  if (!checkpoint || !order.counts(checkpoint->size)) ENGINE_TRY_VOID(log.checkpoint_now());
  return Run{place, std::move(order)}.all();
}

}  // namespace stafett::log
