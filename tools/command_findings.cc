// stafett findings: what a supervisor would ask about, in one case or in all, at any time of their
// past and as known at any time.

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <mutex>

#include "projections/finding_texts/explain.h"
#include "projections/findings/evaluate.h"
#include "projections/findings/verification.h"
#include "projections/gate/directory_source.h"
#include "projections/rebuild/each_case.h"
#include "projections/recorder/case_reader.h"
#include "tools/bundle_findings.h"
#include "tools/bundle_place.h"
#include "tools/command.h"
#include "tools/finding_lines.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

struct FindingsWords {
  std::string directory, case_label, as_of, known_at, report, explain, language = "nb";
  bool json = false;
};

constexpr std::size_t kReportBytesMax = std::size_t{64} << 20;

// Evaluates, then records that the cases of which something is told were read, then tells.
class Survey final {
 public:
  Survey(bti::BtiLog& log, const bti::Axes& axes, TreeSize size, const bti::Directory& directory)
      : log_(log), axes_(axes), size_(size), directory_(directory) {}

  Result<void> one(const SubjectId& id) {
    ENGINE_TRY(record, log_.gate->source().subject(id));
    if (!record) return Error{Errc::not_found, "no such case"};
    const Result<std::vector<bti::EventPtr>> events = log_.gate->source().of_case(*record, size_);
    if (events) return add(id, *events);
    if (events.error().code() == Errc::corrupt) return add_damaged(id, events.error());
    return events.error();
  }
  Result<void> all() {
    const log::Log& log = *log_.log;
    return bti::for_each_case(
        {log.store(), log.index(), log_.gate->source()}, size_, 0,
        [this](const SubjectId& id, const std::vector<bti::EventPtr>& events) {
          return add(id, events);
        },
        [this](const SubjectId& id, const Error& error) { return add_damaged(id, error); });
  }
  // Faults of a verification report, of the case alone or of all.
  Result<void> add_faults(std::span<const Position> faults, const std::optional<SubjectId>& only);

  Result<int> tell(bti::Language language, bool json);

 private:
  Result<void> add(const SubjectId& id, const std::vector<bti::EventPtr>& events) {
    // Who read a case may outlast what it held.
    const bool erased = std::ranges::all_of(events, [](const bti::EventPtr& event) {
      return event->compartment == bti::Compartment::access;
    });
    std::vector<bti::Finding> found;
    if (!erased) found = bti::evaluate(id, events, directory_, axes_.known, axes_.as_of);
    const std::lock_guard lock{mutex_};
    if (erased) ++erased_;
    if (!found.empty()) std::ranges::move(found, std::back_inserter(findings_[id]));
    return {};
  }
  Result<void> add_damaged(const SubjectId& id, const Error& error) {
    const std::lock_guard lock{mutex_};
    damaged_.emplace(id, error.detail());
    return {};
  }
  Result<void> record_reads();

  bti::BtiLog& log_;
  const bti::Axes axes_;
  const TreeSize size_;
  const bti::Directory& directory_;
  std::mutex mutex_;
  std::map<SubjectId, std::vector<bti::Finding>> findings_;  // Guarded by mutex_, as all below.
  std::map<SubjectId, std::string> damaged_;                 // why they could not be evaluated
  std::size_t erased_ = 0;
};

Result<void> Survey::add_faults(std::span<const Position> faults,
                                const std::optional<SubjectId>& only) {
  for (const Position position : faults) {
    if (position.value() >= size_.value()) continue;
    ENGINE_TRY(bytes, log_.log->store().entry(position));
    const Result<format::Entry> entry = format::decode_own_entry(bytes);
    if (!entry) {
      talk(fmt::format("position {}: the entry cannot be read; its case is not known",
                       position.value()));
      continue;
    }
    ENGINE_TRY(stream, log_.log->index().stream(entry->intent.stream_id));
    if (!stream || stream->subject.is_zero() || (only && *only != stream->subject)) continue;
    const bti::Finding fault =
        bti::chain_fault(position, entry->stamp.recorded_at, directory_.profiles());
    if (bti::Date{fault.first} <= bti::local_date(axes_.as_of))
      findings_[stream->subject].push_back(fault);
  }
  return {};
}

Result<void> Survey::record_reads() {
  std::vector<SubjectId> told;
  // Of a damaged case nothing was opened but the entry's envelope; no read can be judged in it.
  for (const auto& [id, findings] : findings_)
    if (!damaged_.contains(id)) told.push_back(id);
  return bti::record_operator_reads(*log_.log, *log_.gate, told, "findings");
}

