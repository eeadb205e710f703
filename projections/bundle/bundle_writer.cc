#include "projections/bundle/bundle_writer.h"

#include <algorithm>
#include <boost/json.hpp>

#include "engine/log/keeping/root_key.h"
#include "engine/log/log_tree.h"
#include "engine/transparency/checkpoint.h"
#include "projections/bundle/document_files.h"
#include "projections/bundle/manifest.h"
#include "projections/bundle/opened_names.h"
#include "projections/bundle/population_writer.h"
#include "projections/bundle/runs.h"
#include "projections/recorder/json_event.h"

namespace stafett::bti {
namespace {

using format::PartClass;

constexpr std::size_t kEntriesRead = 1024;  // at once

class Writer final {
 public:
  Writer(const BundlePlace& place, const RecordedExport& made)
      : place_(place),
        log_(*place.log.log),
        made_(made),
        keys_{log_.keyring().log_keys()},
        hashes_{made.head.size, log::tile_reader(log_.store(), made.head.size)},
        labels_{place.log.gate->labels()},
        names_{labels_} {}

  Result<void> run() {
    ENGINE_TRY_VOID(find_runs());
    ENGINE_TRY_VOID(write_small());
    ENGINE_TRY_VOID(write_shared());
    ENGINE_TRY_VOID(write_cases());
    ENGINE_TRY_VOID(write_documents());
    ENGINE_TRY_VOID(write_ranges());
    ENGINE_TRY_VOID(write_streams());
    ENGINE_TRY_VOID(write_names());
    ENGINE_TRY_VOID(write_consistency());
    ENGINE_TRY_VOID(write_population());
    return write_manifest();
  }

 private:
  Result<std::unique_ptr<BundleFile>> create(std::string_view name) {
    return BundleFile::create(log_.files(), place_.directory, name);
  }
  Result<void> finish(BundleFile& file) {
    ENGINE_TRY(digest, file.finish());
    digests_.push_back(std::move(digest));
    return {};
  }
  Result<void> write_text(std::string_view name, std::string_view text) {
    ENGINE_TRY(file, create(name));
    ENGINE_TRY_VOID(file->add(text));
    return finish(*file);
  }
  Result<void> write_small() {
    ENGINE_TRY_VOID(write_text(bundle_file::kCheckpoint, made_.checkpoint));
    ENGINE_TRY_VOID(write_text(bundle_file::kLogKey, keys_.newest().to_string() + "\n"));
    ENGINE_TRY_VOID(write_text(bundle_file::kProfile, log_.first_profile()));
    return write_text(bundle_file::kScope, made_.scope_text);
  }

  Result<void> add_positions(const StreamId& stream, Position end,
                             std::vector<Position>& positions) const;
  Result<void> add_shared(std::vector<Position>& positions) const;
  Result<void> add_case(const SubjectId& one, std::vector<Position>& positions) const;
  Result<void> find_runs();
  Result<void> write_entries(BundleFile& file, std::vector<Position> positions);
  Result<EntryLine> line_of(Position position, ByteView entry,
                            std::span<const storage::PartView> parts);
  Result<void> write_shared();
  Result<void> write_cases();
  Result<void> add_document(const log::OpenedEntry& opened, EntryLine& line);
  Result<void> write_documents();
  Result<void> write_ranges();
  Result<void> write_streams();
  Result<void> add_stream(BundleFile& file, const StreamId& stream,
                          const log::StreamRecord& record) const;
  Result<void> write_names();
  Result<void> write_consistency();
  Result<ConsistencyLine> consistency_of(const std::string& note);
  Result<void> write_population();
  Result<void> write_manifest();

