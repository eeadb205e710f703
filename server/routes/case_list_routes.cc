#include "server/routes/case_list_routes.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "engine/base/encoding.h"
#include "projections/rules/visibility.h"
#include "projections/viewer/present_case.h"
#include "server/http/problem.h"
#include "server/logs/case_catalog.h"
#include "server/logs/sealed_cursor.h"
#include "server/routes/signed_in.h"

namespace stafett::server {
namespace {

using bti::ViewerRow;

struct Asked {
  std::optional<Position> after;
  std::size_t limit = kCasesListedDefault;
};

// Where the last one looked at began is nobody's business: it may be a case that is hidden.
constexpr std::string_view kCursorContext = "stafett/v1/case-list-cursor";

std::string sealed(const SealedCursor& cursor, Position after) {
  return cursor.seal(big_endian(after.value()));
}

Result<Asked> asked_for(const HttpRequest& request, const SealedCursor& cursor) {
  Asked asked;
  if (const auto text = request.query_value("after")) {
    ENGINE_TRY(place, cursor.open(*text, sizeof(std::uint64_t)));
    asked.after = Position{from_big_endian<std::uint64_t>(place)};
  }
  if (const auto text = request.query_value("limit")) {
    const auto limit = parse_decimal(*text);
    if (!limit || *limit == 0 || *limit > kCasesListedMax)
      return Error{Errc::invalid_argument,
                   "limit: 1 to " + std::to_string(kCasesListedMax) + " cases"};
    asked.limit = static_cast<std::size_t>(*limit);
  }
  return asked;
}

// As whom the viewer is listed; empty: not. A row alone does not do: a guardian with whom nothing
// has been shared yet is not told that there is a case. Reporting consumers know no case by its
// name. Whoever once recorded something for barnevern is that only for the cases where it was so.
std::vector<std::string_view> listed_as(const bti::Visibility& visibility,
                                        const bti::CaseState& state) {
  std::vector<std::string_view> names;
  if (visibility.rows().has(ViewerRow::reporter)) return names;
  const bool sees_something = std::ranges::any_of(
      state.index, [&](const bti::EventRef& event) { return !visibility.of(event).empty(); });
  if (!sees_something) return names;
  for (std::size_t i = 0; i < bti::kViewerRows; ++i) {
    const auto row = static_cast<ViewerRow>(i);
    if (row == ViewerRow::recorder || !visibility.rows().has(row)) continue;
    const std::string_view name = bti::row_name(row);
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  if (names.empty()) names.push_back(bti::row_name(ViewerRow::recorder));
  return names;
}

// By what is durable. Errors: corrupt, io, read_only.
Result<std::vector<std::string_view>> listed(ServedLog& log, const SubjectId& case_id,
                                             const ActorId& viewer) {
  auto present = bti::PresentCase::of(log.log, log.gate, case_id, viewer);
  if (!present &&
      (present.error().code() == Errc::not_found || present.error().code() == Errc::erased))
    return std::vector<std::string_view>{};
  if (!present) return present.error();
  return listed_as((*present)->visibility(), (*present)->whole());
}

// What is kept of a log from one request to the next.
struct Kept {
  explicit Kept(ServedLog& log) : catalog(log.log) {}
  CaseCatalog catalog;
};

Result<HttpResponse> list(ServedLog& log, Kept& kept, const SignedIn& person,
                          const HttpRequest& request) {
  const SealedCursor cursor{log.log, person.person, kCursorContext};
  ENGINE_TRY(asked, asked_for(request, cursor));
  ENGINE_TRY(page, kept.catalog.page(asked.after, kCasesLookedAtMax));
  const auto enough = std::chrono::steady_clock::now() + kCasesLookedAtTime;
  boost::json::array cases;
  boost::json::value next = nullptr;
  std::size_t looked_at = 0;
  for (const CaseCatalog::Begun& one : page.cases) {
    if (cases.size() == asked.limit) break;
    if (looked_at > 0 && std::chrono::steady_clock::now() > enough) break;
    ++looked_at;
    ENGINE_TRY(names, listed(log, one.case_id, person.person));
    next = sealed(cursor, one.position);
    if (names.empty()) continue;
    boost::json::array as;
    for (const std::string_view name : names) as.emplace_back(name);
    cases.push_back(
        {{"case", log.gate.labels().label_of(log::LabelSpace::subject, one.case_id.array())},
         {"as", std::move(as)}});
  }
  // Nothing yet, and more to be looked at: position 0 is the log's own, no case's.
  if (page.cases.empty()) next = sealed(cursor, asked.after.value_or(Position{0}));
  if (page.is_last && looked_at == page.cases.size()) next = nullptr;
  HttpResponse response;
  response.body =
      boost::json::serialize(boost::json::object{{"cases", cases}, {"next", next}}) + "\n";
  return response;
}

// Of all logs, each made when it is first asked for.
class KeptOfLogs final {
 public:
  Kept& of(ServedLog& log) {
    const std::lock_guard lock{mutex_};
    std::unique_ptr<Kept>& kept = kept_[log.name];
    if (!kept) kept = std::make_unique<Kept>(log);
    return *kept;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Kept>> kept_;  // Guarded by mutex_.
};

}  // namespace

void add_case_list_routes(Router& router, const LogSet& logs) {
  const auto kept = std::make_shared<KeptOfLogs>();
  router.add(Method::get, "/{log}/v1/cases",
             signed_in(logs,
                       [kept](ServedLog& log, const SignedIn& person, const HttpRequest& request) {
                         Result<HttpResponse> response = list(log, kept->of(log), person, request);
                         return response ? std::move(*response)
                                         : problem_of(response.error(), request.id);
                       }),
             Work::waits);
}

}  // namespace stafett::server
