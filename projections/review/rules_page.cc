// The trend, the rules one by one, and the events that prove what was found.

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "engine/base/encoding.h"
#include "projections/catalogue/registry.h"
#include "projections/finding_texts/finding_texts.h"
#include "projections/review/charts.h"
#include "projections/review/page_parts.h"

namespace stafett::bti {
namespace {

constexpr std::size_t kProofMax = 20;  // events of one finding: of unusual reading there are many

// Of one of them: what they mean can change with the version, and this is the latest.
const Profile& last_profile(const Page& page) {
  return page.document.profiles.in_force(page.document.review.period.to).profile;
}

void trend_table(Page& page) {
  const Review& review = page.document.review;
  const bool levels = !review.level_trend[0].empty();
  const Inside table{page.html, "table", {{"class", "numbers"}}};
  {
    const Inside head{page.html, "thead"};
    const Inside row{page.html, "tr"};
    page.html.element("th", page.of("term"), {{"scope", "col"}});
    for (std::size_t level = 0; levels && level < kFindingLevels; ++level)
      page.html.element(
          "th", finding_word(level_letter(static_cast<FindingLevel>(level)), page.texts.language()),
          {{"scope", "col"}});
    page.html.element("th", page.of("findings"), {{"scope", "col"}});
  }
  const Inside body{page.html, "tbody"};
  for (std::size_t slot = 0; slot < review.slots.all.size(); ++slot) {
    const Inside row{page.html, "tr"};
    page.html.element("th", slot_name(review.slots, slot), {{"scope", "row"}});
    for (std::size_t level = 0; levels && level < kFindingLevels; ++level)
      page.html.element("td", page.texts.number(review.level_trend[level][slot]));
    page.html.element("td", page.texts.number(review.trend[slot]));
  }
}

void rule_row(Page& page, RuleNo rule) {
  const RuleFigures& figures = page.document.review.rules[rule];
  const std::string letter{level_letter(level_of(rule))};
  const Inside row{page.html, "tr", {{"data-rule", rule_name(rule)}}};
  page.html.element("th", page.rule_title(rule), {{"scope", "row"}});
  {
    const Inside cell{page.html, "td"};
    page.html.element("span", letter, {{"class", "level " + letter}});
  }
  const bool none = figures.cases.of && *figures.cases.of == 0;
  if (none) {
    page.html.element("td", page.of("not.applied"), {{"colspan", "5"}, {"class", "soft"}});
    return;
  }
  {
    const Inside cell{page.html,
                      "td",
                      {{"data-cases", page.texts.number(figures.cases.n)},
                       {"data-of", page.texts.number(figures.cases.of)}}};
    page.html.element("b", page.texts.count(figures.cases));
    page.html.text(" " + page.of("cases") + " " +
                   page.texts.of_word("ground", name_of(ground_of(rule))));
  }
  page.html.element("td", page.texts.rate(figures.cases), {{"class", "n"}});
  page.html.element("td", page.texts.number(figures.findings),
                    {{"class", "n"}, {"data-findings", page.texts.number(figures.findings)}});
  page.html.element("td", page.texts.number(figures.open), {{"class", "n"}});
  const Inside cell{page.html, "td"};
  if (!figures.trend.empty() && figures.findings.value_or(0) > 0)
    page.html.raw(rule_spark(page.document.review, rule, page.texts));
}

std::string event_words(const Page& page, const ProofEvent& event) {
  const EventInfo* info = registry().find(event.type);
  return info ? page.name(LabelGroup::event, info->name) : page.of("event.voided");
}

void proof_list(Page& page, const CaseFinding& finding) {
  const Inside list{page.html, "ul", {{"class", "proof"}}};
  const std::size_t listed = std::min(finding.proof.size(), kProofMax);
  for (const ProofEvent& event : std::span{finding.proof}.first(listed)) {
    const Inside item{page.html, "li"};
    if (event.type == EventType::UNSET) {
      page.html.text(event_words(page, event) + " " + to_uuid_text(event.id.view()));
      continue;
    }
    page.html.element("b", fmt::format("{}", event.position.value()), {{"class", "position"}});
    page.html.text(" " + page.texts.time(event.at) + " " + event_words(page, event));
  }
  if (listed < finding.proof.size())
    page.html.element("li",
                      page.of("verify.more", {{"n", page.texts.number(static_cast<std::uint64_t>(
                                                        finding.proof.size() - listed))}}));
}

void shown_rows(Page& page, const std::vector<ShownFinding>& shown) {
  const Inside table{page.html, "table", {{"class", "shown"}}};
  page.head({"case", "first", "cleared", "about", "proofs"});
  const Inside body{page.html, "tbody"};
  for (const ShownFinding& one : shown) {
    const Inside row{page.html, "tr"};
    {
      const Inside cell{page.html, "td"};
      page.html.element("code", to_uuid_text(one.case_id.view()));
    }
    page.html.element("td", page.texts.day(one.finding.first));
    page.html.element("td", one.finding.cleared == kNoDate ? page.of("open.ended")
                                                           : page.texts.day(one.finding.cleared));
    page.html.element("td", one.finding.about);
    const Inside cell{page.html, "td"};
    proof_list(page, one.finding);
  }
}

void rule_findings(Page& page, RuleNo rule) {
  const std::vector<ShownFinding>& shown = page.document.review.shown[rule];
  const std::uint64_t all = page.document.review.rules[rule].findings.value_or(0);
  const Inside section{
      page.html, "section", {{"class", "rule"}, {"id", "proof-" + rule_name(rule)}}};
  page.html.element("h3", page.rule_title(rule));
  page.html.element("p", finding_text(rule, page.texts.language(), last_profile(page)).meaning);
  if (!shown.empty()) shown_rows(page, shown);
  const auto n = [&](std::uint64_t number) { return page.texts.number(number); };
  if (shown.size() < all)
    page.paragraph("proof.some", {{"n", n(shown.size())}, {"of", n(all)}});
  else
    page.paragraph("all.shown", {{"n", n(all)}});
}

}  // namespace

void write_trend(Page& page) {
  const Review& review = page.document.review;
  const Inside section{page.html, "section"};
  page.heading("trend.heading");
  if (review.trend.empty()) return page.paragraph("trend.hidden");
  {
    const Inside figure{page.html, "figure"};
    page.html.raw(trend_chart(review, page.texts));
    const Inside caption{page.html, "figcaption"};
    if (!review.level_trend[0].empty())
      for (std::size_t level = 0; level < kFindingLevels; ++level) {
        const std::string letter{level_letter(static_cast<FindingLevel>(level))};
        page.html.element("span", letter, {{"class", "level " + letter}});
        page.html.text(" " + std::string{finding_word(letter, page.texts.language())} + "  ");
      }
  }
  trend_table(page);
}

void write_rules(Page& page) {
  const Inside section{page.html, "section", {{"class", "rules"}}};
  page.heading("rules.heading");
  page.paragraph("rules.intro");
  const Inside table{page.html, "table"};
  {
    const Inside head{page.html, "thead"};
    const Inside row{page.html, "tr"};
    for (const char* key :
         {"rule", "finding.level", "cases.found", "rate", "findings", "open", "term"})
      page.html.element("th", page.of(key), {{"scope", "col"}});
  }
  const Inside body{page.html, "tbody"};
  for (const Theme& theme : review_themes()) {
    {
      const Inside row{page.html, "tr", {{"class", "theme"}}};
      page.html.element("th", page.of(fmt::format("theme.{}", theme.name)),
                        {{"colspan", "7"}, {"scope", "rowgroup"}});
    }
    for (const RuleNo rule : theme.rules) rule_row(page, rule);
  }
}

void write_findings(Page& page) {
  const Inside section{page.html, "section", {{"class", "findings"}}};
  page.heading("proof.heading");
  if (page.document.review.suppressed_below > 0) return page.paragraph("case.hidden");
  page.paragraph("proof.intro");
  bool any = false;
  for (const Theme& theme : review_themes())
    for (const RuleNo rule : theme.rules)
      if (page.document.review.rules[rule].findings.value_or(0) > 0) {
        any = true;
        rule_findings(page, rule);
      }
  if (!any) page.paragraph("worst.none");
}

}  // namespace stafett::bti