  const BundlePlace& place_;
  log::Log& log_;
  const RecordedExport& made_;
  const log::LogKeys keys_;
  transparency::TileHashSource hashes_;
  const BookLabels labels_;
  const NotedNames names_;
  Runs runs_;
  std::vector<DocumentLine> documents_;
  std::vector<FileDigest> digests_;
};

Result<void> Writer::add_positions(const StreamId& stream, Position end,
                                   std::vector<Position>& positions) const {
  return log_.store().scan_stream(stream, Version{0},
                                  [&](Version, Position position) -> Result<storage::Scan> {
                                    if (position >= end) return storage::Scan::stop;
                                    positions.push_back(position);
                                    return storage::Scan::more;
                                  });
}

Result<void> Writer::add_shared(std::vector<Position>& positions) const {
  const Position end{made_.heads.heads.size.value()};
  // The event that says where the streams end lies behind their ends.
  ENGINE_TRY_VOID(add_positions(log_.streams().engine,
                                Position{size_after(made_.heads.position).value()}, positions));
  ENGINE_TRY_VOID(add_positions(log_.streams().directory, end, positions));
  return add_positions(log_.streams().audit, end, positions);
}

Result<void> Writer::add_case(const SubjectId& one, std::vector<Position>& positions) const {
  ENGINE_TRY(record, log_.index().subject(one));
  if (!record) return Error{Errc::corrupt, "a case without its index row"};
  const Position end{made_.heads.heads.size.value()};
  for (const StreamId& stream : record->streams)
    if (!stream.is_zero()) ENGINE_TRY_VOID(add_positions(stream, end, positions));
  return {};
}

// Over all files: what lies between two events of a case may be another's, or the directory's.
Result<void> Writer::find_runs() {
  std::vector<Position> positions;
  ENGINE_TRY_VOID(add_shared(positions));
  for (const SubjectId& one : made_.scope.cases) ENGINE_TRY_VOID(add_case(one, positions));
  runs_ = Runs::of(std::move(positions), kRangedEntriesMax);
  return {};
}

// Of what all cases share: what the findings need of the directory and of grants.
log::PartSet needed_of_shared(const format::OpenPart& fact) {
  log::PartSet needed;
  needed.add(PartClass::fact);
  const auto words = opened_part(fact.plaintext);
  if (!words) return needed;
  const EventType type = (*words)->part().getType();
  if (type == EventType::PERSON_REGISTERED || type == EventType::AUDIT_ACCESS_GRANTED)
    needed.add(PartClass::identity);
  return needed;
}

Result<EntryLine> Writer::line_of(Position position, ByteView bytes,
                                  std::span<const storage::PartView> parts) {
  ENGINE_TRY(envelope, format::decode_own_entry(bytes));
  const format::StreamKind kind = envelope.intent.stream_kind;
  const bool is_case = kind == format::StreamKind::case_ || kind == format::StreamKind::access;
  const bool is_this_export = position == made_.export_position;
  const log::PartChoice choice = needed_of_shared;
  log::Opening opening;
  if (!is_case && !is_this_export) opening.choice = &choice;
  ENGINE_TRY(opened, log_.opener().open(position, bytes, parts, opening));
  if (is_case) ENGINE_TRY_VOID(recorded_json(opened, *place_.log.gate, names_));
  EntryLine line{position,
                 Bytes(bytes.begin(), bytes.end()),
                 {},
                 std::move(opened.parts),
                 std::move(opened.erased),
                 {}};
  if (is_case) ENGINE_TRY_VOID(add_document(opened, line));
  for (const format::PartCommitment& promised : envelope.intent.parts)
    if (promised.part_class != PartClass::public_ &&
        !(is_case && promised.part_class == PartClass::attachment) &&
        std::ranges::find(line.parts, promised.part_class, &format::OpenPart::part_class) ==
            line.parts.end() &&
        std::ranges::find(line.erased, promised.part_class) == line.erased.end())
      line.withheld.push_back(promised.part_class);
  if (runs_.contain(position)) return line;
  ENGINE_TRY(path, transparency::inclusion_proof(hashes_, position, made_.head.size));
  line.path = std::move(path);
  return line;
}

Result<void> Writer::write_entries(BundleFile& file, std::vector<Position> positions) {
  std::ranges::sort(positions);
  const std::span<const Position> all{positions};
  for (std::size_t at = 0; at < all.size(); at += kEntriesRead)
    ENGINE_TRY_VOID(log_.store().visit_with_parts(
        all.subspan(at, std::min(kEntriesRead, all.size() - at)),
        [&](Position position, ByteView entry,
            std::span<const storage::PartView> parts) -> Result<storage::Scan> {
          ENGINE_TRY(line, line_of(position, entry, parts));
          ENGINE_TRY_VOID(file.add_line(to_json(line)));
          return storage::Scan::more;
        }));
  return {};
}

Result<void> Writer::write_shared() {
  ENGINE_TRY(file, create(bundle_file::kShared));
  std::vector<Position> positions;
  ENGINE_TRY_VOID(add_shared(positions));
  ENGINE_TRY_VOID(write_entries(*file, std::move(positions)));
  return finish(*file);
}

Result<void> Writer::write_cases() {
  ENGINE_TRY(file, create(bundle_file::kCases));
  std::uint64_t done = 0;
  for (const SubjectId& one : made_.scope.cases) {
    std::vector<Position> positions;
    ENGINE_TRY_VOID(add_case(one, positions));
    ENGINE_TRY_VOID(write_entries(*file, std::move(positions)));
    (void)names_.case_id(one);
    if (place_.progress) place_.progress(++done, made_.scope.cases.size());
  }
  return finish(*file);
}

// Beside the line, which tells of it only when it is gone.
Result<void> Writer::add_document(const log::OpenedEntry& opened, EntryLine& line) {
  const format::Intent& intent = opened.entry.intent;
  const auto promised =
      std::ranges::find(intent.parts, PartClass::attachment, &format::PartCommitment::part_class);
  if (promised == intent.parts.end()) return {};
  if (!opened.stream) return Error{Errc::corrupt, "a case's entry without its stream"};
  ENGINE_TRY(written, write_document(
                          log_, {line.position, intent.event_id, opened.stream->domain, *promised},
                          place_.directory));
  if (written)
    documents_.push_back({line.position, written->bytes, written->sha256});
  else
    line.erased.push_back(PartClass::attachment);
  return {};
}

Result<void> Writer::write_documents() {
  std::ranges::sort(documents_, {}, &DocumentLine::position);
  ENGINE_TRY(file, create(bundle_file::kDocuments));
  for (const DocumentLine& line : documents_) ENGINE_TRY_VOID(file->add_line(to_json(line)));
  return finish(*file);
}

Result<void> Writer::write_ranges() {
  ENGINE_TRY(file, create(bundle_file::kRanges));
  for (const Run& run : runs_.all()) {
    ENGINE_TRY(proof, transparency::range_proof(hashes_, run.first, run.count, made_.head.size));
    ENGINE_TRY_VOID(file->add_line(to_json(RangeLine{run.first, run.count, std::move(proof)})));
  }
  return finish(*file);
}

Result<void> Writer::add_stream(BundleFile& file, const StreamId& stream,
                                const log::StreamRecord& record) const {
  const auto proof = made_.heads.tree.proof_of(stream);
  if (!proof) return {};  // it has no entry yet
  return file.add_line(to_json(StreamLine{stream, record, proof->end.next_version, proof->end.head,
                                          proof->index, proof->path}));
}

Result<void> Writer::write_streams() {
  ENGINE_TRY(file, create(bundle_file::kStreams));
  const log::StreamIds& shared = log_.streams();
  ENGINE_TRY_VOID(add_stream(*file, shared.engine, {format::StreamKind::engine, 0, {}, {}}));
  ENGINE_TRY_VOID(add_stream(*file, shared.directory, {format::StreamKind::directory, 0, {}, {}}));
  ENGINE_TRY_VOID(add_stream(*file, shared.audit, {format::StreamKind::audit, 0, {}, {}}));
  for (const SubjectId& one : made_.scope.cases) {
    ENGINE_TRY(record, log_.index().subject(one));
    if (!record) return Error{Errc::corrupt, "a case without its index row"};
    for (const StreamId& stream : record->streams) {
      if (stream.is_zero()) continue;
      ENGINE_TRY(kept, log_.index().stream(stream));
      if (!kept) return Error{Errc::corrupt, "a stream without its index row"};
      ENGINE_TRY_VOID(add_stream(*file, stream, *kept));
    }
  }
  return finish(*file);
}

Result<void> Writer::write_names() {
  (void)names_.person(made_.scope.auditor);
  (void)names_.person(made_.scope.by);
  ENGINE_TRY(file, create(bundle_file::kNames));
  for (const NameLine& line : names_.lines()) ENGINE_TRY_VOID(file->add_line(to_json(line)));
  return finish(*file);
}

Result<ConsistencyLine> Writer::consistency_of(const std::string& note) {
  ENGINE_TRY(opened, log::open_log_checkpoint(note, keys_));
  if (opened.head().size > made_.head.size)
    return Error{Errc::corrupt, "a checkpoint held elsewhere is of a longer log than this one"};
  ENGINE_TRY(path, transparency::consistency_proof(hashes_, opened.head().size, made_.head.size));
  if (!transparency::verify_consistency(opened.head(), made_.head, path))
    return Error{Errc::corrupt, "a checkpoint held elsewhere is of another history of this log"};
  return ConsistencyLine{note, std::move(path)};
}

// From the oldest checkpoint that the log has, and from those that others hold.
Result<void> Writer::write_consistency() {
  ENGINE_TRY(file, create(bundle_file::kConsistency));
  std::string oldest;
  ENGINE_TRY_VOID(log_.store().scan_checkpoints(
      TreeSize{0}, [&](TreeSize, ByteView note) -> Result<storage::Scan> {
        oldest = as_text(note);
        return storage::Scan::stop;
      }));
  std::vector<std::string> notes(place_.held.begin(), place_.held.end());
  notes.insert(notes.begin(), oldest);
  if (!made_.drawn_from.empty()) notes.push_back(made_.drawn_from);
  for (const std::string& note : notes) {
    ENGINE_TRY(line, consistency_of(note));
    ENGINE_TRY_VOID(file->add_line(to_json(line)));
  }
  return finish(*file);
}

Result<void> Writer::write_population() {
  ENGINE_TRY(file, create(bundle_file::kPopulation));
  ENGINE_TRY_VOID(for_each_population_line({log_, made_, hashes_}, [&](const PopulationLine& line) {
    return file->add_line(to_json(line));
  }));
  return finish(*file);
}

Result<void> Writer::write_manifest() {
  ENGINE_TRY(log_key, log::load_signing_key(log_.paths().log_key));
  std::ranges::sort(digests_, {}, &FileDigest::name);
  const Manifest manifest{log_.origin(), made_.heads.heads.size, made_.heads.position, digests_};
  ENGINE_TRY(file, create(bundle_file::kManifest));
  ENGINE_TRY_VOID(file->add(sign_manifest(manifest, log_key)));
  ENGINE_TRY(digest, file->finish());
  return {};
}

}  // namespace

Result<void> write_bundle(const BundlePlace& place, const RecordedExport& made) {
  return Writer{place, made}.run();
}

}  // namespace stafett::bti
