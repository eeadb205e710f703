// Page one: what a reader with little time must know.

#include <algorithm>

#include "projections/finding_texts/finding_texts.h"
#include "projections/review/charts.h"
#include "projections/review/page_parts.h"

namespace stafett::bti {
namespace {

constexpr unsigned kWholeLevel = 4;    // of verification: docs/reference/verify.md
constexpr std::size_t kWorstMax = 12;  // page one has room for them

std::string level_word(const Page& page, RuleNo rule) {
  return std::string{finding_word(level_letter(level_of(rule)), page.texts.language())};
}

void tile(Page& page, std::string_view key, const std::string& number, const std::string& more) {
  const Inside cell{page.html, "td"};
  page.html.element("span", number, {{"class", "big"}});
  page.html.element("span", page.of(key), {{"class", "what"}});
  page.html.element("span", more, {{"class", "more"}});
}

// Nothing: of some rules it is hidden.
Number open_findings(const Review& review) {
  Number open = 0;
  for (RuleNo rule = 1; rule <= kRulesMax; ++rule) {
    if (!review.rules[rule].open) return {};
    *open += *review.rules[rule].open;
  }
  return open;
}

void tiles(Page& page) {
  const Review& review = page.document.review;
  const Share& breached = review.breached;
  const Inside table{page.html, "table", {{"class", "tiles"}, {"role", "presentation"}}};
  const Inside row{page.html, "tr"};
  const Number clean = breached.n && breached.of ? Number{*breached.of - *breached.n} : Number{};
  tile(page, "glance.clean", page.texts.rate(breached), page.texts.count({clean, breached.of}));
  const std::string found = review.found.n ? page.texts.number(review.found.n) : page.of("hidden");
  tile(page, "glance.found", found, page.texts.count(review.found));
  std::string levels;
  for (std::size_t level = 0; level < kFindingLevels; ++level) {
    if (level > 0) levels += " · ";
    levels += std::string{finding_word(level_letter(static_cast<FindingLevel>(level)),
                                       page.texts.language())} +
              " " + page.texts.number(review.by_level[level]);
  }
  if (const Number open = open_findings(review))
    levels += " · " + page.of("glance.open", {{"n", page.texts.number(open)}});
  tile(page, "glance.total", page.texts.number(review.total), levels);
}

std::vector<RuleNo> worst_rules(const Review& review) {
  std::vector<RuleNo> rules;
  for (RuleNo rule = 1; rule <= kRulesMax; ++rule)
    if (review.rules[rule].cases.n.value_or(0) > 0) rules.push_back(rule);
  std::ranges::stable_sort(rules, [&](RuleNo a, RuleNo b) {
    if (level_of(a) != level_of(b)) return level_of(a) < level_of(b);
    return *review.rules[a].cases.n > *review.rules[b].cases.n;
  });
  if (rules.size() > kWorstMax) rules.resize(kWorstMax);
  return rules;
}

void worst(Page& page) {
  const Review& review = page.document.review;
  page.html.element("h3", page.of("worst.heading"));
  const std::vector<RuleNo> rules = worst_rules(review);
  const bool some_hidden = std::ranges::any_of(review.rules, [](const RuleFigures& one) {
    return !one.findings || (*one.findings > 0 && !one.cases.n);
  });
  if (rules.empty()) return page.paragraph(some_hidden ? "worst.hidden" : "worst.none");
  if (some_hidden) page.paragraph("worst.hidden");
  const Inside table{page.html, "table", {{"class", "worst"}}};
  page.head({"rule", "cases.found", "findings", "open"});
  const Inside body{page.html, "tbody"};
  for (const RuleNo rule : rules) {
    const RuleFigures& figures = review.rules[rule];
    const Inside row{page.html, "tr"};
    {
      const Inside cell{page.html, "td"};
      page.html.element("span", level_word(page, rule),
                        {{"class", "level " + std::string{level_letter(level_of(rule))}}});
      page.html.text(" " + page.rule_title(rule));
    }
    {
      const Inside cell{page.html, "td"};
      page.html.element("b", page.texts.count(figures.cases));
      page.html.text(" " + page.of("cases") + " " +
                     page.texts.of_word("ground", name_of(ground_of(rule))));
    }
    page.html.element("td", page.texts.number(figures.findings), {{"class", "n"}});
    page.html.element("td", page.texts.number(figures.open), {{"class", "n"}});
  }
}

// A time that a calendar has.
constexpr std::uint64_t kSecondsEnd = 253'402'300'800;  // 10000-01-01

void witnesses(Page& page, const log::VerifyReport::Witnessed& witnessed) {
  if (witnessed.newest_final && witnessed.newest_final->time_s < kSecondsEnd)
    return page.html.element(
        "li",
        page.of("proven.witnessed",
                {{"size", page.texts.number(witnessed.newest_final->size.value())},
                 {"time",
                  page.texts.time(TimeUs{static_cast<std::int64_t>(witnessed.newest_final->time_s) *
                                         1'000'000})}}));
  if (witnessed.checkpoints > 0)
    return page.html.element(
        "li", page.of("proven.witnesses", {{"n", page.texts.number(witnessed.checkpoints)}}));
  page.html.element("li", page.of("proven.unwitnessed"));
}

// All that the report rests on was checked, and deep enough to say that it is whole.
bool is_whole(const ReviewDocument& document, const log::VerifyReport& verified) {
  if (document.source == ReviewSource::bundle) return true;
  return verified.level >= kWholeLevel && verified.size >= document.size &&
         verified.entries >= document.size.value();
}

std::string verdict(const Page& page, const log::VerifyReport& verified) {
  const auto n = [&](std::uint64_t number) { return page.texts.number(number); };
  if (!verified.ok) return page.of("proven.bad", {{"n", n(verified.error_count)}});
  if (!is_whole(page.document, verified))
    return page.of("proven.partly", {{"n", n(verified.entries)},
                                     {"of", n(page.document.size.value())},
                                     {"level", n(verified.level)}});
  return page.of(page.document.source == ReviewSource::bundle ? "proven.ok.bundle" : "proven.ok",
                 {{"size", n(verified.size.value())}});
}

void proven(Page& page) {
  const auto& verified = page.document.proofs.verified;
  const char* look = !verified                             ? "proven unknown"
                     : !verified->ok                       ? "proven bad"
                     : !is_whole(page.document, *verified) ? "proven unknown"
                                                           : "proven";
  const Inside box{page.html, "div", {{"class", look}}};
  page.html.element("h3", page.of("proven.heading"));
  if (!verified) return page.paragraph("proven.none");
  const auto n = [&](std::uint64_t number) { return page.texts.number(number); };
  page.html.element("p", verdict(page, *verified), {{"class", "verdict"}});
  const Inside list{page.html, "ul"};
  if (page.document.proofs.given) page.html.element("li", page.of("proven.given"));
  page.html.element("li", page.of("proven.entries",
                                  {{"n", n(verified->entries)}, {"level", n(verified->level)}}));
  page.html.element("li",
                    page.of("proven.signatures", {{"own", n(verified->signatures.own)},
                                                  {"custodial", n(verified->signatures.custodial)},
                                                  {"system", n(verified->signatures.system)}}));
  if (verified->suspect > 0)
    page.html.element("li", page.of("proven.suspect", {{"n", n(verified->suspect)}}));
  if (page.document.source == ReviewSource::log) witnesses(page, verified->witnessed);
}

}  // namespace

void write_damaged(Page& page) {
  const Review& review = page.document.review;
  if (review.damaged.empty()) return;
  const bool few = review.suppressed_below > 0 &&
                   review.damaged.size() < static_cast<std::size_t>(review.suppressed_below);
  page.html.element(
      "p",
      few ? page.of("damaged.few")
          : page.of("damaged.text",
                    {{"n", page.texts.number(static_cast<std::uint64_t>(review.damaged.size()))}}),
      {{"class", "bad"}});
}

void write_glance(Page& page) {
  const Review& review = page.document.review;
  const Inside section{page.html, "section", {{"class", "glance"}}};
  page.heading("glance");
  tiles(page);
  write_damaged(page);
  if (review.cases && *review.cases == 0) {
    page.paragraph("glance.nothing");
  } else {
    page.html.element("h3", page.of("compliance.title"));
    const Inside figure{page.html, "figure"};
    page.html.raw(theme_chart(review, page.texts));
    page.html.element("figcaption", page.of("compliance.colours"));
  }
  worst(page);
  proven(page);
}

}  // namespace stafett::bti
