#include "projections/handover/give.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "engine/log/attachments.h"
#include "engine/log/keeping/root_key.h"
#include "engine/log/log_tree.h"
#include "engine/transparency/checkpoint.h"
#include "projections/archive/archive_record.h"
#include "projections/bundle/bundle_lines.h"
#include "projections/bundle/opened_names.h"
#include "projections/handover/key_positions.h"
#include "projections/recorder/json_event.h"
#include "projections/state/consent.h"
#include "projections/state/wire.h"
#include "projections/viewer/seen_json.h"
#include "projections/viewer/viewer_reader.h"

namespace stafett::bti {
namespace {

using format::PartClass;

log::Opening opening_of(ClassSet classes) {
  log::Opening opening;
  opening.parts = {};
  if (classes.has_fact()) opening.parts.add(PartClass::fact);
  if (classes.has_narrative()) opening.parts.add(PartClass::narrative);
  if (classes.has_identity()) opening.parts.add(PartClass::identity);
  return opening;
}

// As whom the person hands it over. Nothing: neither.
const char* capacity_of(const Visibility& visibility) {
  if (visibility.rows().has(ViewerRow::holder)) return "holder";
  if (visibility.rows().has(ViewerRow::coordinator)) return "coordinator";
  return nullptr;
}

class Giver final {
 public:
  Giver(BtiLog& opened, const HandoverWish& wish, const std::string& directory)
      : opened_(opened),
        log_(*opened.log),
        wish_(wish),
        directory_(directory),
        labels_(opened.gate->labels()),
        names_(labels_) {}

  Result<HandoverPackage> write() {
    const ViewerReader reader{log_, *opened_.gate};
    ENGINE_TRY(person, reader.person_named(wish_.by));
    ENGINE_TRY(asked, viewer_axes(log_, {}));
    ENGINE_TRY(before, reader.view(wish_.case_id, person, asked));
    ENGINE_TRY_VOID(record_read(*before, person));
    ENGINE_TRY(axes, viewer_axes(log_, {}));
    ENGINE_TRY(viewed, reader.view(wish_.case_id, person, axes));
    describe(*viewed);
    ENGINE_TRY_VOID(sign_head());
    ENGINE_TRY_VOID(write_events(*viewed));
    ENGINE_TRY_VOID(write_documents());
    ENGINE_TRY_VOID(write_keys());
    ENGINE_TRY_VOID(write_rest());
    return HandoverPackage{scope_, documents_.size(), documents_left_out_};
  }

 private:
  Result<void> record_read(const ViewedCase& viewed, const ActorId& person) {
    const char* capacity = capacity_of(viewed.visibility());
    if (!capacity)
      return Error{Errc::refused, wish_.by + " is neither holder nor coordinator of this case"};
    JsonEvent read;
    read.case_label = labels_.case_id(wish_.case_id);
    read.type = "EntryRead";
    read.actor = labels_.person(log_.system().actor());
    read.data = {{"reader", wish_.by},
                 {"capacity", capacity},
                 {"purpose", "handover"},
                 {"visit", "handover " + to_text(log_.clock().now())}};
    const Registration* who = viewed.directory().person(person);
    if (who && !who->service.empty()) read.data["service"] = who->service;
    return record_now(opened_, std::move(read));
  }

  void describe(const ViewedCase& viewed) {
    const CaseState& state = viewed.whole();
    scope_.origin = log_.origin();
    scope_.case_id = to_uuid_text(wish_.case_id.view());
    scope_.subject = names_.person(state.subject);
    scope_.is_child = state.subject_kind != schema::SubjectKind::PREGNANT;
    scope_.transfer = wish_.transfer;
    scope_.to_municipality = wish_.to_municipality;
    scope_.made_at = to_text(log_.clock().now());
    // Those that it may be given by today.
    const TimeUs now = viewed.question().at;
    const ProfileHistory& profiles = viewed.directory().profiles();
    const ConsentView view{state, profiles.in_force(local_date(now)).profile, profiles};
    const Scope transfer = Scope::transfer(wish_.to_municipality);
    for (const Consent& one : state.consents)
      if (view.granting(one.consenter, transfer, Moment::after_all(now)) == &one)
        scope_.consents.push_back(one.id);
  }

  Result<void> sign_head() {
    ENGINE_TRY(note, log_.checkpoint_now());
    checkpoint_ = note;
    ENGINE_TRY(opened, log::open_log_checkpoint(checkpoint_, log_.keyring().log_keys()));
    scope_.head = opened.head();
    return {};
  }

