// stafett statistics: the figures of a period; suppressed, unless asked for as somebody who may see
// small numbers; and their publication.

#include <boost/json.hpp>
#include <filesystem>
#include <utility>

#include "projections/gate/directory_source.h"
#include "projections/recorder/case_reader.h"
#include "projections/statistics/sqlite/figures_database.h"
#include "projections/statistics/suppression.h"
#include "tools/command.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

using bti::SmallNumbers;
using bti::StatisticsDocument;

struct StatisticsWords {
  std::string directory, from, to, known_at, person, format, out;
  bool publish = false;
  bool json = false;
};

Result<bti::DatePeriod> period_of(const StatisticsWords& words) {
  const std::optional<bti::Date> from = bti::Date::parse(words.from);
  const std::optional<bti::Date> to = bti::Date::parse(words.to);
  if (!from || !to || *to < *from)
    return Error{Errc::invalid_argument, "--from and --to take YYYY-MM-DD, the later one last"};
  return bti::DatePeriod{*from, *to};
}

// Whoever is of no role that is asked about here gets suppressed figures, of any period.
enum class Asker { sees_all, consumer, other };

Result<Asker> asker_of(const bti::BtiLog& opened, const std::string& person) {
  if (person.empty()) return Asker::other;
  ENGINE_TRY(id, opened.gate->labels().find(log::LabelSpace::person, person));
  const bti::Registration* found = id ? opened.gate->directory().person(ActorId{*id}) : nullptr;
  if (!found) return Error{Errc::not_found, "nobody of that label"};
  using bti::schema::Role;
  if (found->active && found->roles.any_of({Role::ADMIN, Role::AUDITOR, Role::DPO}))
    return Asker::sees_all;
  return found->roles.has(Role::REPORTER) ? Asker::consumer : Asker::other;
}

Result<StatisticsDocument> computed(const bti::BtiLog& opened, bti::DatePeriod period,
                                    const bti::Knowledge& known, SmallNumbers small,
                                    bti::Rigour rigour) {
  ENGINE_TRY(counted, bti::statistics(*opened.log, opened.gate->source(), period, known));
  const bti::Figures figures =
      small == SmallNumbers::shown
          ? counted.figures
          : bti::suppressed(counted.figures, counted.small_cell_min, rigour);
  return StatisticsDocument{period, counted.size, small, std::nullopt, to_json(figures)};
}

Result<std::vector<bti::Publication>> published(const bti::BtiLog& opened) {
  return bti::publications(*opened.log, opened.gate->source(), opened.log->head().size);
}

Result<void> show(const StatisticsDocument& document, const StatisticsWords& words) {
  std::string text;
  if (words.format == "csv") {
    ENGINE_TRY(csv, bti::to_csv(document));
    text = std::move(csv);
  } else if (words.format == "jsonl") {
    text = bti::to_json_lines(document);
  } else if (words.format == "sqlite") {
    ENGINE_TRY(bytes, bti::sqlite_database(document));
    text = as_text(bytes);
  } else if (!words.json && words.out.empty()) {
    print_indented(to_json(document));
    return {};
  } else {
    text = boost::json::serialize(to_json(document)) + "\n";
  }
  if (!words.out.empty()) return storage::posix_files().replace(words.out, as_bytes(text));
  print_text(text);
  return {};
}

// The file is put in place by a rename, which would take the place of a link or a device itself.
Result<void> may_be_written(const std::string& out) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::symlink_status(out, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    return Error{Errc::refused, out + " is no regular file"};
  return {};
}

// What has been published is read, never computed again.
Result<int> read_figures(const bti::BtiLog& opened, const StatisticsWords& words,
                         bti::DatePeriod period) {
  bti::Knowledge known;
  if (!words.known_at.empty()) {
    ENGINE_TRY(parsed, bti::parse_known_at(words.known_at));
    known = parsed;
  }
  ENGINE_TRY(asker, asker_of(opened, words.person));
  bti::Rigour rigour = bti::Rigour::rules;
  if (asker != Asker::sees_all) {
    // Whether a period is published is no matter of what was known.
    ENGINE_TRY(all, published(opened));
    const bti::Publication* found = asker == Asker::consumer ? bti::find_for_consumer(all, period)
                                                             : bti::find_publication(all, period);
    if (!found && asker == Asker::consumer)
      return Error{Errc::refused,
                   "not published: a reporting consumer gets published periods only"};
    ENGINE_TRY(size, bti::size_known(*opened.log, known));
    if (found && (asker == Asker::consumer || found->position.value() < size.value())) {
      ENGINE_TRY_VOID(show(StatisticsDocument::of(*found), words));
      return int{kDone};
    }
    // Beside what is published, less strict figures of the same period would tell of it.
    if (found) rigour = bti::Rigour::unsolvable;
  }
  const SmallNumbers small =
      asker == Asker::sees_all ? SmallNumbers::shown : SmallNumbers::suppressed;
  ENGINE_TRY(document, computed(opened, period, known, small, rigour));
  ENGINE_TRY_VOID(show(document, words));
  return int{kDone};
}

