"""evaluate(case, asOf, knownAt): all findings of a view, one for each rule and ref."""

import dataclasses

from . import baton, closing, concern, consents, measures, reading
from .span import Case, level_of

RULES = (concern.RULES + consents.RULES + reading.RULES + baton.RULES + measures.RULES
         + closing.RULES)


@dataclasses.dataclass
class Finding:
    case: str
    rule: str
    ref: str
    level: str
    first: object
    cleared: object
    version: int
    proof: list


def joined(view, spans):
    """One finding of all the times it held; cleared only when none of them lasts."""
    start = spans[0]
    ends = [span.cleared for span in spans]
    return Finding(view.case, start.rule, start.ref, level_of(start.rule),
                   min(span.first for span in spans), None if None in ends else max(ends),
                   view.profile(start.anchor_date).number,
                   [start.anchor.label] if start.anchor else [])


def findings(view):
    case, found = Case(view), {}
    for rule in RULES:
        for span in rule(case):
            if span.first <= case.today:
                found.setdefault((span.rule, span.ref), []).append(span)
    return [joined(view, found[key]) for key in sorted(found)]
