#pragma once
// The charts of a review report.
//
// Pure. Threads: any.

#include <string>
#include <vector>

#include "projections/review/case_course.h"
#include "projections/review/review.h"
#include "projections/review/review_texts.h"

namespace stafett::bti {

// Themes that concerned some case: of all cases the shares without findings, the lowest first;
// then those whose share is hidden.
std::vector<std::size_t> themes_by_rate(const Review& review);
std::string theme_chart(const Review& review, const ReviewTexts& texts);

// "01.2025", "2025 Q1", "2025".
std::string slot_name(const Slots& slots, std::size_t slot);
std::string trend_chart(const Review& review, const ReviewTexts& texts);
// A few pixels high, for a table's row. REQUIRES: the rule's trend is shown.
std::string rule_spark(const Review& review, RuleNo rule, const ReviewTexts& texts);

std::string case_chart(const CaseCourse& course, const ReviewTexts& texts);  // case_chart.cc

}  // namespace stafett::bti
