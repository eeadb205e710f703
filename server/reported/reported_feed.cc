#include "server/reported/reported_feed.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "projections/viewer/viewer_reader.h"

namespace stafett::server {

using bti::ViewedCase;

namespace {

constexpr auto kLast = [] {
  std::array<std::uint8_t, Hash::kBytes> bytes{};
  bytes.fill(0xff);
  return bytes;
}();

}  // namespace

class ReportedFeed::Page final {
 public:
  Page(ReportedFeed& feed, const ReportRequest& request, EventTypeSet rare, ReportPlace place)
      : feed_(feed),
        log_(feed.log_),
        request_(request),
        cases_(log_.log, log_.gate, request.consumer.person, std::move(rare)),
        place_(place) {}

  Result<void> fill(TreeSize closed);

  std::vector<boost::json::object> events;
  bool has_more = false;
  std::optional<log::Refusal> refusal{};
  const ReportPlace& place() const { return place_; }

 private:
  bool is_full() const {
    return events.size() >= request_.limit || cases_looked_at_ >= kCasesAPage;
  }
  Result<void> give_stretch(const Stretch& stretch);
  Result<void> give_case(const SubjectId& case_id, const std::vector<Position>& positions);
  Result<std::unique_ptr<ViewedCase>> view(const SubjectId& case_id,
                                           const bti::PresentCase& present) const;
  std::vector<ReportedCases::Candidate> candidates(const ViewedCase& viewed,
                                                   const std::vector<Position>& positions) const;

