// A review report over a log: what the reader may see of it, by the grant; what is shown of single
// cases is recorded in them, as the auditor's reads and as an export, before it is written.

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>
#include <set>

#include "engine/base/encoding.h"
#include "engine/log/log_tree.h"
#include "engine/log/verify/directory_verifier.h"
#include "projections/bundle/export_record.h"
#include "projections/findings/evaluate.h"
#include "projections/findings/verification.h"
#include "projections/gate/directory_source.h"
#include "projections/recorder/case_reader.h"
#include "projections/review/review_log.h"
#include "projections/statistics/publication.h"
#include "tools/open_log.h"
#include "tools/review_words.h"
#include "tools/terminal.h"
#include "tools/verify_report.h"

namespace stafett::tools {
namespace {

constexpr std::size_t kReportBytesMax = std::size_t{64} << 20;

// What verification says, and as it prints it.
struct Verified {
  std::optional<log::VerifyReport> report;
  boost::json::value json;
};

Result<Verified> verified(const ReviewWords& words) {
  Verified out;
  if (!words.report.empty()) {
    ENGINE_TRY(text, storage::posix_files().read(words.report, kReportBytesMax));
    boost::system::error_code error;
    out.json = boost::json::parse(as_text(text), error);
    if (error) return Error{Errc::malformed, words.report + " is no JSON"};
    ENGINE_TRY(report, read_report(out.json));
    out.report = std::move(report);
  } else if (!words.no_verify) {
    Progress progress{"verify"};
    log::VerifyOptions options;
    options.progress = [&](std::uint64_t done, std::uint64_t all) { progress.show(done, all); };
    const log::LogPaths paths = log::LogPaths::beside(words.source);
    ENGINE_TRY(report, log::verify_directory(
                           {paths, storage::posix_files(), system_random(), {}, {}}, options));
    out.json = report_json(report);
    out.report = std::move(report);
  }
  return out;
}

// What was verified before is of this log, and of the history that it has now.
Result<void> check_given(const log::Log& log, const log::VerifyReport& report) {
  if (report.size > log.head().size)
    return Error{Errc::invalid_argument, "the report tells of entries that are not here"};
  if (!report.ok || report.level < 2) return {};
  ENGINE_TRY(root, log::root_at(log.store(), report.size));
  if (root != report.root)
    return Error{Errc::invalid_argument, "the report is of another history of this log"};
  return {};
}

// What the reader may see: of which cases, and under which grant.
struct Sight {
  std::optional<bti::Granted> granted;         // nothing: figures alone, small ones hidden
  std::optional<std::vector<SubjectId>> only;  // nothing: all cases
};

// Figures under a grant tell of few cases, whether one of them is shown or none.
Result<void> check_people(const bti::BtiLog& log, const std::string& maker,
                          const bti::Directory& directory, const ActorId& auditor) {
  ENGINE_TRY(by, log.gate->labels().find(log::LabelSpace::person, maker));
  if (!by) return Error{Errc::not_found, "nobody is called " + maker};
  ENGINE_TRY_VOID(bti::may_make_export(directory, ActorId{*by}));
  const bti::Registration* reader = directory.person(auditor);
  if (reader && reader->active && reader->roles.has(bti::schema::Role::AUDITOR)) return {};
  return Error{Errc::refused, "whom the grant is for is no auditor any more"};
}

Result<Sight> sight_of(const ReviewWords& words, const bti::BtiLog& log,
                       const bti::Directory& directory, const ReviewSpan& span) {
  Sight sight;
  const TimeUs now = log.log->clock().now();
  if (words.grant.empty()) {
    if (!words.cases.empty() || words.sample != 0)
      return Error{Errc::refused, "single cases are shown under a grant only: --grant"};
    if (!bti::is_whole_months(span.period) || bti::local_date(now) <= span.period.to)
      return Error{Errc::refused, "without a grant a report is of whole months that are over"};
    return sight;
  }
  ENGINE_TRY(granted, bti::find_grant(directory, words.grant, {}, now));
  ENGINE_TRY_VOID(check_people(log, words.by, directory, granted.version->auditor));
  if (!granted.version->all_cases) sight.only = granted.version->cases;
  sight.granted = std::move(granted);
  return sight;
}

class LogReview final {
 public:
  LogReview(bti::BtiLog& log, const ReviewWords& words, const ReviewSpan& span,
            const bti::Directory& directory, TreeSize size, const Sight& sight)
      : log_(log),
        words_(words),
        sight_(sight),
        reviewed_{{log.log->store(), log.log->index(), log.gate->source()},
                  size,
                  directory,
                  span.period,
                  span.as_of},
        tally_(span.period) {}

  Result<void> count(const boost::json::value& report) {
    ENGINE_TRY(tally, bti::review_log(reviewed_, sight_.only));
    tally_ = std::move(tally);
    if (report.is_null()) return {};
    ENGINE_TRY(faults, bti::faults_in_report(report, log_.log->origin()));
    for (const Position position : faults) ENGINE_TRY_VOID(add_fault(position));
    return {};
  }
  Result<void> choose();  // the cases that are shown whole
  // All that the document refers to is kept here.
  Result<void> show(const Verified& verified, bti::Language language, const WriteReview& write);
  bool is_damaged() const { return !review_.damaged.empty(); }

 private:
  Result<void> add_fault(Position position);
  Result<void> add_course(const SubjectId& id);
  // Before anything is shown. Returns a checkpoint over that.
  Result<std::string> record_told() const;

