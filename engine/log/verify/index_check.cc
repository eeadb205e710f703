#include "engine/log/verify/index_check.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "engine/log/keeping/key_table.h"
#include "engine/log/meta_rows.h"

namespace stafett::log {

using storage::Column;
using storage::Scan;

std::vector<std::function<void()>> IndexCheck::tasks() {
  std::vector<std::function<void()>> tasks;
  if (place_.options.level < 2) return tasks;
  tasks.push_back([this] { check_meta(); });
  if (place_.options.since == TreeSize{0}) {
    tasks.push_back([this] { scan_streams(); });
    tasks.push_back([this] { scan_events(); });
    tasks.push_back([this] { check_suffixes(); });
    tasks.push_back([this] { check_tiles(); });
    tasks.push_back([this] { check_parts(); });
    tasks.push_back([this] { check_attachments(); });
  }
  if (place_.input.keys != nullptr) tasks.push_back([this] { check_keys(); });
  return tasks;
}

void IndexCheck::index_error(const char* index, ByteView key, const std::string& why) const {
  place_.findings.add(std::nullopt, std::string{"index "} + index, code::kIndex,
                      "row " + to_hex(key) + ": " + why);
}

void IndexCheck::scan_streams() {
  const Result<void> scanned = place_.input.reads.scan_rows(
      Column::streams, {}, {}, [&](ByteView key, ByteView value) -> Result<Scan> {
        if (storage::read_stream_key(key) && value.size() == 8)
          streams_ += place_.fingerprints.of_row(key, value);
        else
          index_error("streams", key, "not a stream's row");
        return Scan::more;
      });
  if (!scanned) index_error("streams", {}, scanned.error().detail());
}

void IndexCheck::scan_events() {
  const Result<void> scanned = place_.input.reads.scan_rows(
      Column::events, {}, {}, [&](ByteView key, ByteView value) -> Result<Scan> {
        // What is neither is found where suffixes are looked at.
        if (EventId::from(key) && value.size() == 9 && value[0] == storage::kEventPositionTag)
          events_ += place_.fingerprints.of_row(key, value.subspan(1));
        return Scan::more;
      });
  if (!scanned) index_error("events", {}, scanned.error().detail());
}

void IndexCheck::check_suffixes() {
  const Result<void> looked = place_.input.reads.verify_rows([&](const storage::DamagedRow& row) {
    const auto size = storage::read_u64(row.key);
    if (row.column == column_name(Column::checkpoints) && size)
      place_.findings.add(std::nullopt, checkpoint_place(TreeSize{*size}),
                          code::kCheckpointSignature, row.detail);
    else if (row.column == column_name(Column::meta) && storage::read_group_key(row.key))
      index_error("receipts", row.key, row.detail);
    else
      index_error(row.column.c_str(), row.key, row.detail);
  });
  if (!looked) index_error("rows", {}, looked.error().detail());
}

void IndexCheck::check_tiles() {
  const std::uint64_t size = place_.input.reads.size().value();
  const Result<void> scanned = place_.input.reads.scan_rows(
      Column::tiles, {}, {}, [&](ByteView key, ByteView) -> Result<Scan> {
        const auto place = storage::read_tile_key(key);
        if (!place) {
          index_error("tiles", key, "not a tile's key");
        } else if (transparency::tile_width(TreeSize{size}, place->level, place->index) <
                   transparency::kTileWidth) {
          place_.findings.add(std::nullopt, tile_place(place->level, place->index), code::kTile,
                              "a tree of this size has no such full tile");
        }
        return Scan::more;
      });
  if (!scanned) index_error("tiles", {}, scanned.error().detail());
}

// Rows before the first entry's and after the last one's; those between are seen with the entries.
void IndexCheck::check_parts() {
  const auto extra = [&](ByteView key, ByteView) -> Result<Scan> {
    index_error("parts", key, "a part of no entry");
    return Scan::more;
  };
  const auto first = storage::part_key(Position{0}, 0);
  const auto end = storage::position_key(Position{place_.input.reads.size().value()});
  for (const Result<void>& scanned : {place_.input.reads.scan_rows(Column::parts, {}, first, extra),
                                      place_.input.reads.scan_rows(Column::parts, end, {}, extra)})
    if (!scanned) index_error("parts", {}, scanned.error().detail());
}

// Chunks whose event is not recorded are on their way, or removed when the writer opens.
void IndexCheck::check_attachments() {
  const auto events = place_.input.reads.attachment_events();
  if (!events) return index_error("attachments", {}, events.error().detail());
  for (const EventId& event : *events) {
    const auto outcome = place_.input.reads.event(event);
    const Position* position = outcome ? std::get_if<Position>(&*outcome) : nullptr;
    if (position == nullptr) continue;
    const auto entry = entry_at(*position);
    if (entry && entry->intent.event_id == event &&
        std::ranges::none_of(entry->intent.parts, [](const format::PartCommitment& part) {
          return part.part_class == format::PartClass::attachment;
        }))
      index_error("attachments", event.view(), "its event promises no attachment");
  }
}

void IndexCheck::check_meta() {
  const auto fail = [&](std::string_view key, const char* why) {
    index_error("meta", storage::meta_key(key), why);
  };
  const Result<StreamIds> streams = read_stream_ids(place_.input.reads);
  if (!streams) return fail(kMetaStreams, "missing or not as written");
  if (!place_.record.genesis) return;
  if (streams->engine != place_.record.engine)
    fail(kMetaStreams, "names another engine stream than the genesis");
  const auto profile = place_.input.reads.meta(kMetaProfile);
  if (!profile || !*profile || crypto::sha256(**profile) != place_.record.genesis->profile_digest)
    fail(kMetaProfile, "not the profile of the genesis");
  if (!read_index_domain(place_.input.reads)) fail(kMetaIndex, "missing or not as written");
}

void IndexCheck::check_keys() {
  KeyTable& table = place_.input.keys->table;
  if (table.torn()) place_.findings.add(std::nullopt, "table", code::kKeyUnwrap, "its end is torn");
  std::vector<DomainId> domains;
  domains.reserve(table.size());
  table.for_each([&](const DomainId& id, DomainKind) { domains.push_back(id); });
  for (const DomainId& id : domains) {
    std::array<std::uint8_t, crypto::kKeyBytes> key;
    const crypto::WipeGuard guard{key};
    if (const Result<void> unwrapped = table.unwrap(id, key); !unwrapped)
      place_.findings.add(std::nullopt, "table", code::kKeyUnwrap,
                          to_hex(id.view()) + ": " + unwrapped.error().detail());
  }
  // A damaged row ends the scan; it is named where suffixes are looked at.
  const Result<void> looked =
      place_.input.keys->index.verify([&](ByteView key, const Error& error) {
        place_.findings.add(std::nullopt, "index labels", code::kKeyUnwrap,
                            "row " + to_hex(key) + ": " + error.detail());
      });
  if (!looked) index_error("labels", {}, looked.error().detail());
}

void IndexCheck::finish(const Fingerprint& streams, const Fingerprint& events) {
  if (place_.options.level < 2 || place_.options.since != TreeSize{0}) return;
  if (streams == streams_ && events == events_) return;
  locate_missing();
  if (streams != streams_) locate_extra_streams();
  if (events != events_) locate_extra_events();
}

std::optional<format::Entry> IndexCheck::entry_at(Position position) const {
  const Result<Bytes> bytes = place_.input.reads.entry(position);
  if (!bytes) return std::nullopt;
  Result<format::Entry> entry = format::decode_entry(*bytes);
  if (!entry) return std::nullopt;
  return std::move(*entry);
}

// Each entry is found under its stream and under its id.
void IndexCheck::locate_missing() const {
  const storage::Reads& reads = place_.input.reads;
  for (std::uint64_t p = 0; p < reads.size().value(); ++p) {
    const Position position{p};
    const auto entry = entry_at(position);
    if (!entry) continue;
    const auto in_stream = reads.stream_position(entry->intent.stream_id, entry->stamp.version);
    if (!in_stream || *in_stream != position)
      place_.findings.add(position, "index streams", code::kIndex,
                          "its stream does not lead to it");
    const auto outcome = reads.event(entry->intent.event_id);
    const Position* recorded = outcome ? std::get_if<Position>(&*outcome) : nullptr;
    if (recorded != nullptr && *recorded == position) continue;
    const auto other = recorded != nullptr ? entry_at(*recorded) : std::nullopt;
    if (other && other->intent.event_id == entry->intent.event_id)
      place_.findings.add(std::max(position, *recorded), "entry", code::kDuplicateId,
                          "its id is also that of position " +
                              std::to_string(std::min(position, *recorded).value()));
    else
      place_.findings.add(position, "index events", code::kIndex, "its id does not lead to it");
  }
}

void IndexCheck::locate_extra_streams() const {
  (void)place_.input.reads.scan_rows(
      Column::streams, {}, {}, [&](ByteView key, ByteView value) -> Result<Scan> {
        const auto place = storage::read_stream_key(key);
        const auto position = storage::read_u64(value);
        if (!place || !position) return Scan::more;
        const auto entry = entry_at(Position{*position});
        if (!entry || entry->intent.stream_id != place->stream ||
            entry->stamp.version != place->version)
          index_error("streams", key,
                      "leads to position " + std::to_string(*position) + ", which is not of it");
        return Scan::more;
      });
}

void IndexCheck::locate_extra_events() const {
  (void)place_.input.reads.scan_rows(
      Column::events, {}, {}, [&](ByteView key, ByteView value) -> Result<Scan> {
        if (value.size() != 9 || value[0] != storage::kEventPositionTag) return Scan::more;
        const Position position{from_big_endian<std::uint64_t>(value.subspan(1))};
        const auto entry = entry_at(position);
        if (!entry || !std::ranges::equal(entry->intent.event_id.view(), key))
          index_error(
              "events", key,
              "leads to position " + std::to_string(position.value()) + ", which has another id");
        return Scan::more;
      });
}

}  // namespace stafett::log
