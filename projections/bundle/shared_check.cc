#include "projections/bundle/shared_check.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "projections/gate/founded_directory.h"
#include "projections/gate/opened_event.h"
#include "projections/state/wire.h"

namespace stafett::bti {

namespace {

// From the choice of its cases until the log is told: the reads of all are recorded between.
constexpr std::int64_t kMakingUsMax = std::int64_t{24} * 3600 * 1'000'000;

void note_engine_event(BundleContext& context, const EntryLine& line, const format::Entry& entry) {
  const auto event = format::decode_engine_event(entry.public_part);
  if (!event) return;
  log::PublicRecord& record = context.record.log;
  if (line.position == Position{0}) {
    context.genesis = to_base64(transparency::leaf_hash(line.entry).view());
    record.engine = entry.intent.stream_id;
    if (const auto* genesis = std::get_if<format::Genesis>(&*event)) {
      record.genesis = *genesis;
    }
  }
  (void)record.keyring.apply(*event, line.position);
  const log::ErasureOrder::Act act{entry.intent.actor, line.position, entry.intent.custody};
  if (const auto* order = std::get_if<format::ErasureOrdered>(&*event))
    record.erasures.ordered(*order, act);
  if (const auto* approval = std::get_if<format::ErasureApproved>(&*event))
    record.erasures.approved(*approval, act);
  if (const auto* again = std::get_if<format::EventReattested>(&*event))
    record.note_reattested(*again, entry.intent, line.position);
  const bool is_meant = !context.manifest || context.manifest->heads == line.position;
  if (const auto* heads = std::get_if<format::StreamHeads>(&*event); heads && is_meant)
    context.record.heads = *heads;
}

class SharedCheck final {
 public:
  SharedCheck(BundleContext& context, EntryCheck& entries) : context_(context), entries_(entries) {}

  void run() {
    found_directory();
    for_each_line(context_, bundle_file::kShared, [&](std::string_view text) -> Result<void> {
      ENGINE_TRY(line, parse_entry_line(text));
      add(line);
      return {};
    });
    compare_ends();
    if (!told_) scope_fault("the log was not told of this bundle, or otherwise");
    check_grant();
  }

 private:
  void scope_fault(const char* why) {
    context_.file_fault(bundle_file::kScope, bundle_code::kScope, why);
  }
  void found_directory();
  void add(const EntryLine& line);
  void compare_ends();
  void look_for_export(const Event& event);
  void check_grant();

  BundleContext& context_;
  EntryCheck& entries_;
  std::optional<Directory> directory_;
  std::optional<Position> last_;
  bool ends_compared_ = false;
  // When the log was told of this bundle: whatever the bundle says of itself, that counts.
  struct Told {
    Position position;
    TimeUs recorded_at;
  };
  std::optional<Told> told_;
};

void SharedCheck::found_directory() {
  const auto& genesis = context_.record.log.genesis;
  if (!genesis || context_.profile.empty()) return;
  Result<Directory> directory = founded_directory(*genesis, context_.profile);
  if (!directory)
    return context_.file_fault(bundle_file::kProfile, bundle_code::kProfile,
                               directory.error().detail());
  directory_ = std::move(*directory);
  if (context_.visitor) context_.visitor->founded(*genesis, context_.profile);
}

void SharedCheck::add(const EntryLine& line) {
  if (last_ && line.position <= *last_)
    context_.findings.add(line.position, "entry", log::code::kEntryHash, "not in order");
  last_ = line.position;
  const auto& heads = context_.record.heads;
  const bool is_behind = heads && line.position.value() >= heads->size.value();
  if (is_behind) compare_ends();
  const auto checked = entries_.check(line, [](const EventId&) { return std::nullopt; });
  if (!checked || !checked->info) return;
  const Result<EventPtr> event = event_of(checked->opened);
  if (!event || !*event) return;
  // What the engine says behind the ends is told of; of cases and people nothing may lie there.
  if (is_behind || (*event)->compartment < Compartment::audit)
    return context_.findings.add(line.position, "entry", log::code::kStreamLink,
                                 "not of what all cases share up to the streams' ends");
  look_for_export(**event);
  if (!directory_) return;
  directory_->apply(**event);
  if (context_.visitor) context_.visitor->shared(*event);
}

void SharedCheck::compare_ends() {
  if (ends_compared_) return;
  ends_compared_ = true;
  std::array<std::size_t, 6> seen{};
  for (const auto& [id, line] : context_.record.streams) {
    if (!line.record.subject.is_zero()) continue;
    ++seen.at(static_cast<std::size_t>(line.record.kind));
    const log::StreamEnd end = entries_.order().end_of(id);
    if (end.next_version != line.next_version || end.head != line.head)
      context_.file_fault(bundle_file::kShared, log::code::kStreamLink,
                          "stream " + to_uuid_text(id.view()) + " does not end where the log says");
  }
  for (const format::StreamKind kind :
       {format::StreamKind::engine, format::StreamKind::directory, format::StreamKind::audit})
    if (seen.at(static_cast<std::size_t>(kind)) != 1)
      context_.file_fault(bundle_file::kStreams, log::code::kStreamLink,
                          "not one stream each of engine, directory and audit");
}

void SharedCheck::look_for_export(const Event& event) {
  if (event.type != EventType::AUDIT_EXPORT_MADE || !context_.scope) return;
  const BundleScope& scope = *context_.scope;
  const auto digest = event.narratives<schema::AuditExportMade>().getDigest();
  const Hash here = crypto::sha256(as_bytes(context_.scope_text));
  if (Hash::from({digest.begin(), digest.size()}) != here) return;
  std::vector<SubjectId> cases;
  for (const auto one : event.identities<schema::AuditExportMade>().getCases())
    cases.push_back(id_of<SubjectId>(one));
  const auto facts = event.facts<schema::AuditExportMade>();
  if (cases == scope.cases && text_of(facts.getGrant()) == scope.grant && event.actor == scope.by &&
      !told_)
    told_ = Told{event.position, event.recorded_at};
}

void SharedCheck::check_grant() {
  if (!directory_ || !context_.scope || !told_) return;
  const BundleScope& scope = *context_.scope;
  if (scope.made_at > told_->recorded_at ||
      told_->recorded_at.value() - scope.made_at.value() > kMakingUsMax ||
      scope.chosen_at.value() > told_->position.value())
    scope_fault("not made when the log was told of it");
  const auto found = directory_->grants().find(scope.grant);
  const std::int32_t day = local_date(told_->recorded_at).days();
  const Moment point = Moment::after_all(told_->recorded_at);
  const AuditGrant::Version* version = nullptr;
  for (const SubjectId& one : scope.cases) {
    if (found != directory_->grants().end())
      version =
          found->second.covering(scope.auditor, one, day, point, TreeSize{told_->position.value()});
    if (!version)
      return scope_fault("the grant does not cover these cases on the day the bundle was made");
  }
  if (!version) return scope_fault("no case");
  context_.grant = *version;
}

}  // namespace

void read_shared_record(BundleContext& context) {
  for_each_line(context, bundle_file::kShared, [&](std::string_view text) -> Result<void> {
    const Result<EntryLine> line = parse_entry_line(text);
    if (!line) return {};  // told when it is checked
    const Result<format::Entry> entry = format::decode_entry(line->entry);
    if (entry && entry->intent.stream_kind == format::StreamKind::engine)
      note_engine_event(context, *line, *entry);
    return {};
  });
}

void check_shared(BundleContext& context, EntryCheck& entries) {
  SharedCheck{context, entries}.run();
}

}  // namespace stafett::bti
