#include "server/routes/case_routes.h"

#include <boost/json.hpp>

#include "projections/access/access_list.h"
#include "projections/gate/directory_source.h"
#include "projections/viewer/viewer_reader.h"
#include "projections/worklists/told_findings.h"
#include "server/http/problem.h"
#include "server/routes/signed_in.h"

namespace stafett::server {
namespace {

using Show = std::function<Result<HttpResponse>(ServedLog&, const SubjectId&, const ActorId&,
                                                const bti::Axes&, const HttpRequest&)>;

Result<bti::Axes> axes_of(const HttpRequest& request) {
  bti::Axes axes;
  if (const auto as_of = request.query_value("asOf")) {
    ENGINE_TRY(parsed, bti::parse_as_of(*as_of));
    axes.as_of = parsed;
  }
  if (const auto known_at = request.query_value("knownAt")) {
    ENGINE_TRY(parsed, bti::parse_known_at(*known_at));
    axes.known = parsed;
  }
  return axes;
}

Result<HttpResponse> shown(ServedLog& log, const SignedIn& person, const HttpRequest& request,
                           const Show& show) {
  auto said = purpose_of(request);
  if (auto* wrong = std::get_if<HttpResponse>(&said)) return std::move(*wrong);
  const ReadPurpose& purpose = std::get<ReadPurpose>(said);
  ENGINE_TRY(asked, axes_of(request));
  const Result<SubjectId> case_id =
      bti::CaseReader{log.log, log.gate}.case_named(request.param("case"));
  if (!case_id && case_id.error().code() == Errc::not_found) return no_such_case(request);
  if (!case_id) return case_id.error();
  ENGINE_TRY(admission, log.reads.admit(*case_id, person, purpose));
  if (admission.refusal) return read_refused(*admission.refusal, request);
  // What is shown of the past is decided by who somebody was then. Whoever sees less by now must
  // not get it that way: an auditor sees all.
  const bool asks_for_past = request.query_value("asOf") || request.query_value("knownAt");
  if (asks_for_past && !admission.present->visibility().rows().has(bti::ViewerRow::auditor))
    return problem("past-needs-grant", {}, request.id);
  ENGINE_TRY(axes, bti::viewer_axes(log.log, asked));
  ENGINE_TRY_VOID(bti::size_known(log.log, axes.known));  // not past the end
  return show(log, *case_id, person.person, axes, request);
}

SignedInAnswer content(Show show) {
  return
      [show = std::move(show)](ServedLog& log, const SignedIn& person, const HttpRequest& request) {
        Result<HttpResponse> response = shown(log, person, request, show);
        return response ? std::move(*response) : problem_of(response.error(), request.id);
      };
}

Result<HttpResponse> state(ServedLog& log, const SubjectId& case_id, const ActorId& viewer,
                           const bti::Axes& axes, const HttpRequest&) {
  ENGINE_TRY(state, bti::ViewerReader(log.log, log.gate).state(case_id, viewer, axes));
  HttpResponse response;
  response.body = boost::json::serialize(state) + "\n";
  return response;
}

Result<HttpResponse> history(ServedLog& log, const SubjectId& case_id, const ActorId& viewer,
                             const bti::Axes& axes, const HttpRequest&) {
  ENGINE_TRY(history, bti::ViewerReader(log.log, log.gate).history(case_id, viewer, axes));
  return json_lines(history);
}

Result<HttpResponse> findings(ServedLog& log, const SubjectId& case_id, const ActorId& viewer,
                              const bti::Axes& axes, const HttpRequest& request) {
  ENGINE_TRY(told, bti::told_findings(log.log, log.gate, case_id, viewer, axes));
  if (!told)
    return problem("not-given", "findings are for holders, leaders, auditors and the officer",
                   request.id);
  return json_lines(*told);
}

Result<HttpResponse> access(ServedLog& log, const SubjectId& case_id, const ActorId& viewer,
                            const bti::Axes& axes, const HttpRequest&) {
  ENGINE_TRY(list, bti::access_list(log.log, log.gate, case_id, viewer, axes));
  return json_lines(list);
}

}  // namespace

void add_case_routes(Router& router, const LogSet& logs) {
  const auto reading = [&](const Show& show) {
    return signed_in(logs, content(show), TokensAboutOne::taken);
  };
  router.add(Method::get, "/{log}/v1/cases/{case}", reading(state), Work::waits);
  router.add(Method::get, "/{log}/v1/cases/{case}/history", reading(history), Work::waits);
  router.add(Method::get, "/{log}/v1/cases/{case}/findings", reading(findings), Work::waits);
  router.add(Method::get, "/{log}/v1/cases/{case}/access", reading(access), Work::waits);
}

}  // namespace stafett::server
