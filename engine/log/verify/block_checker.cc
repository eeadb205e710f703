#include "engine/log/verify/block_checker.h"

#include "engine/crypto/sha256.h"
#include "engine/format/part.h"
#include "engine/format/receipt.h"
#include "engine/log/log_tree.h"
#include "engine/transparency/group_path.h"

namespace stafett::log {

std::optional<crypto::PublicKey> public_key_of(const PublicRecord& record, const KeyId& key,
                                               Position position) {
  if (position == Position{0}) {
    if (!record.genesis || crypto::key_id(record.genesis->log_key) != key) return std::nullopt;
    return record.genesis->log_key;
  }
  const std::optional<EnrolledKey> enrolled = record.keyring.find(key);
  if (!enrolled) return std::nullopt;
  return enrolled->public_key;
}

void BlockChecker::check(Block& block) const {
  block.entries.resize(block.rows.size());
  Memory memory;
  for (std::size_t i = 0; i < block.rows.size(); ++i) check_entry(block, i, memory);
  if (place_.options.level >= 2) check_checkpoints(block);
  if (place_.options.level >= 3) check_receipts(block);
}

void BlockChecker::check_entry(Block& block, std::size_t index, Memory& memory) const {
  const Block::Row& row = block.rows[index];
  CheckedEntry& to = block.entries[index];
  to.position = Position{block.first.value() + index};
  const unsigned level = place_.options.level;
  if (!row.there) return;  // reported by the reader
  const ByteView bytes = block.bytes_of(row.entry);
  if (level >= 2) to.leaf = transparency::leaf_hash(bytes);
  const Result<format::Entry> decoded = format::decode_entry(bytes);
  if (!decoded)
    return place_.findings.add(to.position, "entry", code::kEntryHash,
                               "not an entry: " + decoded.error().detail());
  const format::Entry& entry = *decoded;
  const format::Intent& intent = entry.intent;
  to.present = true;
  to.event = intent.event_id;
  to.stream = intent.stream_id;
  to.kind = intent.stream_kind;
  to.version = entry.stamp.version;
  to.previous = entry.stamp.previous;
  to.recorded_at = entry.stamp.recorded_at;
  to.expects = intent.expects;
  to.expected_head = intent.expected_head;
  to.actor = intent.actor;
  to.key = intent.key;
  to.custody = intent.custody;
  to.enrolled_at = intent.enrolled_at;
  if (intent.stream_kind == format::StreamKind::engine) {
    const Result<format::EngineEvent> event = format::decode_engine_event(entry.public_part);
    if (event)
      to.engine =
          std::make_unique<const CheckedEntry::Engine>(CheckedEntry::Engine{intent, *event});
    else
      place_.findings.add(to.position, "part", code::kPartDigest,
                          "public part: " + event.error().detail());
    const format::OpenPart open{format::PartClass::public_, {}, entry.public_part};
    const format::PartCommitment made = format::commit(open, intent.event_id);
    if (made.commitment != intent.parts.front().commitment)
      place_.findings.add(to.position, "part", code::kPartDigest,
                          "public part: not what the actor committed to");
  }
  if (level >= 2) check_rows(to);
  if (level >= 2) {
    const auto position = storage::position_key(to.position);
    const auto version = static_cast<std::uint32_t>(to.version.value());
    block.streams += place_.fingerprints.of_row(storage::stream_key(to.stream, version), position);
    block.events += place_.fingerprints.of_row(to.event.view(), position);
  }
  if (level >= 3) check_signature(entry, to, memory.groups);
  if (level >= 3 && intent.verified) check_observed(intent, to.position, memory.observed);
  if (level >= 4)
    content_.check(entry, to.position,
                   std::span{block.parts}.subspan(row.parts_first, row.parts_end - row.parts_first),
                   block);
}

void BlockChecker::check_signature(const format::Entry& entry, CheckedEntry& to,
                                   Groups& groups) const {
  to.signature = entry.signature.signature;
  to.group_count = entry.signature.count;
  to.group_index = entry.signature.index;
  const Hash leaf = transparency::leaf_hash(entry.intent_bytes);
  const Result<Hash> root = transparency::root_from_group_path(leaf, to.group_index, to.group_count,
                                                               entry.signature.path);
  if (!place_.record.genesis || !root) return;
  to.group_root = *root;
  if (entry.intent.origin_hash != place_.record.keyring.origin_hash()) return;
  const auto look = [&]() -> CheckedEntry::Signed {
    const auto key = public_key_of(place_.record, to.key, to.position);
    if (!key) return CheckedEntry::Signed::unknown_key;
    const Bytes message = format::signed_message(entry.intent.origin_hash, to.group_count, *root);
    return crypto::verify(*key, message, to.signature) ? CheckedEntry::Signed::yes
                                                       : CheckedEntry::Signed::no;
  };
  if (to.group_count == 1) {
    to.is_signed = look();
    return;
  }
  const GroupKey group{to.signature, *root, to.key, to.group_count};
  const auto [found, fresh] = groups.try_emplace(group, CheckedEntry::Signed::no);
  if (fresh) found->second = look();
  to.is_signed = found->second;
}

// The checkpoint that the actor says to have verified must be of this log.
void BlockChecker::check_observed(const format::Intent& intent, Position position,
                                  Observed& observed) const {
  const auto fail = [&](const char* why) {
    place_.findings.add(position, "entry", code::kCheckpointFork, why);
  };
  if (intent.verified->size.value() > position.value())
    return fail("the actor had verified a checkpoint larger than the log was");
  // Many actors have verified the same one.
  if (observed.size != intent.verified->size || !observed.root) {
    const Result<Hash> root = root_at(place_.input.reads, intent.verified->size);
    observed = {intent.verified->size, root ? std::optional{*root} : std::nullopt};
  }
  if (observed.root != intent.verified->root)
    fail("the actor had verified a checkpoint that is not of this log");
}

// With `since` the indexes are not compared as a whole, so each new entry's rows are looked up.
void BlockChecker::check_rows(const CheckedEntry& entry) const {
  if (place_.options.since == TreeSize{0}) return;
  const auto at = place_.input.reads.stream_position(entry.stream, entry.version);
  if (!at || *at != entry.position)
    place_.findings.add(entry.position, "index streams", code::kIndex, "no row of this entry");
  const auto outcome = place_.input.reads.event(entry.event);
  const Position* recorded = outcome ? std::get_if<Position>(&*outcome) : nullptr;
  if (recorded == nullptr) {
    place_.findings.add(entry.position, "index events", code::kIndex, "no row of this entry");
  } else if (*recorded != entry.position) {
    const auto other = place_.input.reads.entry(*recorded);
    const auto decoded = other ? format::decode_entry(*other) : other.error();
    const bool same = decoded && decoded->intent.event_id == entry.event;
    place_.findings.add(entry.position, same ? "entry" : "index events",
                        same ? code::kDuplicateId : code::kIndex,
                        "its id leads to position " + std::to_string(recorded->value()));
  }
}

bool BlockChecker::receipts_hold(const format::ReceiptGroup& group,
                                 std::span<const Hash> leaves) const {
  const Bytes message = format::receipt_message(place_.record.keyring.origin_hash(), group.first,
                                                group.count, transparency::root_of(leaves));
  const Keyring& keyring = place_.record.keyring;
  return keyring.genesis() && crypto::verify(keyring.log_key_at(TreeSize{group.first.value()}).key,
                                             message, group.signature);
}

// The group that `since` cuts in two: checked with its older entries. Returns its end within the
// block, or the block's first position when no group begins before it.
std::uint64_t BlockChecker::check_cut_group(Block& block) const {
  const std::uint64_t since = block.first.value();
  const auto row = place_.input.reads.receipt_group_of(block.first);
  if (!row || row->first == block.first) return since;
  const auto group = format::decode_receipt_group(row->first, row->record);
  const std::uint64_t begin = row->first.value();
  if (!group || begin + group->count <= since) return since;
  if (group->count > block.end().value() - begin || group->count > transparency::kGroupLeavesMax)
    return since;
  std::vector<Hash> leaves;
  (void)place_.input.reads.scan_entries(row->first, block.first,
                                        [&](Position, ByteView entry) -> Result<storage::Scan> {
                                          leaves.push_back(transparency::leaf_hash(entry));
                                          return storage::Scan::more;
                                        });
  const std::uint64_t end = begin + group->count;
  for (std::uint64_t p = since; p < end; ++p) leaves.push_back(block.entries[p - since].leaf);
  if (leaves.size() != group->count || !receipts_hold(*group, leaves))
    block.unproven.push_back({block.first, Position{end}, true});
  return end;
}

// The groups follow each other without gap, each signed by the log over exactly these entries.
void BlockChecker::check_receipts(Block& block) const {
  const std::uint64_t first = block.first.value();
  const std::uint64_t end = block.end().value();
  std::uint64_t next = first;
  const auto gap = [&](std::uint64_t until) {
    place_.findings.add(
        Position{next}, "index receipts", code::kIndex,
        "no receipts for positions " + std::to_string(next) + " to " + std::to_string(until - 1));
    block.unproven.push_back({Position{next}, Position{until}, false});
  };
  if (first != 0 && first == place_.options.since.value()) next = check_cut_group(block);
  for (const Block::Keyed& row : block.receipts) {
    const auto group = format::decode_receipt_group(Position{row.number}, row.value);
    if (!group || row.number < next || group->count > end - row.number) {
      place_.findings.add(Position{row.number}, "index receipts", code::kIndex,
                          "a commit group that overlaps another or goes past the end");
      continue;
    }
    if (row.number > next) gap(row.number);
    next = row.number + group->count;
    std::vector<Hash> leaves(group->count);
    for (std::size_t i = 0; i < leaves.size(); ++i)
      leaves[i] = block.entries[row.number - first + i].leaf;
    if (!receipts_hold(*group, leaves))
      block.unproven.push_back({group->first, Position{next}, true});
  }
  if (next < end) gap(end);
}

void BlockChecker::check_checkpoints(Block& block) const {
  for (const Block::Keyed& row : block.checkpoints) {
    const TreeSize size{row.number};
    const auto fail = [&](const std::string& why) {
      place_.findings.add(std::nullopt, checkpoint_place(size), code::kCheckpointSignature, why);
    };
    if (!place_.record.keyring.genesis()) {
      fail("no genesis says which key signs");
      continue;
    }
    const auto opened = open_log_checkpoint(as_text(row.value), place_.record.keyring.log_keys());
    if (!opened)
      fail(opened.error().to_string());
    else if (opened->head().size != size)
      fail("it is for another size than it is stored under");
    else
      block.signed_checkpoints.push_back({size, opened->head().root});
  }
}

}  // namespace stafett::log