Result<int> Survey::tell(bti::Language language, bool json) {
  ENGINE_TRY_VOID(record_reads());
  const bti::BookLabels labels{log_.gate->labels()};
  print_findings(findings_, labels, language, json);
  if (erased_ != 0) talk(fmt::format("erased: {} cases, which have no findings", erased_));
  for (const auto& [id, why] : damaged_)
    talk(fmt::format("damaged: {}: {}; not evaluated, verify the log", labels.case_id(id), why));
  return int{damaged_.empty() ? kDone : kFailed};
}

Result<std::vector<Position>> faults_of(const std::string& report, const std::string& origin) {
  if (report.empty()) return std::vector<Position>{};
  ENGINE_TRY(text, storage::posix_files().read(report, kReportBytesMax));
  boost::system::error_code error;
  const boost::json::value json = boost::json::parse(as_text(text), error);
  if (error) return Error{Errc::malformed, report + " is no JSON"};
  return bti::faults_in_report(json, origin);
}

// What a rule means, with the deadlines of the profile in force.
Result<int> explain_rule(const FindingsWords& words, bti::Language language,
                         const bti::ProfileHistory& profiles, TimeUs as_of) {
  const std::optional<bti::RuleNo> rule = bti::rule_named(words.explain);
  if (!rule) return Error{Errc::invalid_argument, "--explain takes F01 to F62"};
  print_text(bti::explain(*rule, language, profiles.in_force(bti::local_date(as_of)).profile));
  return int{kDone};
}

Result<int> find(const FindingsWords& words) {
  const std::optional<bti::Language> language = bti::language_named(words.language);
  if (!language) return Error{Errc::invalid_argument, "--lang takes nb, nn or en"};
  bti::Axes axes;
  if (!words.known_at.empty()) {
    ENGINE_TRY(known, bti::parse_known_at(words.known_at));
    axes.known = known;
  }
  if (is_bundle(words.directory)) {
    if (!words.report.empty() || !words.explain.empty())
      return Error{Errc::invalid_argument, "--report and --explain are asked of a log"};
    return find_in_bundle({words.directory, words.case_label, words.as_of, axes.known}, *language,
                          words.json);
  }
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY(faults, faults_of(words.report, opened.log->origin()));
  if (!faults.empty() && faults.back().value() >= opened.log->head().size.value())
    return Error{Errc::invalid_argument, words.report + " tells of entries that are not here"};
  axes.as_of = opened.log->clock().now();
  if (!words.as_of.empty()) {
    ENGINE_TRY(as_of, bti::parse_as_of(words.as_of));
    axes.as_of = as_of;
  }
  ENGINE_TRY(size, bti::size_known(*opened.log, axes.known));
  ENGINE_TRY(directory, bti::directory_at(*opened.log, opened.gate->source(), size));
  if (!words.explain.empty())
    return explain_rule(words, *language, directory.profiles(), axes.as_of);
  Survey survey{opened, axes, size, directory};
  std::optional<SubjectId> only;
  if (!words.case_label.empty()) {
    ENGINE_TRY(id, bti::CaseReader(*opened.log, *opened.gate).case_named(words.case_label));
    only = id;
    ENGINE_TRY_VOID(survey.one(id));
  } else {
    ENGINE_TRY_VOID(survey.all());
  }
  ENGINE_TRY_VOID(survey.add_faults(faults, only));
  return survey.tell(*language, words.json);
}

}  // namespace

void add_findings(CLI::App& app, Run& run) {
  auto words = std::make_shared<FindingsWords>();
  CLI::App* command = app.add_subcommand("findings", "What a supervisor would ask about");
  command->add_option("DIR", words->directory, "the log, or an audit bundle")->required();
  command->add_option("--case", words->case_label, "of one case, by label or id");
  command->add_option("--as-of", words->as_of,
                      "what had happened by then: a time, or a local date; now");
  command->add_option("--known-at", words->known_at,
                      "what was known then: a size, or a time; everything");
  command->add_option("--report", words->report,
                      "a report of verify --json: faults in the chain become findings");
  command->add_option("--explain", words->explain, "tells what a rule means instead: F29");
  command->add_option("--lang", words->language, "names in nb, nn or en; nb");
  command->add_flag("--json", words->json, "JSON Lines, sorted by case, rule and reference");
  command->callback([words, &run] {
    run = [words] {
      const Result<int> code = find(*words);
      return code ? *code : fail(code.error());
    };
  });
}

}  // namespace stafett::tools