// Makes the file beside `out` that Files::replace() fills, so that a path to nowhere is found out
// before anything is recorded. It is removed again unless kept.
class FileBeside final {
 public:
  static Result<FileBeside> make(const std::string& out) {
    if (out.empty()) return FileBeside{{}};
    const std::string path = out + ".new";
    ENGINE_TRY(file, storage::posix_files().open_append(path));
    // What somebody else left there is not ours to remove.
    return FileBeside{file->size() == 0 ? path : std::string()};
  }
  FileBeside(FileBeside&& from) noexcept : path_(std::exchange(from.path_, {})) {}
  FileBeside& operator=(FileBeside&&) = delete;
  ~FileBeside() {
    std::error_code error;
    if (!path_.empty()) std::filesystem::remove(path_, error);
  }
  void keep() { path_.clear(); }

 private:
  explicit FileBeside(std::string path) : path_(std::move(path)) {}
  std::string path_;  // empty: none
};

Result<int> publish(const bti::BtiLog& opened, const StatisticsWords& words,
                    bti::DatePeriod period) {
  ENGINE_TRY(before, published(opened));
  const bti::Publication* found = bti::find_publication(before, period);
  if (found) {
    ENGINE_TRY_VOID(show(StatisticsDocument::of(*found), words));
    talk("published already; nothing is recorded");
    return int{kRefused};
  }
  const bti::Date today = bti::local_date(opened.log->clock().now());
  ENGINE_TRY_VOID(bti::may_publish(period, before, today));
  const std::string actor = words.person.empty()
                                ? opened.gate->labels().label_of(
                                      log::LabelSpace::person, opened.log->system().actor().array())
                                : words.person;
  ENGINE_TRY(beside, FileBeside::make(words.out));
  ENGINE_TRY_VOID(bti::publish(*opened.log, *opened.gate, period, actor));
  ENGINE_TRY(after, published(opened));
  found = bti::find_publication(after, period);
  if (!found) return Error{Errc::corrupt, "the publication is not there"};
  const Result<void> shown = show(StatisticsDocument::of(*found), words);
  if (!shown && !words.out.empty())
    return Error{shown.error().code(), "published, but " + words.out +
                                           " could not be written; run again without --publish: " +
                                           shown.error().detail()};
  ENGINE_TRY_VOID(shown);
  beside.keep();
  return int{kDone};
}

Result<int> run_statistics(const StatisticsWords& words) {
  ENGINE_TRY(period, period_of(words));
  if (words.format == "sqlite" && words.out.empty())
    return Error{Errc::invalid_argument, "--format sqlite needs --out"};
  if (words.publish && !words.known_at.empty())
    return Error{Errc::invalid_argument, "what is published is known now: no --known-at"};
  if (!words.out.empty()) ENGINE_TRY_VOID(may_be_written(words.out));
  if (words.publish) {
    ENGINE_TRY(opened, open_recording(words.directory));
    return publish(opened, words, period);
  }
  ENGINE_TRY(opened, open_writer(words.directory));
  return read_figures(opened, words, period);
}

}  // namespace

void add_statistics(CLI::App& app, Run& run) {
  auto words = std::make_shared<StatisticsWords>();
  CLI::App* command = app.add_subcommand("statistics", "The figures of a period, over all cases");
  command->add_option("DIR", words->directory, "the log")->required();
  command->add_option("--from", words->from, "first day")->required();
  command->add_option("--to", words->to, "last day")->required();
  command->add_option("--known-at", words->known_at, "what was known then: a size, or a time");
  command->add_option("--as", words->person,
                      "who asks: admin, auditor and dpo see small numbers; who publishes");
  command->add_option("--format", words->format, "json, csv, jsonl or sqlite")
      ->check(CLI::IsMember({"json", "csv", "jsonl", "sqlite"}));
  command->add_option("--out", words->out, "writes there, whole or not at all");
  command->add_flag("--publish", words->publish, "records the figures as published, once");
  command->add_flag("--json", words->json, "one JSON document");
  command->callback([words, &run] {
    run = [words] {
      if (words->json && !words->format.empty() && words->format != "json")
        return fail_usage("--json is --format json");
      if (words->format == "json") words->json = true;
      const Result<int> code = run_statistics(*words);
      return code ? *code : fail(code.error());
    };
  });
}

}  // namespace stafett::tools
