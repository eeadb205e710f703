#include "projections/recorder/case_reader.h"

#include <algorithm>
#include <boost/json.hpp>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "projections/calendar/calendar.h"
#include "projections/recorder/draft.h"

namespace stafett::bti {

Result<Knowledge> parse_known_at(std::string_view text) {
  if (const std::optional<std::uint64_t> size = parse_decimal(text))
    return Knowledge{TreeSize{*size}, TimeUs{INT64_MAX}};
  if (const std::optional<TimeUs> time = parse_time(text))
    return Knowledge{TreeSize{UINT64_MAX}, *time};
  return Error{Errc::invalid_argument, "known-at is a size or an RFC 3339 time in UTC"};
}

Result<TimeUs> parse_as_of(std::string_view text) {
  if (const std::optional<TimeUs> time = parse_time(text)) return *time;
  if (const std::optional<Date> date = Date::parse(text)) return end_of_day(*date);
  return Error{Errc::invalid_argument, "as-of is a date or an RFC 3339 time in UTC"};
}

CaseReader::CaseReader(log::Log& log, BtiGate& gate) : log_(log), gate_(gate) {}

Result<SubjectId> CaseReader::case_named(const std::string& label) const {
  ENGINE_TRY(id, gate_.labels().find(log::LabelSpace::subject, label));
  if (!id) return Error{Errc::not_found, "no such case"};
  ENGINE_TRY(erased, gate_.is_erased(SubjectId{*id}));
  if (erased) return Error{Errc::erased, "the case was erased"};
  ENGINE_TRY(record, gate_.source().subject(SubjectId{*id}));
  if (!record) return Error{Errc::not_found, "no such case"};
  return SubjectId{*id};
}

Result<std::vector<EventPtr>> CaseReader::events(const SubjectId& case_id) const {
  ENGINE_TRY(record, gate_.source().subject(case_id));
  if (!record) return Error{Errc::not_found, "no such case"};
  return gate_.source().of_case(*record, log_.head().size);
}

Result<boost::json::object> CaseReader::state(const SubjectId& case_id, const Axes& axes) const {
  ENGINE_TRY(recorded, events(case_id));
  const CaseState state = build(case_id, recorded, axes.known, axes.as_of);
  // Statuses of the day are those of the last moment asked about; "now" is not past the clock.
  const TimeUs day =
      std::min(axes.as_of, std::max(log_.clock().now(), axes.known.recorded_at == TimeUs{INT64_MAX}
                                                            ? TimeUs{0}
                                                            : axes.known.recorded_at));
  const BookLabels labels{gate_.labels()};
  return to_json(state, day, gate_.directory().profiles(), labels);
}

Result<boost::json::array> CaseReader::history(const SubjectId& case_id, const Axes& axes) const {
  ENGINE_TRY(record, gate_.source().subject(case_id));
  if (!record) return Error{Errc::not_found, "no such case"};
  ENGINE_TRY(recorded, gate_.source().of_case(*record, log_.head().size));
  const BookLabels labels{gate_.labels()};
  boost::json::array history;
  for (const EventPtr& event : recorded) {
    if (!axes.known.includes(*event) || event->occurred_at > axes.as_of) continue;
    ENGINE_TRY(opened, log_.opener().open(event->position));
    ENGINE_TRY(json, recorded_json(opened, gate_, labels));
    history.push_back(std::move(json));
  }
  return history;
}

Result<std::vector<SubjectId>> CaseReader::all_cases() const {
  std::vector<std::pair<Position, SubjectId>> first;
  ENGINE_TRY_VOID(log_.store().scan_streams(
      [&](const StreamId& stream, Version version, Position position) -> Result<storage::Scan> {
        if (version != Version{0}) return storage::Scan::more;
        ENGINE_TRY(record, log_.index().stream(stream));
        if (record && !record->subject.is_zero()) first.emplace_back(position, record->subject);
        return storage::Scan::more;
      }));
  std::ranges::sort(first);
  std::vector<SubjectId> cases;
  std::unordered_map<SubjectId, bool, IdHash> seen;
  for (const auto& [position, subject] : first)
    if (seen.emplace(subject, true).second) cases.push_back(subject);
  return cases;
}

namespace {

JsonEvent operator_read(log::Log& log, BtiGate& gate, const SubjectId& case_id,
                        std::string_view visit) {
  JsonEvent read;
  read.case_label = gate.labels().label_of(log::LabelSpace::subject, case_id.array());
  read.type = "EntryRead";
  read.occurred_at = log.clock().now();
  read.actor = gate.labels().label_of(log::LabelSpace::person, log.system().actor().array());
  read.data = {
      {"reader", read.actor}, {"capacity", "operator"}, {"purpose", "control"}, {"visit", visit}};
  return read;
}

Result<void> accepted(const Answer& answer) {
  if (const auto* refusal = std::get_if<log::Refusal>(&answer.result))
    return Error{Errc::refused, refusal->code};
  if (const auto* error = std::get_if<Error>(&answer.result)) return *error;
  return {};
}

}  // namespace

Result<void> record_operator_read(log::Log& log, BtiGate& gate, const SubjectId& case_id,
                                  std::string_view visit) {
  return record_operator_reads(log, gate, std::span{&case_id, 1}, visit);
}

Result<void> record_operator_reads(log::Log& log, BtiGate& gate, std::span<const SubjectId> cases,
                                   std::string_view visit) {
  Result<void> first_failure;
  Recorder recorder{log, gate};
  for (const SubjectId& case_id : cases)
    recorder.record(operator_read(log, gate, case_id, visit), [&](const Answer& answer) {
      const Result<void> done = accepted(answer);
      if (!done && first_failure) first_failure = done;
    });
  recorder.drain();
  return first_failure;
}

}  // namespace stafett::bti