  bti::BtiLog& log_;
  const ReviewWords& words_;
  const Sight& sight_;
  const bti::ReviewedLog reviewed_;
  bti::ReviewTally tally_;
  bti::Review review_;
  std::vector<bti::CaseCourse> courses_;
  std::optional<bti::ReviewSample> sample_;
};

Result<void> LogReview::add_fault(Position position) {
  if (position.value() >= reviewed_.size.value())
    return Error{Errc::invalid_argument, "the report tells of entries that are not here"};
  ENGINE_TRY(bytes, log_.log->store().entry(position));
  const Result<format::Entry> entry = format::decode_own_entry(bytes);
  if (!entry) return {};  // its case is not known; the verification tells of it
  ENGINE_TRY(stream, log_.log->index().stream(entry->intent.stream_id));
  if (!stream || stream->subject.is_zero()) return {};
  if (sight_.only && !std::ranges::binary_search(*sight_.only, stream->subject)) return {};
  const bti::Finding fault =
      bti::chain_fault(position, entry->stamp.recorded_at, reviewed_.directory.profiles());
  if (!reviewed_.period.holds(bti::Date{fault.first})) return {};
  bti::CaseFinding finding;
  finding.rule = fault.rule;
  finding.first = fault.first;
  finding.profile_version = fault.profile_version;
  finding.about = fault.ref.text;
  tally_.add_fault(stream->subject, std::move(finding));
  return {};
}

Result<void> LogReview::add_course(const SubjectId& id) {
  if (sight_.only && !std::ranges::binary_search(*sight_.only, id))
    return Error{Errc::refused, "the grant does not cover that case"};
  if (std::ranges::any_of(courses_, [&](const auto& one) { return one.id == id; })) return {};
  ENGINE_TRY(track, bti::track_in_log(reviewed_, id));
  courses_.push_back(
      bti::course_of(track, bti::review_case(id, track, reviewed_.period), reviewed_.period.to));
  return {};
}

Result<void> LogReview::choose() {
  const bti::CaseReader reader{*log_.log, *log_.gate};
  for (const std::string& label : words_.cases) {
    ENGINE_TRY(id, reader.case_named(label));
    ENGINE_TRY_VOID(add_course(id));
  }
  if (words_.sample == 0) return {};
  const std::vector<SubjectId> population = tally_.population();
  sample_ = bti::ReviewSample{{words_.seed, words_.sample}, population.size()};
  for (const SubjectId& id : bti::draw(sample_->sample, population))
    ENGINE_TRY_VOID(add_course(id));
  return {};
}

Result<std::string> LogReview::record_told() const {
  std::set<SubjectId> told;
  // Of cases that somebody named, figures tell as much.
  if (sight_.only) std::ranges::copy(tally_.looked_into(), std::inserter(told, told.end()));
  for (const auto& shown : review_.shown)
    for (const bti::ShownFinding& one : shown)
      // Of a damaged case nothing was opened, and no read can be judged in it.
      if (!review_.damaged.contains(one.case_id)) told.insert(one.case_id);
  for (const bti::CaseCourse& course : courses_) told.insert(course.id);
  if (told.empty()) return log_.log->checkpoint_now();
  bti::BundleRequest request;
  request.wanted.named.assign(told.begin(), told.end());
  request.grant = words_.grant;
  request.by = words_.by;
  request.visit = "report";
  ENGINE_TRY(made, bti::record_export(log_, request));
  return made.checkpoint;
}

Result<void> LogReview::show(const Verified& verified, bti::Language language,
                             const WriteReview& write) {
  review_ = tally_.review(words_.shown);
  if (!sight_.granted)
    review_ = bti::suppressed(
        std::move(review_),
        reviewed_.directory.profiles().in_force(reviewed_.period.to).profile.small_cell_min);
  ENGINE_TRY(checkpoint, record_told());
  std::optional<std::uint64_t> covered;
  if (sight_.only) covered = sight_.only->size();
  return write({language,
                bti::ReviewSource::log,
                words_.municipality,
                log_.log->origin(),
                log_.log->clock().now(),
                reviewed_.size,
                sight_.granted ? sight_.granted->id : std::string{},
                covered,
                review_,
                courses_,
                sample_,
                reviewed_.directory.profiles(),
                {verified.report, checkpoint, log_.log->keyring().log_key().to_string(),
                 !words_.report.empty()}});
}

}  // namespace

Result<int> review_of_log(const ReviewWords& words, bti::Language language,
                          const WriteReview& write) {
  if (!words.key.empty() || !words.held.empty())
    return Error{Errc::invalid_argument, "--key and --checkpoint are asked of a bundle"};
  ENGINE_TRY(checked, verified(words));
  ENGINE_TRY(opened, open_recording(words.source));
  ENGINE_TRY(span, span_of(words.period, opened.log->clock().now()));
  if (checked.report) ENGINE_TRY_VOID(check_given(*opened.log, *checked.report));
  const TreeSize head = opened.log->head().size;
  ENGINE_TRY(latest, opened.gate->directory_known(head));
  ENGINE_TRY(sight, sight_of(words, opened, *latest, span));
  // What was just found whole is what is told of, and nothing that came since.
  const TreeSize size =
      checked.report && checked.report->ok && words.report.empty() ? checked.report->size : head;
  ENGINE_TRY(directory, opened.gate->directory_known(size));
  LogReview review{opened, words, span, *directory, size, sight};
  ENGINE_TRY_VOID(review.count(checked.json));
  ENGINE_TRY_VOID(review.choose());
  ENGINE_TRY_VOID(review.show(checked, language, write));
  if (!review.is_damaged()) return int{kDone};
  talk("the content of some cases is damaged: they are named in no rate; verify the log");
  return int{kFailed};
}

}  // namespace stafett::tools
