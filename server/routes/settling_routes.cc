#include "server/routes/settling_routes.h"

#include <boost/json.hpp>

#include "server/http/problem.h"
#include "server/routes/group_handlers.h"

namespace stafett::server {
namespace {

Result<std::vector<std::string>> deliveries_of(const boost::json::object& body) {
  const boost::json::value* given = body.if_contains("deliveries");
  const boost::json::array* all = given ? given->if_array() : nullptr;
  if (!all || all->empty() || all->size() > kSettleMax)
    return Error{Errc::invalid_argument,
                 "deliveries: a list of 1 to " + std::to_string(kSettleMax) + " of them"};
  std::vector<std::string> out;
  for (const boost::json::value& one : *all) {
    if (!one.is_string()) return Error{Errc::invalid_argument, "deliveries: texts"};
    out.emplace_back(one.as_string());
  }
  return out;
}

Result<Settling> settling_of(Settling::How how, const HttpRequest& request) {
  Result<boost::json::object> body =
      how == Settling::How::acknowledge ? body_of(request, {"deliveries"})
      : how == Settling::How::retry     ? body_of(request, {"deliveries", "reason", "after"})
                                        : body_of(request, {"deliveries", "reason"});
  if (!body) return body.error();
  Settling settling{how, {}};
  ENGINE_TRY(deliveries, deliveries_of(*body));
  settling.deliveries = std::move(deliveries);
  if (const boost::json::value* reason = body->if_contains("reason")) {
    if (!reason->is_string()) return Error{Errc::invalid_argument, "reason: a text"};
    settling.reason = std::string{reason->as_string()};
  }
  const bool needs_reason = how == Settling::How::park || !settling.reason.empty();
  if (needs_reason && !is_reason(settling.reason))
    return Error{Errc::invalid_argument,
                 "reason: one line of 1 to " + std::to_string(kReasonBytesMax) + " bytes"};
  if (settling.reason.empty()) settling.reason = "tried too often";
  if (const boost::json::value* after = body->if_contains("after")) {
    if (!after->is_int64() || after->as_int64() < 0 ||
        static_cast<std::uint64_t>(after->as_int64()) > kRetryAfterMaxS)
      return Error{Errc::invalid_argument,
                   "after: 0 to " + std::to_string(kRetryAfterMaxS) + " seconds"};
    settling.delay_us = after->as_int64() * 1'000'000;
  }
  return settling;
}

const char* word_of(Settled settled) {
  switch (settled) {
    case Settled::done:
      return "done";
    case Settled::repeated:
      return "repeated";
    default:
      return "stale";
  }
}

HttpResponse settle(Settling::How how, const std::shared_ptr<Group>& group,
                    const HttpRequest& request) {
  const Result<Settling> settling = settling_of(how, request);
  if (!settling) return problem_of(settling.error(), request.id);
  const Result<std::vector<Group::Outcome>> outcomes = group->settle(*settling);
  if (!outcomes) return group_problem(outcomes.error(), request.id);
  boost::json::array results;
  for (const Group::Outcome& one : *outcomes)
    results.push_back({{"delivery", one.delivery}, {"outcome", word_of(one.settled)}});
  return json_answer(
      {{"results", std::move(results)}, {"lowWater", group->figures().low_water.value()}});
}

HttpResponse list_parked(ServedLog&, const std::shared_ptr<Group>& group, const SignedIn&,
                         const HttpRequest& request) {
  const Result<std::map<Position, ParkedEvent>> parked = group->parked();
  if (!parked) return group_problem(parked.error(), request.id);
  boost::json::array rows;
  for (const auto& [position, one] : *parked)
    rows.push_back({{"position", position.value()},
                    {"reason", one.reason},
                    {"attempts", one.attempts},
                    {"since", to_text(one.since)}});
  return json_answer({{"parked", std::move(rows)}});
}

// Empty: all.
Result<std::optional<std::vector<Position>>> positions_of(const HttpRequest& request) {
  ENGINE_TRY(body, body_of(request, {"positions", "all"}));
  const boost::json::value* all = body.if_contains("all");
  const boost::json::value* given = body.if_contains("positions");
  std::optional<std::vector<Position>> out;
  if (all && !given && all->is_bool() && all->as_bool()) return out;
  const boost::json::array* list = given ? given->if_array() : nullptr;
  if (all || !list || list->size() > kSettleMax)
    return Error{Errc::invalid_argument, "\"positions\": a list, or \"all\": true"};
  out.emplace();
  for (const boost::json::value& one : *list) {
    if (!one.is_int64() || one.as_int64() < 0)
      return Error{Errc::invalid_argument, "positions: numbers"};
    out->push_back(Position{static_cast<std::uint64_t>(one.as_int64())});
  }
  return out;
}

HttpResponse unpark(Group::Unpark how, const std::shared_ptr<Group>& group,
                    const HttpRequest& request) {
  const auto positions = positions_of(request);
  if (!positions) return problem_of(positions.error(), request.id);
  const Result<std::size_t> count = group->unpark(how, *positions);
  if (!count) return group_problem(count.error(), request.id);
  return json_answer({{"count", *count}});
}

Handler settling(const LogSet& logs, const GroupsOfLogs& groups, Settling::How how) {
  return of_group(logs, groups,
                  [how](ServedLog&, const std::shared_ptr<Group>& group, const SignedIn&,
                        const HttpRequest& request) { return settle(how, group, request); });
}

Handler unparking(const LogSet& logs, const GroupsOfLogs& groups, Group::Unpark how) {
  return of_group(logs, groups,
                  [how](ServedLog&, const std::shared_ptr<Group>& group, const SignedIn&,
                        const HttpRequest& request) { return unpark(how, group, request); });
}

}  // namespace

void add_settling_routes(Router& router, const LogSet& logs, const GroupsOfLogs& groups) {
  router.add(Method::post, "/{log}/v1/groups/{name}/acknowledge",
             settling(logs, groups, Settling::How::acknowledge), Work::waits);
  router.add(Method::post, "/{log}/v1/groups/{name}/retry",
             settling(logs, groups, Settling::How::retry), Work::waits);
  router.add(Method::post, "/{log}/v1/groups/{name}/park",
             settling(logs, groups, Settling::How::park), Work::waits);
  router.add(Method::get, "/{log}/v1/groups/{name}/parked", of_group(logs, groups, list_parked),
             Work::waits);
  router.add(Method::post, "/{log}/v1/groups/{name}/parked/replay",
             unparking(logs, groups, Group::Unpark::replay), Work::waits);
  router.add(Method::post, "/{log}/v1/groups/{name}/parked/drop",
             unparking(logs, groups, Group::Unpark::drop), Work::waits);
}

}  // namespace stafett::server
