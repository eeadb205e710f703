"""F17-F20, F54, F61: reads and emergency access."""

import datetime

from .. import dates
from ..log import View
from ..relation import basis_of_read
from ..visibility import Sight

FAMILY = ("guardian", "subject", "auditor")


def by_basis(rule, *wanted):
    def found(case):
        for r in case.of("EntryRead"):
            if basis_of_read(case.view, r) in wanted:
                yield case.act(rule, r.label, r)
    return found


def f20(case):
    reads = case.of("EntryRead")
    for r in reads:
        if r.get("capacity") in FAMILY:
            continue
        version = case.profile(r)
        start = r.date - datetime.timedelta(days=version["readVolumeDays"])
        same = [one for one in reads if one.get("reader") == r.get("reader")
                and one.key <= r.key and start < one.date <= r.date]
        if len(same) > version["readVolumeLimit"]:
            reviews = [one for one in case.after(r, "AccessReviewed")
                       if one.get("reader") in (None, r.get("reader"))]
            yield case.acts_until("F20", r.get("reader"), r, reviews)


def f54(case):
    view = case.view
    for r in case.of("EntryRead"):
        then = View(view.log, view.case, size=view.size, as_of=r.occurred)
        sight = Sight(then, r.get("reader"), r.key)
        hidden = [label for label in r.get("entries") or []
                  if label in view.raw and view.raw[label].compartment == "barnevern"
                  and (view.now.get(label, r).occurred > r.occurred
                       or not sight.classes(view.raw[label]))]
        if hidden:
            yield case.act("F54", r.label, r)


def f61(case):
    for x in case.of("BreakGlassUsed"):
        last = case.view.zone.date(x.occurred + 24 * dates.HOUR)
        approvals = [one for one in case.after(x, "BreakGlassApproved")
                     if one.get("target") == x.label]
        yield from case.deadline("F61", x.label, x, last, approvals)


RULES = [by_basis("F17", "uncovered", "expired"), by_basis("F18", "withdrawn"),
         by_basis("F19", "none"), f20, f54, f61]
