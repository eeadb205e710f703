#include "server/routes/statistics_routes.h"

#include <boost/json.hpp>
#include <mutex>

#include "projections/gate/directory_source.h"
#include "projections/statistics/document.h"
#include "server/http/problem.h"
#include "server/routes/signed_in.h"

namespace stafett::server {
namespace {

using bti::SmallNumbers;
using bti::StatisticsDocument;
using bti::schema::Role;

Result<bti::DatePeriod> period_of(const HttpRequest& request) {
  const auto from = bti::Date::parse(request.query_value("from").value_or(""));
  const auto to = bti::Date::parse(request.query_value("to").value_or(""));
  if (!from || !to || *to < *from)
    return Error{Errc::invalid_argument, "from and to are YYYY-MM-DD, the later one last"};
  return bti::DatePeriod{*from, *to};
}

Result<HttpResponse> in_form(const StatisticsDocument& document, const HttpRequest& request) {
  const std::string_view accept = request.headers.find("accept");
  HttpResponse response;
  response.vary = "Accept";
  if (accept.find("text/csv") != std::string_view::npos) {
    ENGINE_TRY(csv, bti::to_csv(document));
    response.type = "text/csv; charset=utf-8";
    response.body = std::move(csv);
  } else if (accept.find("application/jsonl") != std::string_view::npos) {
    response.type = "application/jsonl";
    response.body = bti::to_json_lines(document);
  } else {
    response.body = boost::json::serialize(to_json(document)) + "\n";
  }
  return response;
}

// Whose turn it is to count; nobody waits for it.
using Counting = std::mutex;

Result<HttpResponse> figures(ServedLog& log, Counting& counting, const SignedIn& person,
                             const HttpRequest& request) {
  ENGINE_TRY(period, period_of(request));
  const TreeSize size = log.log.size();
  ENGINE_TRY(directory, log.gate.directory_known(size));
  const bti::Registration* registered = directory->person(person.person);
  if (!registered || !registered->active)
    return problem("not-given", "figures are for people who are registered and active", request.id);
  if (!registered->roles.any_of({Role::ADMIN, Role::AUDITOR, Role::DPO})) {
    // Any other period, however its small numbers are hidden, could be held against this one.
    ENGINE_TRY(all, bti::publications(log.log, log.gate.source(), size));
    const bti::Publication* found = bti::find_for_consumer(all, period);
    if (!found) return problem("not-published", {}, request.id);
    return in_form(StatisticsDocument::of(*found), request);
  }
  const std::unique_lock turn{counting, std::try_to_lock};
  if (!turn) return problem("overloaded", "figures are being counted", request.id);
  ENGINE_TRY(counted,
             bti::statistics(log.log, log.gate.source(), period, {size, TimeUs{INT64_MAX}}));
  return in_form(
      {period, counted.size, SmallNumbers::shown, std::nullopt, to_json(counted.figures)}, request);
}

}  // namespace

void add_statistics_routes(Router& router, const LogSet& logs) {
  const auto counting = std::make_shared<Counting>();
  router.add(
      Method::get, "/{log}/v1/statistics",
      signed_in(logs,
                [counting](ServedLog& log, const SignedIn& person, const HttpRequest& request) {
                  Result<HttpResponse> response = figures(log, *counting, person, request);
                  return response ? std::move(*response) : problem_of(response.error(), request.id);
                }),
      Work::waits);
}

}  // namespace stafett::server
