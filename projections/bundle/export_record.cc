#include "projections/bundle/export_record.h"

#include <algorithm>
#include <boost/json.hpp>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "engine/transparency/checkpoint.h"
#include "projections/bundle/document_files.h"
#include "projections/bundle/held_checkpoints.h"
#include "projections/catalogue/atoms.h"
#include "projections/recorder/recorder.h"

namespace stafett::bti {
namespace {

using GrantVersion = AuditGrant::Version;

// The latest version of a grant, if it is approved, in force on the day, and covers all of `cases`.
std::optional<Granted> in_force(const std::string& id, const AuditGrant& grant, Date day,
                                Moment point, const std::vector<SubjectId>& cases) {
  const GrantVersion* latest = nullptr;
  for (const GrantVersion& version : grant.versions)
    if (version.at < point) latest = &version;
  if (!latest || !(latest->approved < point)) return std::nullopt;
  if (day.days() < latest->from || day.days() > latest->to) return std::nullopt;
  for (const SubjectId& one : cases)
    if (!grant.covering(latest->auditor, one, day.days(), point, TreeSize{UINT64_MAX}))
      return std::nullopt;
  return Granted{id, latest};
}

Result<void> accepted(const Answer& answer) {
  if (const auto* refusal = std::get_if<log::Refusal>(&answer.result))
    return Error{Errc::refused, refusal->code + ": " + refusal->detail};
  if (const auto* error = std::get_if<Error>(&answer.result)) return *error;
  return {};
}

// The auditor reads all of each case, and the gate says whether that may be.
Result<void> record_reads(BtiLog& log, const BundleScope& scope, const std::string& visit) {
  const BookLabels labels{log.gate->labels()};
  Result<void> first_failure;
  Recorder recorder{*log.log, *log.gate};
  for (const SubjectId& one : scope.cases) {
    JsonEvent read;
    read.case_label = labels.case_id(one);
    read.type = "EntryRead";
    read.occurred_at = log.log->clock().now();
    read.actor = labels.person(log.log->system().actor());
    read.data = {{"reader", labels.person(scope.auditor)},
                 {"capacity", "auditor"},
                 {"purpose", "supervision"},
                 {"visit", visit + " " + to_text(scope.made_at)}};
    recorder.record(std::move(read), [&](const Answer& answer) {
      const Result<void> done = accepted(answer);
      if (!done && first_failure) first_failure = done;
    });
  }
  recorder.drain();
  return first_failure;
}

Result<Position> record_made(BtiLog& log, const BundleScope& scope, std::string_view text) {
  const BookLabels labels{log.gate->labels()};
  JsonEvent made;
  made.type = "AuditExportMade";
  made.occurred_at = log.log->clock().now();
  made.actor = labels.person(scope.by);
  boost::json::array cases;
  for (const SubjectId& one : scope.cases) cases.emplace_back(labels.case_id(one));
  made.data = {{"grant", scope.grant},
               {"cases", std::move(cases)},
               {"digest", to_hex(crypto::sha256(as_bytes(text)).view())}};
  if (scope.sample) {
    made.data["sampleSeed"] = scope.sample->seed;
    made.data["sampleSize"] = static_cast<std::int64_t>(scope.sample->size);
  }
  const Answer answer = Recorder{*log.log, *log.gate}.record_and_wait(std::move(made));
  ENGINE_TRY_VOID(accepted(answer));
  return std::get<Recorded>(answer.result).receipt.position;
}

// What would be refused once the reads are told of.
Result<void> check_request(const BtiLog& log, const BundleRequest& request) {
  const Wanted& wanted = request.wanted;
  if (wanted.sample && !wanted.named.empty())
    return Error{Errc::invalid_argument, "a sample of cases that somebody chose is none"};
  if (wanted.sample && line_problem(wanted.sample->seed))
    return Error{Errc::invalid_argument,
                 std::string{"the seed "} + line_problem(wanted.sample->seed)};
  if (!request.drawn_from.empty() && !wanted.sample)
    return Error{Errc::invalid_argument, "a checkpoint to draw from, and no sample"};
  for (const std::string& note : request.held) ENGINE_TRY_VOID(open_held(*log.log, note));
  return {};
}

// Of a sample under a grant for some cases: they were named before the seed was said, and each is
// there to be drawn.
Result<void> check_granted(const RecordedExport& made, const GrantVersion& grant) {
  if (!made.scope.sample || grant.all_cases) return {};
  if (made.scope.drawn_from && grant.position.value() >= made.scope.drawn_from->value())
    return Error{Errc::refused, "the grant is later than the checkpoint to draw from"};
  if (!made.scope.period && made.selection.population != made.selection.allowed)
    return Error{Errc::refused, "the grant names cases that were never begun"};
  return {};
}

}  // namespace

Result<void> may_make_export(const Directory& directory, const ActorId& by) {
  const Registration* person = directory.person(by);
  if (person && person->active &&
      person->roles.any_of({schema::Role::ADMIN, schema::Role::AUDITOR}))
    return {};
  return Error{Errc::refused, "an export is made by an administrator, or by the auditor"};
}

Result<Granted> find_grant(const Directory& directory, const std::string& wanted,
                           const std::vector<SubjectId>& cases, TimeUs now) {
  std::vector<Granted> found;
  for (const auto& [id, grant] : directory.grants()) {
    if (!wanted.empty() && id != wanted) continue;
    if (auto one = in_force(id, grant, local_date(now), Moment::after_all(now), cases))
      found.push_back(std::move(*one));
  }
  if (found.empty())
    return Error{Errc::refused, "no approved grant is in force today that covers these cases"};
  if (found.size() == 1) return std::move(found.front());
  std::string ids;
  for (const Granted& one : found) ids += " " + one.id;
  return Error{Errc::invalid_argument, "several grants would do, name one:" + ids};
}

Result<RecordedExport> record_export(BtiLog& log, const BundleRequest& request) {
  const TimeUs now = log.log->clock().now();
  const TreeSize size = log.log->head().size;
  ENGINE_TRY_VOID(check_request(log, request));
  ENGINE_TRY(by, log.gate->labels().find(log::LabelSpace::person, request.by));
  if (!by) return Error{Errc::not_found, "nobody is called " + request.by};
  ENGINE_TRY(directory, log.gate->directory_known(size));
  ENGINE_TRY_VOID(may_make_export(*directory, ActorId{*by}));
  ENGINE_TRY(granted, find_grant(*directory, request.grant, request.wanted.named, now));
  std::optional<std::vector<SubjectId>> allowed;
  if (!granted.version->all_cases) allowed = granted.version->cases;
  RecordedExport made;
  made.drawn_from = request.drawn_from;
  Wanted wanted = request.wanted;
  if (!request.drawn_from.empty()) {
    ENGINE_TRY(from, open_held(*log.log, request.drawn_from));
    made.scope.drawn_from = from.size;
    if (!allowed) wanted.begun_below = from.size;
  }
  ENGINE_TRY(selection, select_cases(log.log->store(), log.log->index(), size, wanted, allowed));
  made.selection = std::move(selection);
  made.scope = {log.log->origin(),
                now,
                size,
                granted.id,
                granted.version->auditor,
                ActorId{*by},
                request.wanted.period,
                request.wanted.sample,
                request.wanted.sample && granted.version->all_cases,
                made.scope.drawn_from,
                made.selection.cases};
  ENGINE_TRY_VOID(check_granted(made, *granted.version));
  if (allowed) {
    std::ranges::sort(*allowed);
    const auto repeated = std::ranges::unique(*allowed);
    allowed->erase(repeated.begin(), repeated.end());
    made.erased_of_grant = allowed->size() - made.selection.allowed.size();
  }
  ENGINE_TRY_VOID(check_documents_fit(*log.log, made.scope.cases));
  made.scope_text = scope_text(made.scope);
  ENGINE_TRY_VOID(record_reads(log, made.scope, request.visit));
  ENGINE_TRY(position, record_made(log, made.scope, made.scope_text));
  made.export_position = position;
  ENGINE_TRY(heads, log::record_stream_heads(*log.log));
  made.heads = std::move(heads);
  ENGINE_TRY(note, log.log->checkpoint_now());
  made.checkpoint = note;
  ENGINE_TRY(opened, log::open_log_checkpoint(note, log.log->keyring().log_keys()));
  made.head = opened.head();
  if (made.head.size.value() <= made.heads.position.value())
    return Error{Errc::corrupt, "the checkpoint does not cover what was recorded"};
  return made;
}

}  // namespace stafett::bti
