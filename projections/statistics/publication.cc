#include "projections/statistics/publication.h"

#include <algorithm>
#include <boost/json.hpp>

#include "projections/state/wire.h"
#include "projections/statistics/suppression.h"

namespace stafett::bti {
namespace {

Result<Publication> publication_of(const Event& event) {
  const auto facts = event.facts<schema::StatisticsPublished>();
  boost::system::error_code failed;
  const std::string_view text = text_of(facts.getFigures());
  const boost::json::value figures = boost::json::parse({text.data(), text.size()}, failed);
  if (failed || !figures.is_object()) return Error{Errc::corrupt, "published figures"};
  return Publication{{Date{facts.getFrom()}, Date{facts.getTo()}},
                     event.position,
                     event.recorded_at,
                     figures.get_object()};
}

bool share_days(DatePeriod a, DatePeriod b) {
  return a.from <= b.to && b.from <= a.to;
}

}  // namespace

bool is_whole_months(DatePeriod period) {
  return period.from <= period.to && period.from.day() == 1 && (period.to + 1).day() == 1;
}

Result<std::vector<Publication>> publications(const log::Log& log, const EventSource& source,
                                              TreeSize size) {
  std::vector<Publication> found;
  ENGINE_TRY_VOID(source.of_stream(log.streams().audit, [&](const EventPtr& event) -> Result<void> {
    if (event->type != schema::EventType::STATISTICS_PUBLISHED ||
        event->position.value() >= size.value())
      return {};
    ENGINE_TRY(publication, publication_of(*event));
    found.push_back(std::move(publication));
    return {};
  }));
  return found;
}

const Publication* find_publication(std::span<const Publication> published, DatePeriod period) {
  const auto found = std::ranges::find(published, period, &Publication::period);
  return found == published.end() ? nullptr : &*found;
}

const Publication* find_for_consumer(std::span<const Publication> published, DatePeriod period) {
  std::vector<DatePeriod> given;
  for (const Publication& one : published) {
    const auto shares = [&](DatePeriod earlier) { return share_days(earlier, one.period); };
    if (!is_whole_months(one.period) || std::ranges::any_of(given, shares)) continue;
    if (one.period == period) return &one;
    given.push_back(one.period);
  }
  return nullptr;
}

Result<void> may_publish(DatePeriod period, std::span<const Publication> published, Date today) {
  if (find_publication(published, period)) return Error{Errc::conflict, "published already"};
  if (!is_whole_months(period)) return Error{Errc::refused, "not whole months"};
  if (today <= period.to) return Error{Errc::refused, "the period is not over"};
  const Date settled = period.to + kSettlingDays;
  if (today < settled)
    return Error{Errc::refused, "late events may still come: publish from " + settled.to_text()};
  for (const Publication& other : published)
    if (share_days(other.period, period))
      return Error{Errc::refused, "shares days with the published period " +
                                      other.period.from.to_text() + " to " +
                                      other.period.to.to_text()};
  return {};
}

Result<void> publish(log::Log& log, BtiGate& gate, DatePeriod period, const std::string& actor) {
  ENGINE_TRY(counted, statistics(log, gate.source(), period, {}));
  JsonEvent event;
  event.type = "StatisticsPublished";
  event.actor = actor;
  event.occurred_at = log.clock().now();
  event.data = {{"from", period.from.to_text()},
                {"to", period.to.to_text()},
                {"figures",
                 to_json(suppressed(counted.figures, counted.small_cell_min, Rigour::unsolvable))}};
  const Answer answer = Recorder{log, gate}.record_and_wait(std::move(event));
  if (const auto* refusal = std::get_if<log::Refusal>(&answer.result))
    return Error{Errc::refused, refusal->code + ": " + refusal->detail};
  if (const auto* error = std::get_if<Error>(&answer.result)) return *error;
  return {};
}

}  // namespace stafett::bti
