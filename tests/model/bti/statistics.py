"""statistics(from, to, knownAt): figures over all cases, and their suppression (section 10)."""

import statistics as numbers

from . import dates, family
from .catalogue import TYPES
from .findings import evaluate
from .findings.measures import in_window
from .findings.span import Case
from .log import View


def enum(name, field):
    return TYPES[name].fields[field].type.split("|")


class Period:
    """What is counted: every case as known at a size and as of the end of the last day."""

    def __init__(self, log, start, end, size):
        self.start, self.end = start, end
        self.cases = [Case(View(log, name, size=size, as_of=log.zone.end(end)))
                      for name in log.cases()]
        self.cases = [case for case in self.cases if case.view.raw]
        self.profile = View(log, None, size=size, as_of=log.zone.end(end)).profile(end)

    def has(self, event):
        return self.start <= event.date <= self.end

    def events(self, *types):
        """(case, event) in the period."""
        return [(case, event) for case in self.cases for event in case.of(*types)
                if self.has(event)]


def table(keys, found):
    cells = {key: 0 for key in keys}
    for key in found:
        cells[key] += 1
    return {"total": sum(cells.values()), "cells": cells}


def raised(period):
    kinds = enum("ServiceRegistered", "kind")
    return table(kinds, [case.view.kind(one.get("service"))
                         for case, one in period.events("ConcernRaised")])


def by_field(name, field, keys=None):
    def found(period):
        return table(keys or enum(name, field),
                     [str(one.get(field)) for _, one in period.events(name)])
    return found


def open_cases(period):
    return [case for case in period.cases if case.opened is not None and case.closed is None]


def open_at_end(period):
    levels = [str(case.end.level) for case in open_cases(period)]
    return table("123", [level for level in levels if level in "123"])


def holders(period):
    held = {}
    for case in open_cases(period):
        if case.end.holder:
            held[case.end.holder["person"]] = held.get(case.end.holder["person"], 0) + 1
    return table(["1", "2", "3", "4+"], [str(n) if n < 4 else "4+" for n in held.values()])


def holder_changes(period):
    found = []
    for case in period.cases:
        if case.opened is None or case.closed is None or not period.has(case.closed):
            continue
        if case.closed.key < case.opened.key:
            continue  # it never was an open log
        changes = [one for one in case.of("BatonAccepted", "HolderAppointed")
                   if case.is_in_open_log(one)]
        found.append(str(len(changes)) if len(changes) < 3 else "3+")
    return table(["0", "1", "2", "3+"], found)


def findings(period):
    found = [one.rule for case in period.cases for one in evaluate.findings(case.view)
             if period.start <= one.first <= period.end]
    return table([f"F{number:02}" for number in range(1, 63)], found)


def median(values):
    return {"n": len(values), "median": numbers.median(values) if values else None}


def days_concern_to_decision(period):
    found = []
    for case in period.cases:
        decided = case.of("Level0Decided")
        if decided and period.has(decided[0]) and case.end.raised:
            found.append((decided[0].date - case.end.raised.date).days)
    return median(found)


def days_consent_to_log(period):
    found = []
    for case, x in period.events("LogOpened"):
        granted = [one for one in case.of("ConsentGranted") if one.get("openLog")]
        if granted:
            found.append((x.date - granted[0].date).days)
    return median(found)


def days_meeting_to_measure(period):
    found = []
    for case, x in period.events("MeasureStarted"):
        held = case.before(x, "MeetingHeld")
        if held:
            found.append((x.date - held[-1].date).days)
    return median(found)


def evaluated_in_time(period):
    found = []
    for case, x in period.events("MeasureEvaluated"):
        measure = case.view.before(x).measures.get(x.get("measure"))
        if measure and measure["evaluateBy"]:
            found.append(x.date <= dates.parse_date(measure["evaluateBy"]))
    return {"n": sum(found), "of": len(found)}


def evaluated_with_child(period):
    found = [bool(in_window(case, x, "ChildHeard"))
             for case, x in period.events("MeasureEvaluated")
             if family.child_rules(case.view, case.end, x.date, case.profile(x))]
    return {"n": sum(found), "of": len(found)}


FIGURES = {
    "raised": raised, "decided": by_field("Level0Decided", "outcome"),
    "opened": by_field("LogOpened", "level", "123"), "closed": by_field("LogClosed", "reason"),
    "openAtEnd": open_at_end, "holders": holders, "holderChanges": holder_changes,
    "reads": by_field("EntryRead", "capacity"), "findings": findings,
    "daysConcernToDecision": days_concern_to_decision, "daysConsentToLog": days_consent_to_log,
    "daysMeetingToMeasure": days_meeting_to_measure,
    "evaluatedInTime": evaluated_in_time, "evaluatedWithChild": evaluated_with_child}


def suppress_table(figure, least):
    true, cells, total = figure["cells"], dict(figure["cells"]), figure["total"]
    for key, n in true.items():
        if 0 < n < least:
            cells[key] = None
    if 0 < total < least:
        total = None
    while total is not None:
        hidden = [key for key in cells if cells[key] is None]
        if not hidden or (len(hidden) > 1 and sum(true[key] for key in hidden) >= least):
            break
        left = [key for key in cells if cells[key]]
        if left:
            cells[min(left, key=lambda key: (cells[key], key.encode()))] = None
        else:
            total = None
    return {"total": total, "cells": cells}


def suppress(figure, least):
    if "cells" in figure:
        return suppress_table(figure, least)
    n = figure["n"]
    if "median" in figure:
        return {"n": None, "median": None} if 0 < n < least else figure
    of = figure["of"]
    if 0 < of < least:
        return {"n": None, "of": None}
    return {"n": None if 0 < n < least or 0 < of - n < least else n, "of": of}


def suppressed(log, start, end, size):
    """All figures, as a reporter is given them."""
    period = Period(log, start, end, size)
    least = period.profile["smallCellMin"]
    return {name: suppress(count(period), least) for name, count in FIGURES.items()}
