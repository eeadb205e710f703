"""F01-F08: level 0, and the consent to open the log."""

from .. import consent, family


def f01(case):
    for c in case.of("ConcernRaised"):
        last = case.profile(c).add(c.date, "level0DecisionDays")
        yield from case.deadline("F01", c.label, c, last,
                                 case.after(c, "Level0Decided", "ConcernReportSent"))


def f02(case):
    for g in case.of("GuardiansInformed"):
        if not case.before(g, "ConcernConcretised"):
            yield case.act("F02", g.label, g)


def f03(case):
    for g in case.of("GuardiansInformed"):
        if case.view.before(g).protection:
            yield case.act("F03", g.label, g)


def f04(case):
    for x in case.of("Level0Decided"):
        if not case.before(x, "ConcernSharedWithLeader"):
            yield case.act("F04", x.label, x)


def consent_to_open(case, x):
    """(status, the required who have granted, the required guardians who have not)"""
    view, state = case.view, case.view.after(x)
    required = family.required_consenters(view, state, x.date)
    granted = [person for person in required
               if consent.own_status(view, person, consent.OPEN_LOG, x.key) == "granted"]
    lacking = [person for person in required if person not in granted and person != state.subject]
    return consent.status(view, consent.OPEN_LOG, x.key), granted, lacking


def f05(case):
    for x in case.of("LogOpened"):
        status, granted, _ = consent_to_open(case, x)
        if status not in ("covered", "refused") and not granted:
            yield case.act("F05", x.label, x)


def f06(case):
    for x in case.of("LogOpened"):
        status, granted, lacking = consent_to_open(case, x)
        if status in ("covered", "refused") or not granted:
            continue
        for guardian in lacking:
            clearing = [one for one in case.after(x, "ConsentGranted")
                        if one.get("consenter") == guardian and one.get("openLog")]
            clearing += [one for one in case.after(x, "ConsentExceptionRecorded")
                         if one.get("guardian") == guardian]
            yield case.acts_until("F06", f"{x.label}:{guardian}", x, clearing)


def own_decisions(case):
    return [one for one in case.of("ConsentGranted", "ConsentRefused")
            if one.get("consenter") == case.end.subject]


def f07(case):
    for x in case.of("LogOpened"):
        if not family.is_aged(case.end, case.profile(x)["ageOwnConsent"], x.date):
            continue
        decided = own_decisions(case)
        if not any(one.key < x.key for one in decided):
            yield case.acts_until("F07", x.label, x, [one for one in decided if one.key > x.key])


def f08(case):
    for x in case.of("LogOpened"):
        days = {}
        for age in (18, case.profile(x)["ageOwnConsent"]):
            day = family.reaches(case.end, age)
            if day is not None:
                days.setdefault(day, x.label + (":18" if age == 18 else ""))
        for day, ref in days.items():
            if day <= x.date or not case.is_open_at_start(day):
                continue
            last = case.profile(x).add(day, "youthRenewDays")
            yield from case.deadline("F08", ref, x, last, own_decisions(case), closing=True)


RULES = [f01, f02, f03, f04, f05, f06, f07, f08]