  ReportedFeed& feed_;
  ServedLog& log_;
  const ReportRequest& request_;
  const ReportedCases cases_;
  ReportPlace place_;
  std::size_t cases_looked_at_ = 0;
};

Result<void> ReportedFeed::Page::fill(TreeSize closed) {
  for (std::uint64_t looked_at = 0;;) {
    if (place_.stretch.begin == place_.stretch.end) {
      ENGINE_TRY(next, feed_.weeks_.stretch_at(place_.stretch.end, closed));
      if (!next) return {};
      if (is_full() || looked_at >= RecordedWeeks::kEntriesMax) break;
      place_ = {*next, {}, {}};
    }
    ENGINE_TRY(stretch, feed_.stretch(place_.stretch));
    ENGINE_TRY_VOID(give_stretch(*stretch));
    if (refusal) return {};
    if (is_full()) break;
    looked_at += place_.stretch.end.value() - place_.stretch.begin.value();
    place_ = {{place_.stretch.end, place_.stretch.end}, {}, {}};
  }
  has_more = true;
  return {};
}

Result<void> ReportedFeed::Page::give_stretch(const Stretch& stretch) {
  std::vector<std::pair<Hash, std::size_t>> in_order;
  for (std::size_t i = 0; i < stretch.cases.size(); ++i) {
    const Hash order = cases_.order_of(stretch.cases[i].first);
    if (place_.after_case <= order) in_order.emplace_back(order, i);
  }
  std::ranges::sort(in_order);
  for (const auto& [order, i] : in_order) {
    if (is_full()) return {};
    if (order != place_.after_case) place_ = {place_.stretch, order, {}};
    ENGINE_TRY_VOID(give_case(stretch.cases[i].first, stretch.cases[i].second));
    if (refusal) return {};
    ++cases_looked_at_;
  }
  return {};
}

Result<std::unique_ptr<ViewedCase>> ReportedFeed::Page::view(
    const SubjectId& case_id, const bti::PresentCase& present) const {
  bti::Axes axes;
  axes.known.size = log_.log.size();
  axes.as_of = present.at();
  return bti::ViewerReader(log_.log, log_.gate)
      .view(case_id, request_.consumer.person, axes, present.shared_directory());
}

Result<void> ReportedFeed::Page::give_case(const SubjectId& case_id,
                                           const std::vector<Position>& positions) {
  const auto found = log_.reads.present(case_id, request_.consumer);
  if (!found && found.error().code() == Errc::erased) return {};
  if (!found) return found.error();
  const auto& present = *found;
  ENGINE_TRY(viewed, view(case_id, *present));
  if (candidates(*viewed, positions).empty()) return {};
  ENGINE_TRY(admission, log_.reads.admit(case_id, request_.consumer, request_.purpose, present));
  if (admission.refusal) {
    refusal = std::move(admission.refusal);
    return {};
  }
  // By all that was durable once the read was.
  if (admission.present != present) {
    ENGINE_TRY(then, view(case_id, *admission.present));
    viewed = std::move(then);
  }
  for (const ReportedCases::Candidate& one : candidates(*viewed, positions)) {
    if (events.size() >= request_.limit) return {};
    ENGINE_TRY(event, cases_.open(one, *viewed));
    events.push_back(std::move(event));
    place_.after_event = one.order;
  }
  place_.after_event = Hash{kLast};
  return {};
}

std::vector<ReportedCases::Candidate> ReportedFeed::Page::candidates(
    const ViewedCase& viewed, const std::vector<Position>& positions) const {
  auto out = cases_.candidates(
      viewed, [&](Position position) { return std::ranges::binary_search(positions, position); });
  std::erase_if(
      out, [&](const ReportedCases::Candidate& one) { return one.order <= place_.after_event; });
  return out;
}

Result<bool> ReportedFeed::is_consumer(const ActorId& person) const {
  ENGINE_TRY(directory, log_.gate.directory_now());
  const bti::Registration* found = directory->person(person, {log_.log.clock().now()});
  return found && found->active && found->roles.has(bti::schema::Role::REPORTER);
}

Result<std::shared_ptr<const ReportedFeed::Stretch>> ReportedFeed::stretch(
    const WeekStretch& where) {
  // One scans at a time; nobody waits for it on a thread that others need.
  const std::unique_lock lock{mutex_, std::try_to_lock};
  if (!lock) return Error{Errc::queue_full, "another page is being made"};
  if (last_ && last_->where == where) return last_;
  std::map<SubjectId, std::vector<Position>> cases;
  ENGINE_TRY_VOID(log_.log.store().scan_entries(
      Position{where.begin.value()}, Position{where.end.value()},
      [&](Position position, ByteView entry) -> Result<storage::Scan> {
        ENGINE_TRY(stream, log_.streams.of(entry));
        if (is_of_a_case(stream)) cases[stream.subject].push_back(position);
        return storage::Scan::more;
      }));
  auto found = std::make_shared<Stretch>();
  found->where = where;
  found->cases.assign(std::make_move_iterator(cases.begin()), std::make_move_iterator(cases.end()));
  last_ = std::move(found);
  return last_;
}

void ReportedFeed::forget_stretch() {
  const std::lock_guard lock{mutex_};
  last_.reset();
}

Result<ReportPage> ReportedFeed::page(const ReportRequest& request) {
  ENGINE_TRY(consumer, is_consumer(request.consumer.person));
  if (!consumer) return Error{Errc::refused, "not a consumer"};
  const ReportCursor cursor{log_.log, request.consumer.person};
  ReportPlace place;
  if (!request.cursor.empty()) {
    ENGINE_TRY(opened, cursor.open(request.cursor));
    if (opened.stretch.end > log_.log.size() || opened.stretch.begin > opened.stretch.end)
      return Error{Errc::invalid_argument, "cursor: past what the log has"};
    place = opened;
  }
  // As it was when the week began, also for what is rare: within a week nothing moves.
  const bti::Date until = weeks_.this_week();
  ENGINE_TRY(closed, weeks_.recorded_before(until));
  ENGINE_TRY(rare, rare_types(until, closed));
  Page page{*this, request, std::move(rare), place};
  ENGINE_TRY_VOID(page.fill(closed));
  // Nothing is passed over: whoever is refused begins again where the page began.
  if (page.refusal) return ReportPage{{}, request.cursor, true, std::move(page.refusal)};
  return ReportPage{std::move(page.events), cursor.seal(page.place()), page.has_more, {}};
}

Result<EventTypeSet> ReportedFeed::rare_types(bti::Date until, TreeSize closed) {
  ENGINE_TRY(directory, log_.gate.directory_now());
  const int least = directory->profiles().in_force(until).profile.small_cell_min;
  const std::unique_lock lock{mutex_, std::try_to_lock};
  if (!lock) return Error{Errc::queue_full, "another page is being made"};
  ENGINE_TRY(counted, tally_.count_until(until, closed));
  if (!counted) return Error{Errc::queue_full, "the types are still being counted"};
  return rare_types_of(tally_, least);
}

}  // namespace stafett::server
