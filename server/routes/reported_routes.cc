#include "server/routes/reported_routes.h"

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "server/http/problem.h"
#include "server/reported/reported_feed.h"
#include "server/routes/signed_in.h"

namespace stafett::server {
namespace {

constexpr std::size_t kEventsAPage = 500;  // when the consumer does not say

using Feeds = std::map<const ServedLog*, ReportedFeed>;

// Errors: invalid_argument.
Result<std::size_t> limit_of(const HttpRequest& request) {
  const auto text = request.query_value("limit");
  if (!text) return kEventsAPage;
  const auto limit = parse_decimal(*text);
  if (!limit || *limit == 0 || *limit > ReportedFeed::kEventsAPageMax)
    return Error{Errc::invalid_argument, "limit: from 1 to 1000 events"};
  return static_cast<std::size_t>(*limit);
}

Result<ReportPage> page_of(ReportedFeed& feed, const SignedIn& person, const HttpRequest& request,
                           ReadPurpose purpose) {
  ENGINE_TRY(limit, limit_of(request));
  return feed.page({person, std::move(purpose), request.query_value("cursor").value_or(""), limit});
}

HttpResponse reported(ReportedFeed& feed, const SignedIn& person, const HttpRequest& request) {
  auto said = purpose_of(request);
  if (auto* wrong = std::get_if<HttpResponse>(&said)) return std::move(*wrong);
  Result<ReportPage> page = page_of(feed, person, request, std::get<ReadPurpose>(std::move(said)));
  if (!page && page.error().code() == Errc::refused)
    return problem("reports-need-role", {}, request.id);
  if (!page) return problem_of(page.error(), request.id);
  if (page->refusal) return read_refused(*page->refusal, request);
  boost::json::array lines;
  for (boost::json::object& event : page->events) lines.push_back(std::move(event));
  lines.push_back(boost::json::object{{"cursor", page->cursor}, {"more", page->has_more}});
  return json_lines(lines);
}

}  // namespace

void add_reported_routes(Router& router, const LogSet& logs) {
  auto feeds = std::make_shared<Feeds>();
  for (const auto& log : logs.all()) {
    feeds->try_emplace(log.get(), *log);
    log->erased.add(
        [feeds, of = log.get()](std::span<const SubjectId>) { feeds->at(of).forget_stretch(); });
  }
  router.add(Method::get, "/{log}/v1/reported",
             signed_in(logs,
                       [feeds](ServedLog& log, const SignedIn& person, const HttpRequest& request) {
                         return reported(feeds->at(&log), person, request);
                       }),
             Work::waits);
}

}  // namespace stafett::server
