#include "server/routes/group_routes.h"

#include <algorithm>
#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "server/groups/waiting_take.h"
#include "server/http/problem.h"
#include "server/routes/group_handlers.h"
#include "server/routes/signed_in.h"

namespace stafett::server {
namespace {

// Whoever comes while another takes waits for the end of that, and holds no thread.
constexpr std::uint64_t kBusyWaitS = 10;

boost::json::object state_of(const Group& group, const ServedLog& log) {
  const GroupFigures figures = group.figures();
  const std::uint64_t head = log.log.size().value();
  const std::uint64_t low = figures.low_water.value();
  boost::json::array members;
  for (const std::string& one : figures.members) members.emplace_back(one);
  boost::json::object out{{"name", group.record().name},
                          {"definition", to_json(group.record().definition)},
                          {"lowWater", low},
                          {"head", head},
                          {"lag", head - std::min(head, low)},
                          {"outstanding", figures.outstanding},
                          {"waiting", figures.waiting},
                          {"parked", figures.parked},
                          {"members", std::move(members)}};
  if (const auto webhook = group.webhook())
    out["webhook"] = {{"url", webhook->url}, {"endsAt", to_text(webhook->ends_at)}};
  return out;
}

HttpResponse make_group(Groups& groups, const SignedIn& owner, const HttpRequest& request) {
  const std::string& name = request.param("name");
  if (!is_group_name(name))
    return problem("bad-parameter", "a name of letters in lower case, digits, '-', '_' and '.'",
                   request.id);
  boost::system::error_code error;
  const boost::json::value body = boost::json::parse(request.body, error);
  if (error) return problem("bad-parameter", "the body is to be a JSON object", request.id);
  const Result<GroupDefinition> definition = parse_group_definition(body);
  if (!definition) return group_problem(definition.error(), request.id);
  const Result<Groups::Made> made = groups.make(owner, name, *definition);
  if (!made) return group_problem(made.error(), request.id);
  return json_answer(state_of(*made->group, groups.log()), made->is_new ? 201 : 200);
}

HttpResponse list_groups(Groups& groups, const SignedIn& owner, const HttpRequest&) {
  boost::json::array names;
  for (const auto& one : groups.of(owner.person)) names.push_back(state_of(*one, groups.log()));
  return json_answer({{"groups", std::move(names)}});
}

HttpResponse remove_group(Groups& groups, const SignedIn& owner, const HttpRequest& request) {
  const Result<void> removed = groups.remove(owner.person, request.param("name"));
  if (!removed) return group_problem(removed.error(), request.id);
  return json_answer(boost::json::object{});
}

HttpResponse show_group(ServedLog& log, const std::shared_ptr<Group>& group, const SignedIn&,
                        const HttpRequest&) {
  return json_answer(state_of(*group, log));
}

Result<std::uint64_t> number_of(const HttpRequest& request, const char* name,
                                std::uint64_t otherwise, std::uint64_t least, std::uint64_t most) {
  const auto text = request.query_value(name);
  if (!text) return otherwise;
  const auto number = parse_decimal(*text);
  if (!number || *number < least || *number > most)
    return Error{Errc::invalid_argument,
                 std::string{name} + ": " + std::to_string(least) + " to " + std::to_string(most)};
  return *number;
}

TimeUs in_seconds(const ServedLog& log, std::uint64_t seconds) {
  return TimeUs{log.log.clock().now().value() + static_cast<std::int64_t>(seconds) * 1'000'000};
}

HttpResponse take_events(RequestLimits* limits, ServedLog& log, const std::shared_ptr<Group>& group,
                         const SignedIn& reader, const HttpRequest& request) {
  // Whoever asks for the head only has nothing handed out.
  if (request.method == Method::head) return json_answer(boost::json::object{});
  // A link would take events that nobody works on: of a session only a page's script takes.
  if (reader.is_over && !is_from_script(request)) return problem("cross-site", {}, request.id);
  const Result<std::uint64_t> count = number_of(request, "limit", 1, 1, kTakeMax);
  if (!count) return problem_of(count.error(), request.id);
  const Result<std::uint64_t> wait = number_of(request, "wait", 0, 0, kTakeWaitMaxS);
  if (!wait) return problem_of(wait.error(), request.id);
  TakeRequest take{reader, request.query_value("member").value_or("member"), *count};
  if (!is_group_name(take.member))
    return problem("bad-parameter", "member: as the name of a group", request.id);
  Result<TakenBatch> taken = group->take(reader, take.member, take.count_max);
  if (!taken) return group_problem(taken.error(), request.id);
  if (taken->deliveries.empty() && taken->is_window_full && *wait == 0)
    return limit_reached("as many events are open as may be: settle some first", request.id, 1);
  HttpResponse response;
  if (!taken->deliveries.empty() || (*wait == 0 && !taken->is_busy)) {
    response.body = boost::json::serialize(to_json(*taken, *group, log)) + "\n";
    return response;
  }
  take.until = in_seconds(log, *wait);
  take.busy_until = in_seconds(log, std::max(*wait, kBusyWaitS));
  if (limits) {
    take.lease = limits->begin_stream(limited_as(log, reader));
    if (!take.lease) return too_many_streams(*limits, request.id);
  }
  response.source = std::make_shared<WaitingTake>(log, group, std::move(take), std::move(*taken));
  return response;
}

}  // namespace

void add_group_routes(Router& router, const LogSet& logs, const GroupsOfLogs& groups) {
  router.add(Method::get, "/{log}/v1/groups", of_groups(logs, groups, list_groups), Work::waits);
  router.add(Method::put, "/{log}/v1/groups/{name}", of_groups(logs, groups, make_group),
             Work::waits);
  router.add(Method::del, "/{log}/v1/groups/{name}", of_groups(logs, groups, remove_group),
             Work::waits);
  router.add(Method::get, "/{log}/v1/groups/{name}", of_group(logs, groups, show_group),
             Work::waits);
  router.add(Method::get, "/{log}/v1/groups/{name}/events",
             of_group(logs, groups,
                      [limits = logs.limits()](ServedLog& log, const std::shared_ptr<Group>& group,
                                               const SignedIn& reader, const HttpRequest& request) {
                        return take_events(limits, log, group, reader, request);
                      }),
             Work::waits);
}

}  // namespace stafett::server