  Result<std::vector<Position>> positions() const {
    ENGINE_TRY(record, log_.index().subject(wish_.case_id));
    if (!record) return Error{Errc::corrupt, "a case without its index row"};
    const StreamId& stream = record->streams[lane_of(Compartment::open)];
    std::vector<Position> all;
    if (stream.is_zero()) return all;
    ENGINE_TRY_VOID(log_.store().scan_stream(
        stream, Version{0}, [&](Version, Position position) -> Result<storage::Scan> {
          if (position.value() >= scope_.head.size.value()) return storage::Scan::stop;
          all.push_back(position);
          return storage::Scan::more;
        }));
    if (all.size() > kHandoverEntriesMax) return Error{Errc::too_large, "too many events"};
    return all;
  }

  // Nothing of it is given where `sight` is empty.
  Result<EntryLine> line_of(const ViewedCase& viewed, Position position, const Sight& sight) {
    ENGINE_TRY(bytes, log_.store().entry(position));
    ENGINE_TRY(envelope, format::decode_own_entry(bytes));
    const format::Intent& intent = envelope.intent;
    signers_.insert(intent.key);
    EntryLine line{position, Bytes(bytes.begin(), bytes.end()), {}, {}, {}, {}};
    if (!sight.classes.empty()) {
      ENGINE_TRY(opened, log_.opener().open(position, opening_of(sight.classes)));
      // Who is named, names_ notes; not who recorded it, where that is not told.
      const LabelResolver& noting =
          sight.actor ? static_cast<const LabelResolver&>(names_) : labels_;
      const SeenNames names{noting, viewed};
      ENGINE_TRY(json,
                 recorded_json(opened, opened_.gate->source(), names, not_given(sight.classes)));
      if (sight.classes == ClassSet::all()) ENGINE_TRY_VOID(write_document(opened, json));
      line.parts = std::move(opened.parts);
      line.erased = std::move(opened.erased);
    }
    for (const format::PartCommitment& promised : intent.parts)
      if (promised.part_class != PartClass::public_ &&
          std::ranges::find(line.parts, promised.part_class, &format::OpenPart::part_class) ==
              line.parts.end() &&
          std::ranges::find(line.erased, promised.part_class) == line.erased.end())
        line.withheld.push_back(promised.part_class);
    ENGINE_TRY(path, path_of(position));
    line.path = std::move(path);
    return line;
  }
  Result<transparency::Path> path_of(Position position) {
    return transparency::inclusion_proof(*hashes_, position, scope_.head.size);
  }

  // What was attached to an event that is given whole, unless it is gone, or was entered by
  // mistake: it may be another child's.
  Result<void> write_document(const log::OpenedEntry& opened, const boost::json::object& event) {
    const format::Intent& intent = opened.entry.intent;
    const auto promised =
        std::ranges::find(intent.parts, PartClass::attachment, &format::PartCommitment::part_class);
    const boost::json::object* data = event.at("data").if_object();
    const boost::json::value* told = data ? data->if_contains("digest") : nullptr;
    if (promised == intent.parts.end() || !told || !told->is_string() || !opened.stream ||
        voided_.contains(intent.event_id))
      return {};
    const std::string name = document_file(intent.event_id);
    ENGINE_TRY(file, BundleFile::create(log_.files(), directory_, name));
    const Result<void> read =
        log::read_attachment({log_.store(), log_.vault(), log_.random(), log_.origin_hash()},
                             intent.event_id, opened.stream->domain, *promised,
                             [&](ByteView piece) { return file->add(as_text(piece)); });
    if (!read && read.error().code() != Errc::not_found) return read.error();
    ENGINE_TRY(digest, file->finish());
    const bool is_it = read && to_hex(digest.sha256.view()) == std::string_view{told->get_string()};
    if (!is_it) {
      if (read) ++documents_left_out_;
      return log_.files().remove(directory_ + "/" + name);
    }
    documents_.push_back({intent.event_id, digest.bytes, digest.sha256});
    return {};
  }
  void note_voided(const Event& event) {
    if (event.type != schema::EventType::ENTRY_CORRECTED) return;
    const auto facts = event.facts<schema::EntryCorrected>();
    if (is_yes(facts.getVoid())) voided_.insert(event_of(facts.getTarget()));
  }
  Result<void> write_documents() {
    ENGINE_TRY(file, BundleFile::create(log_.files(), directory_, handover_file::kDocuments));
    for (const HandedDocument& line : documents_) ENGINE_TRY_VOID(file->add_line(to_json(line)));
    return finish(*file);
  }

