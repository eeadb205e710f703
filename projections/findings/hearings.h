#pragma once
// Whether the child was heard, and in which evaluation's window.
//
// Pure. Threads: any.

#include "projections/findings/rule_view.h"

namespace stafett::bti {

// ChildHeard alone, or a reasoned exemption as well.
enum class Hearings : std::uint8_t { heard_only, exempted_too };

// The latest hearing after `from` and before `to`; null: none.
const Act* heard_between(const RuleView& view, Moment from, Moment to, Hearings which);
// The act after which the window of a MeasureEvaluated begins: the measure's latest evaluation
// before, else its latest start, else its planning. Null: the measure is not known.
const Act* window_start(const RuleView& view, const Act& evaluated);

}  // namespace stafett::bti
