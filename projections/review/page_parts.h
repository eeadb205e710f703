#pragma once
// The parts of the page, in its order, and what they share. Internal to the folder.
//
// Threads: one.

#include "projections/review/html.h"
#include "projections/review/review_page.h"

namespace stafett::bti {

struct Page {
  const ReviewDocument& document;
  const ReviewTexts texts;
  Html html{};

  std::string of(std::string_view key, ReviewTexts::Values values = {}) const {
    return texts.of(key, values);
  }
  // "Concern raised", "F29": of labels.txt.
  std::string name(LabelGroup group, std::string_view key) const {
    return std::string{label(group, key, texts.language())};
  }
  std::string rule_title(RuleNo rule) const {
    return rule_name(rule) + " " + name(LabelGroup::finding, rule_name(rule));
  }
  void heading(std::string_view key) { html.element("h2", of(key)); }
  void paragraph(std::string_view key, ReviewTexts::Values values = {}) {
    html.element("p", of(key, values));
  }
  // A row of a table's head.
  void head(std::initializer_list<std::string_view> keys) {
    const Inside section{html, "thead"};
    const Inside row{html, "tr"};
    for (const std::string_view key : keys) html.element("th", of(key), {{"scope", "col"}});
  }
  void row(std::initializer_list<std::string> cells) {
    const Inside row{html, "tr"};
    for (const std::string& cell : cells) html.element("td", cell);
  }
};

void write_glance(Page& page);   // glance_page.cc
void write_damaged(Page& page);  // cases that could not be judged, if there are
void write_trend(Page& page);    // rules_page.cc
void write_rules(Page& page);
void write_findings(Page& page);
void write_cases(Page& page);   // case_page.cc
void write_proofs(Page& page);  // proof_page.cc
void write_method(Page& page);
void write_limits(Page& page);

}  // namespace stafett::bti
