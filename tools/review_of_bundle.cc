// A review report from nothing but a bundle, once all of it has been checked.

#include <algorithm>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "projections/review/bundle_review.h"
#include "tools/bundle_place.h"
#include "tools/review_words.h"
#include "tools/terminal.h"

namespace stafett::tools {
namespace {

void add_once(const bti::CaseCourse& course, std::vector<bti::CaseCourse>& courses) {
  if (std::ranges::none_of(courses, [&](const auto& one) { return one.id == course.id; }))
    courses.push_back(course);
}

Result<void> add_course(const bti::BundleReview& reviewed, const bti::LabelResolver& names,
                        const std::string& wanted, std::vector<bti::CaseCourse>& courses) {
  for (const auto& [id, course] : reviewed.courses())
    if (names.case_id(id) == wanted || to_uuid_text(id.view()) == wanted) {
      add_once(course, courses);
      return {};
    }
  return Error{Errc::not_found, "no such case in the bundle"};
}

}  // namespace

Result<int> review_of_bundle(const ReviewWords& words, bti::Language language,
                             const WriteReview& write) {
  if (!words.grant.empty() || !words.report.empty() || words.no_verify)
    return Error{Errc::invalid_argument, "--grant, --report and --no-verify are asked of a log"};
  const TimeUs now = SystemClock{}.now();
  ENGINE_TRY(span, span_of(words.period, now));
  bti::BundleReview reviewed{span.period, span.as_of};
  ENGINE_TRY(verdict, verify_bundle(words.source, {words.key, words.held}, &reviewed));
  const bti::BundleReport& report = verdict.report;
  if (!report.verified.ok || !reviewed.directory() || !report.scope) {
    talk("the bundle does not hold: there is no report on it; see stafett verify");
    return int{kVerificationFailed};
  }
  ENGINE_TRY_VOID(bti::check_known(*report.scope, span.period));
  std::vector<bti::CaseCourse> courses;
  for (const std::string& wanted : words.cases)
    ENGINE_TRY_VOID(add_course(reviewed, verdict.check->names(), wanted, courses));
  std::optional<bti::ReviewSample> sample;
  if (words.sample != 0) {
    const std::vector<SubjectId> population = reviewed.tally().population();
    sample = bti::ReviewSample{{words.seed, words.sample}, population.size()};
    for (const SubjectId& id : bti::draw(sample->sample, population))
      add_once(reviewed.courses().at(id), courses);
  }
  const bti::Review review = reviewed.tally().review(words.shown);
  ENGINE_TRY_VOID(write({language,
                         bti::ReviewSource::bundle,
                         words.municipality,
                         report.verified.origin,
                         now,
                         report.size,
                         report.scope->grant,
                         {},
                         review,
                         courses,
                         sample,
                         reviewed.directory()->profiles(),
                         {report.verified, report.checkpoint, report.log_key}}));
  return int{kDone};
}

}  // namespace stafett::tools