  Result<void> write_keys() {
    ENGINE_TRY(positions, positions_of_keys(log_, signers_, scope_.head.size));
    ENGINE_TRY(file, BundleFile::create(log_.files(), directory_, handover_file::kKeys));
    for (const Position position : positions) {
      ENGINE_TRY(bytes, log_.store().entry(position));
      ENGINE_TRY(path, path_of(position));
      const EntryLine line{position, Bytes(bytes.begin(), bytes.end()), path, {}, {}, {}};
      ENGINE_TRY_VOID(file->add_line(to_json(line)));
    }
    return finish(*file);
  }

  Result<void> write_events(const ViewedCase& viewed) {
    hashes_ = std::make_unique<transparency::TileHashSource>(
        scope_.head.size, log::tile_reader(log_.store(), scope_.head.size));
    std::map<Position, Sight> given;
    for (const SeenEvent& seen : viewed.seen()) note_voided(*seen.event);
    for (const SeenEvent& seen : viewed.seen())
      if (seen.event->compartment == Compartment::open && seen.sight.form == Sight::Form::whole)
        given[seen.event->position] = seen.sight;
    ENGINE_TRY(all, positions());
    ENGINE_TRY(file, BundleFile::create(log_.files(), directory_, handover_file::kEvents));
    for (const Position position : all) {
      const auto seen = given.find(position);
      ENGINE_TRY(line, line_of(viewed, position, seen == given.end() ? Sight{} : seen->second));
      ENGINE_TRY_VOID(file->add_line(to_json(line)));
    }
    scope_.entries = all.size();
    return finish(*file);
  }

  Result<void> finish(BundleFile& file) {
    ENGINE_TRY(digest, file.finish());
    digests_.push_back(std::move(digest));
    return {};
  }
  Result<void> write_text(std::string_view name, std::string_view text) {
    ENGINE_TRY(file, BundleFile::create(log_.files(), directory_, name));
    ENGINE_TRY_VOID(file->add(text));
    return finish(*file);
  }

  Result<void> write_rest() {
    ENGINE_TRY_VOID(write_text(handover_file::kCheckpoint, checkpoint_));
    ENGINE_TRY_VOID(write_text(handover_file::kScope, scope_text(scope_)));
    ENGINE_TRY_VOID(
        write_text(handover_file::kLogKey, log_.keyring().log_key().to_string() + "\n"));
    ENGINE_TRY(names, BundleFile::create(log_.files(), directory_, handover_file::kNames));
    for (const NameLine& line : names_.lines()) ENGINE_TRY_VOID(names->add_line(to_json(line)));
    ENGINE_TRY_VOID(finish(*names));
    std::ranges::sort(digests_, {}, &FileDigest::name);
    ENGINE_TRY(key, log::load_signing_key(log_.paths().log_key));
    ENGINE_TRY(manifest, BundleFile::create(log_.files(), directory_, handover_file::kManifest));
    ENGINE_TRY_VOID(manifest->add(sign_handover(log_.origin(), digests_, key)));
    ENGINE_TRY(digest, manifest->finish());
    return {};
  }

  BtiLog& opened_;
  log::Log& log_;
  const HandoverWish& wish_;
  const std::string& directory_;
  const BookLabels labels_;
  const NotedNames names_;
  HandoverScope scope_;
  std::string checkpoint_;
  std::unique_ptr<transparency::TileHashSource> hashes_;
  std::vector<FileDigest> digests_;
  std::set<KeyId> signers_;
  std::set<EventId> voided_;
  std::vector<HandedDocument> documents_;
  std::uint64_t documents_left_out_ = 0;
};

}  // namespace

Result<HandoverPackage> write_handover(BtiLog& log, const HandoverWish& wish,
                                       const std::string& directory) {
  return Giver{log, wish, directory}.write();
}

Result<void> record_offer(BtiLog& log, const HandoverWish& wish, const HandoverScope& scope,
                          const Hash& digest) {
  const BookLabels labels{log.gate->labels()};
  JsonEvent offer;
  offer.case_label = labels.case_id(wish.case_id);
  offer.type = "TransferOffered";
  offer.actor = wish.by;
  boost::json::array consents;
  for (const std::string& one : scope.consents) consents.emplace_back(one);
  offer.data = {{"transfer", wish.transfer},
                {"toMunicipality", wish.to_municipality},
                {"consents", std::move(consents)},
                {"digest", to_hex(digest.view())}};
  return record_now(log, std::move(offer));
}

}  // namespace stafett::bti
