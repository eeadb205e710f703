#include "projections/handover/check.h"

#include <algorithm>

#include "engine/format/entry.h"
#include "engine/transparency/checkpoint.h"
#include "projections/bundle/bundle_lines.h"

namespace stafett::bti {
namespace {

class Check final {
 public:
  Check(storage::Files& files, const std::string& directory, const transparency::VerifierKey& key)
      : files_(files), directory_(directory), key_(key) {}

  Result<HandoverReport> run() {
    ENGINE_TRY_VOID(check_files());
    ENGINE_TRY_VOID(check_checkpoint());
    ENGINE_TRY_VOID(check_scope());
    ENGINE_TRY_VOID(check_events());
    return std::move(report_);
  }

 private:
  std::string path(std::string_view name) const { return directory_ + "/" + std::string{name}; }

  void fault(const std::string& place, const std::string& why) {
    ++report_.fault_count;
    if (report_.faults.size() < HandoverReport::kFaultsMax) report_.faults.push_back({place, why});
  }

  Result<std::string> text_of(std::string_view name) {
    ENGINE_TRY(bytes, files_.read(path(name), kSmallFileBytesMax));
    return std::string{as_text(bytes)};
  }

  // Nothing is believed of a file that is not the one that the manifest lists.
  Result<void> check_files() {
    ENGINE_TRY(note, text_of(handover_file::kManifest));
    const auto listed = open_handover(note, key_);
    if (!listed) {
      fault("manifest", listed.error().detail());
      return {};
    }
    for (const FileDigest& one : *listed) {
      const auto there = digest_of(files_, directory_, one.name, one.bytes);
      if (!there && there.error().code() == Errc::io) return there.error();
      if (!there || *there != one) fault(one.name, "not the file that the manifest lists");
    }
    return {};
  }

  Result<void> check_checkpoint() {
    ENGINE_TRY(note, text_of(handover_file::kCheckpoint));
    const auto opened = transparency::open_checkpoint(note, key_, key_.name);
    if (!opened) {
      fault("checkpoint", opened.error().detail());
      return {};
    }
    head_ = opened->head();
    return {};
  }

  Result<void> check_scope() {
    ENGINE_TRY(text, text_of(handover_file::kScope));
    auto scope = parse_handover_scope(text);
    if (!scope) {
      fault("handover.json", scope.error().detail());
      return {};
    }
    if (scope->origin != key_.name) fault("handover.json", "of another log than the key is of");
    if (head_ && scope->head != *head_)
      fault("handover.json", "another size or root than the checkpoint's");
    report_.scope = std::move(*scope);
    return {};
  }

  Result<void> check_events() {
    ENGINE_TRY(lines, LineReader::open(files_, path(handover_file::kEvents)));
    for (;;) {
      const auto line = lines->next();
      const std::string place = "events.jsonl line " + std::to_string(lines->line());
      if (!line && line.error().code() == Errc::io) return line.error();
      if (!line) {
        fault(place, line.error().detail());
        break;
      }
      if (!*line) break;
      check_line(place, **line);
      if (++entries_ > kHandoverEntriesMax) {
        fault(place, "more events than a hand-over has");
        break;
      }
    }
    if (report_.scope && report_.scope->entries != entries_)
      fault("events.jsonl", "not as many events as handover.json says");
    return {};
  }

  void check_line(const std::string& place, std::string_view text) {
    const auto line = parse_entry_line(text);
    if (!line) return fault(place, line.error().detail());
    const auto entry = format::decode_entry(line->entry);
    if (!entry) return fault(place, "not an entry: " + entry.error().detail());
    const Hash leaf = transparency::leaf_hash(line->entry);
    if (!line->path ||
        (head_ && !transparency::verify_inclusion(leaf, line->position, *head_, *line->path)))
      fault(place, "not proven to be in the log of the checkpoint");
    const format::Intent& intent = entry->intent;
    if (intent.stream_kind != format::StreamKind::case_ ||
        (stream_ && *stream_ != intent.stream_id))
      fault(place, "of another stream");
    if (entry->stamp.version.value() != entries_ ||
        (entries_ > 0 && entry->stamp.previous != last_))
      fault(place, "not the next of its stream");
    stream_ = intent.stream_id;
    last_ = leaf;
    check_parts(place, *line, intent);
  }

  void check_parts(const std::string& place, const EntryLine& line, const format::Intent& intent) {
    for (const format::OpenPart& part : line.parts) {
      const auto promised =
          std::ranges::find(intent.parts, part.part_class, &format::PartCommitment::part_class);
      const bool holds =
          promised != intent.parts.end() && part.plaintext.size() <= format::kPlaintextBytesMax &&
          format::commitment(part.salt, intent.event_id, part.part_class, part.plaintext) ==
              promised->commitment;
      if (!holds) fault(place, "an opened part is not what its actor committed to");
    }
    if (line.parts.size() + line.erased.size() + line.withheld.size() != intent.parts.size())
      fault(place, "not the parts that the entry has");
  }

  storage::Files& files_;
  const std::string& directory_;
  const transparency::VerifierKey& key_;
  HandoverReport report_;
  std::optional<transparency::TreeHead> head_;
  std::optional<StreamId> stream_;
  Hash last_;
  std::uint64_t entries_ = 0;
};

}  // namespace

Result<HandoverReport> check_handover(storage::Files& files, const std::string& directory,
                                      const transparency::VerifierKey& key) {
  return Check{files, directory, key}.run();
}

}  // namespace stafett::bti
