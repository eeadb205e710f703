#include "projections/handover/check.h"

#include <algorithm>

#include "engine/format/entry.h"
#include "engine/transparency/checkpoint.h"
#include "projections/bundle/bundle_lines.h"
#include "projections/handover/handed_documents.h"

namespace stafett::bti {
namespace {

class Check final {
 public:
  Check(storage::Files& files, const std::string& directory, const transparency::VerifierKey& key)
      : files_(files), directory_(directory), key_(key), documents_(files, directory) {}

  Result<HandoverReport> run() {
    ENGINE_TRY_VOID(check_files());
    ENGINE_TRY_VOID(check_checkpoint());
    ENGINE_TRY_VOID(check_scope());
    ENGINE_TRY_VOID(check_log_key());
    keys_.emplace(key_.name, head_);
    if (tells_keys()) ENGINE_TRY_VOID(check_keys());
    ENGINE_TRY_VOID(check_events());
    if (tells_keys()) ENGINE_TRY_VOID(check_documents());
    ENGINE_TRY_VOID(check_names());
    ENGINE_TRY_VOID(check_nothing_else());
    report_.signatures = keys_->counts();
    report_.documents = documents_.found().size();
    return std::move(report_);
  }

 private:
  std::string path(std::string_view name) const { return directory_ + "/" + std::string{name}; }

  void fault(const std::string& place, const std::string& why) {
    ++report_.fault_count;
    if (report_.faults.size() < HandoverReport::kFaultsMax) report_.faults.push_back({place, why});
  }

  bool tells_keys() const { return report_.version >= 2; }

  // Empty, and a fault: longer than such a file is.
  Result<std::string> text_of(std::string_view name) {
    const auto bytes = files_.read(path(name), kSmallFileBytesMax);
    if (bytes) return std::string{as_text(*bytes)};
    if (bytes.error().code() != Errc::too_large) return bytes.error();
    fault(std::string{name}, "too long");
    return std::string{};
  }

  // Until the end of the file, or a line that cannot be read.
  template <class Use>
  Result<void> each_line(std::string_view name, std::size_t lines_max, const Use& use) {
    ENGINE_TRY(lines, LineReader::open(files_, path(name)));
    for (;;) {
      const auto line = lines->next();
      const std::string place =
          std::string{name} + " line " + std::to_string(lines->line() + (line ? 0 : 1));
      if (!line && line.error().code() == Errc::io) return line.error();
      if (!line) {
        fault(place, line.error().detail());
        return {};
      }
      if (!*line) return {};
      if (lines->line() > lines_max) {
        fault(place, "more lines than a hand-over has");
        return {};
      }
      ENGINE_TRY_VOID(use(place, **line));
    }
  }

  // Nothing is believed of a file that is not the one that the manifest lists.
  Result<void> check_files() {
    ENGINE_TRY(note, text_of(handover_file::kManifest));
    const auto manifest = open_handover(note, key_);
    if (!manifest) {
      fault("manifest", manifest.error().detail());
      return {};
    }
    report_.version = manifest->version;
    for (const FileDigest& one : manifest->files) {
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

  // The package's own word for the key that the receiver has by another way.
  Result<void> check_log_key() {
    ENGINE_TRY(text, text_of(handover_file::kLogKey));
    if (text != key_.to_string() + "\n") fault("log.vkey", "not the key that it is checked with");
    return {};
  }

  Result<void> check_keys() {
    return each_line(handover_file::kKeys, kHandoverEntriesMax,
                     [&](const std::string& place, std::string_view text) -> Result<void> {
                       const auto added = keys_->add(text);
                       if (!added) fault(place, added.error().detail());
                       return {};
                     });
  }

  Result<void> check_events() {
    ENGINE_TRY_VOID(each_line(handover_file::kEvents, kHandoverEntriesMax,
                              [&](const std::string& place, std::string_view text) -> Result<void> {
                                check_line(place, text);
                                ++entries_;
                                return {};
                              }));
    if (report_.scope && report_.scope->entries != entries_)
      fault("events.jsonl", "not as many events as handover.json says");
    return {};
  }

  Result<void> check_documents() {
    return each_line(handover_file::kDocuments, kHandoverDocumentsMax,
                     [&](const std::string& place, std::string_view text) -> Result<void> {
                       const auto checked = documents_.check(text);
                       if (!checked && checked.error().code() == Errc::io) return checked.error();
                       if (!checked) fault(place, checked.error().detail());
                       return {};
                     });
  }

  Result<void> check_names() {
    return each_line(handover_file::kNames, kBundleNamesMax,
                     [&](const std::string& place, std::string_view text) -> Result<void> {
                       const auto name = parse_name_line(text);
                       if (!name) fault(place, name.error().detail());
                       return {};
                     });
  }

  Result<void> check_nothing_else() {
    if (report_.version == 0) return {};
    ENGINE_TRY(names, files_.list(directory_));
    for (const std::string& name : names) {
      const bool is_listed =
          name == handover_file::kManifest || documents_.found().contains(name) ||
          (report_.version == 1
               ? std::ranges::find(handover_file::kListedV1, name) != handover_file::kListedV1.end()
               : std::ranges::find(handover_file::kListed, name) != handover_file::kListed.end());
      if (!is_listed) fault(name, "a file that nothing in the package tells of");
    }
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
    if (tells_keys())
      if (const auto is_signed = keys_->check(*entry, line->position); !is_signed)
        fault(place, is_signed.error().detail());
    check_parts(place, *line, intent);
    documents_.expect(*line, *entry);
  }

  // Each of the entry's parts is in one of the three, once, and nothing else is.
  void check_parts(const std::string& place, const EntryLine& line, const format::Intent& intent) {
    for (const format::PartCommitment& promised : intent.parts) {
      const auto part =
          std::ranges::find(line.parts, promised.part_class, &format::OpenPart::part_class);
      const bool is_opened = part != line.parts.end();
      if (is_opened && !opens(*part, promised, intent.event_id))
        fault(place, "an opened part is not what its actor committed to");
      const auto times = std::ranges::count(line.erased, promised.part_class) +
                         std::ranges::count(line.withheld, promised.part_class);
      if (times + (is_opened ? 1 : 0) != 1) fault(place, "not the parts that the entry has");
    }
    if (line.parts.size() + line.erased.size() + line.withheld.size() != intent.parts.size())
      fault(place, "not the parts that the entry has");
  }
  static bool opens(const format::OpenPart& part, const format::PartCommitment& promised,
                    const EventId& event) {
    return part.part_class <= format::PartClass::identity &&
           part.plaintext.size() <= format::kPlaintextBytesMax &&
           format::padded_length(part.plaintext.size()) == promised.length &&
           format::commitment(part.salt, event, part.part_class, part.plaintext) ==
               promised.commitment;
  }

  storage::Files& files_;
  const std::string& directory_;
  const transparency::VerifierKey& key_;
  HandoverReport report_;
  std::optional<transparency::TreeHead> head_;
  std::optional<HandedKeys> keys_;
  HandedDocuments documents_;
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
