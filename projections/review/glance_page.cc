// Page one: what a reader with little time must know.

#include <algorithm>

#include "projections/finding_texts/finding_texts.h"
#include "projections/review/charts.h"
#include "projections/review/page_parts.h"

namespace stafett::bti {
namespace {

constexpr std::size_t kWorstMax = 8;  // page one has room for them

std::string level_word(const Page& page, RuleNo rule) {
  return std::string{finding_word(level_letter(level_of(rule)), page.texts.language())};
}

void tile(Page& page, std::string_view key, const std::string& number, const std::string& more) {
  const Inside cell{page.html, "td"};
  page.html.element("span", number, {{"class", "big"}});
  page.html.element("span", page.of(key), {{"class", "what"}});
  page.html.element("span", more, {{"class", "more"}});
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
    levels += std::string{level_letter(static_cast<FindingLevel>(level))} + " " +
              page.texts.number(review.by_level[level]);
  }
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
  if (rules.empty())
    return page.paragraph(review.suppressed_below > 0 && (!review.total || *review.total > 0)
                              ? "glance.hidden"
                              : "worst.none");
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

void proven(Page& page) {
  const auto& verified = page.document.proofs.verified;
  const bool bad = verified && !verified->ok;
  const Inside box{page.html,
                   "div",
                   {{"class", bad        ? "proven bad"
                              : verified ? "proven"
                                         : "proven unknown"}}};
  page.html.element("h3", page.of("proven.heading"));
  if (!verified) return page.paragraph("proven.none");
  const auto n = [&](std::uint64_t number) { return page.texts.number(number); };
  if (bad)
    page.html.element("p", page.of("proven.bad", {{"n", n(verified->error_count)}}),
                      {{"class", "verdict"}});
  else
    page.html.element(
        "p",
        page.of(page.document.source == ReviewSource::bundle ? "proven.ok.bundle" : "proven.ok",
                {{"size", n(verified->size.value())}}),
        {{"class", "verdict"}});
  const Inside list{page.html, "ul"};
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

void write_glance(Page& page) {
  const Review& review = page.document.review;
  const Inside section{page.html, "section", {{"class", "glance"}}};
  page.heading("glance");
  tiles(page);
  if (review.cases && *review.cases == 0) {
    page.paragraph("glance.nothing");
  } else {
    page.html.element("h3", page.of("compliance.title"));
    const Inside figure{page.html, "figure"};
    page.html.raw(theme_chart(review, page.texts));
  }
  worst(page);
  proven(page);
}

}  // namespace stafett::bti
