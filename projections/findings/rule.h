#pragma once
// The rules of section "findings" as functions over a case's track: each tells the courses of its
// rule through time. One line each in rules.cc; grouped in files by what they are about.
//
// Pure. Threads: any.

#include <bitset>
#include <span>

#include "projections/catalogue/registry.h"
#include "projections/findings/course_book.h"
#include "projections/findings/finding.h"

namespace stafett::bti {

// What one rule is given: the case, and where its courses go.
class RuleView;
using RuleFunction = void (*)(const RuleView&, CourseBook&);

using TypeSet = std::bitset<kEventTypeCount + 1>;

enum class Kind : std::uint8_t { act, deadline };

struct FindingRule {
  RuleNo number;
  FindingLevel level;
  Kind kind;
  RuleFunction courses;
  // Types of events that can change the rule's courses when one comes last in the timeline. Empty:
  // every type can. Beside them ConcernRaised, which says whom all of a case is about.
  TypeSet watches;
};
// F01 to F62 without F58, which comes from verification. In order.
std::span<const FindingRule> finding_rules();

}  // namespace stafett::bti
