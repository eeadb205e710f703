#include "tools/command_audit_report.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>

#include "engine/base/encoding.h"
#include "tools/bundle_place.h"
#include "tools/pdf_file.h"
#include "tools/review_words.h"

namespace stafett::tools {
namespace {

namespace fs = std::filesystem;

bool is_pdf(const std::string& out) {
  return out.ends_with(".pdf");
}

// What is there is kept unless it is a file, and nothing is recorded for what cannot be written.
Result<void> may_be_written(const std::string& out) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(out, error);
  if (fs::exists(status) && !fs::is_regular_file(status))
    return Error{Errc::refused, out + " is no regular file"};
  const fs::path folder = fs::absolute(out, error).parent_path();
  if (!fs::is_directory(folder, error)) return Error{Errc::not_found, folder.string()};
  if (is_pdf(out)) return check_pdf_program();
  return {};
}

boost::json::value number(const bti::Number& number) {
  return number ? boost::json::value(*number) : boost::json::value(nullptr);
}

void tell(const ReviewWords& words, const bti::ReviewDocument& document) {
  const bti::Review& review = document.review;
  if (words.json)
    return print_line({{"out", words.out},
                       {"origin", document.origin},
                       {"from", review.period.from.to_text()},
                       {"to", review.period.to.to_text()},
                       {"size", document.size.value()},
                       {"cases", number(review.cases)},
                       {"findings", number(review.total)},
                       {"shownCases", document.courses.size()},
                       {"suppressed", review.suppressed_below > 0}});
  print_text(fmt::format("{}: {} to {}, known at size {}\n", words.out,
                         review.period.from.to_text(), review.period.to.to_text(),
                         document.size.value()));
}

Result<int> make_report(const ReviewWords& words) {
  const std::optional<bti::Language> language = bti::language_named(words.language);
  if (!language) return Error{Errc::invalid_argument, "--language takes nb, nn or en"};
  if (!is_utf8(words.municipality) || !is_utf8(words.seed))
    return Error{Errc::invalid_argument, "--municipality and --seed take text in UTF-8"};
  ENGINE_TRY_VOID(may_be_written(words.out));
  std::optional<TemporaryFolders> folders;  // before any other thread
  if (is_pdf(words.out)) folders.emplace();
  const auto write = [&](const bti::ReviewDocument& document) -> Result<void> {
    const std::string html = bti::review_html(document);
    ENGINE_TRY_VOID(folders ? write_pdf(words.out, html, *folders)
                            : storage::posix_files().replace(words.out, as_bytes(html)));
    tell(words, document);
    return {};
  };
  return is_bundle(words.source) ? review_of_bundle(words, *language, write)
                                 : review_of_log(words, *language, write);
}

}  // namespace

Result<ReviewSpan> span_of(const std::string& period, TimeUs now) {
  ENGINE_TRY(range, bti::parse_day_range(period));
  const bti::Date today = bti::local_date(now);
  if (today < range.first) return Error{Errc::invalid_argument, "the period has not begun"};
  if (today <= range.last) return ReviewSpan{{range.first, today}, now};
  return ReviewSpan{{range.first, range.last}, bti::end_of_day(range.last)};
}

void add_report(CLI::App& audit, Run& run) {
  auto words = std::make_shared<ReviewWords>();
  CLI::App* command = audit.add_subcommand(
      "report", "A review report of a period: HTML that needs nothing from outside, or PDF");
  command->add_option("DIR", words->source, "the log, or an audit bundle")->required();
  command->add_option("OUT", words->out, "a file; PDF when its name ends in .pdf")->required();
  command->add_option("--period", words->period, "FIRST..LAST, two dates")->required();
  command->add_option("--language", words->language, "nb, nn or en")->capture_default_str();
  command->add_option("--municipality", words->municipality, "its name, for the title");
  command->add_option("--grant", words->grant,
                      "of a log: whom it is for; without it small numbers are hidden, and no "
                      "single case is shown");
  command->add_option("--by", words->by, "of a log: who makes it, an administrator or the auditor")
      ->capture_default_str();
  command->add_option("--case", words->cases, "a case to show whole; may be there several times")
      ->allow_extra_args(false);
  CLI::Option* sample =
      command->add_option("--sample", words->sample, "so many cases to show whole, drawn by --seed")
          ->check(CLI::Range(std::uint64_t{1}, kReviewSampleMax));
  CLI::Option* seed = command->add_option("--seed", words->seed, "whatever the supervisor says");
  sample->needs(seed);
  seed->needs(sample);
  command->add_option("--shown", words->shown, "so many findings of each rule, with their proof")
      ->check(CLI::Range(std::uint64_t{0}, kShownMax))
      ->capture_default_str();
  command->add_option("--report", words->report,
                      "of a log: a report of verify --json, instead of verifying now");
  command->add_flag("--no-verify", words->no_verify, "of a log: it is not verified")
      ->excludes(command->get_option("--report"));
  command->add_option("--key", words->key, "of a bundle: the log's verifier key, as you hold it");
  command
      ->add_option("--checkpoint", words->held,
                   "of a bundle: FILE, a checkpoint that you kept; may be there several times")
      ->allow_extra_args(false);
  command->add_flag("--json", words->json, "one JSON document about what was made");
  command->callback([words, &run] {
    run = [words] {
      const Result<int> code = make_report(*words);
      return code ? *code : fail(code.error());
    };
  });
}

}  // namespace stafett::tools
