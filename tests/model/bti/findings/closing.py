"""F37-F53, F55-F59, F62: access, individual plan, closing, archive, neighbours, records."""

import datetime

from .. import family
from ..catalogue import TYPES
from ..state import is_full_plan
from .span import Span

AGREED_ENDS = ("goal", "noConcern")


def naming(events, name, value):
    return [one for one in events if one.get(name) == value]


def f37(case):
    for x in case.of("LogOpened"):
        state = case.view.state(case.end_of(x.date))
        last = case.profile(x).add(x.date, "guardianAccessDays")
        for guardian in family.required_guardians(state):
            settled = naming(case.of("GuardianAccessGranted", "GuardianAccessEnded",
                                     "ConsentExceptionRecorded"), "guardian", guardian)
            days = [one.date for one in settled]
            adult = family.reaches(case.end, 18)
            if adult is not None and adult <= case.today:
                days.append(adult)
            yield from case.deadline("F37", guardian, x, last, days, closing=True)


def f38(case):
    for x in case.of("LevelChanged", "LogOpened"):
        if (x.get("to") if x.type == "LevelChanged" else x.get("level")) != 3:
            continue
        last = case.profile(x).add(x.date, "ipAssessDays")
        if (case.view.state(case.end_of(last)).level or 0) < 3:
            continue
        lower = [one for one in case.after(x, "LevelChanged", "LogOpened", "ConcernRaised")
                 if case.view.after(one).level < 3 and one.date > last]
        yield from case.deadline("F38", x.label, x, last, case.of("IpAssessed") + lower, closing=True)


def f39(case):
    for x in case.of("IpGranted"):
        version = case.profile(x)
        if not case.is_in_open_log(x):
            continue
        if version["ipClosesLog"] == "entitledAndWanted" and not x.get("wanted"):
            continue
        last = version.add(x.date, "ipCloseDays")
        yield from case.deadline("F39", x.label, x, last, [], closing=True)


def f40(case):
    for x in case.of("LogClosed"):
        granted = case.before(x, "IpGranted")
        if x.get("reason") != "ip" or not granted or not granted[-1].get("wantsCoordinator"):
            continue
        if not case.before(x, "CoordinatorNamed"):
            yield case.acts_until("F40", x.label, x, case.after(x, "CoordinatorNamed"))


def f41(case):
    for x in case.of("LogClosed"):
        version = case.profile(x)
        if x.get("reason") not in AGREED_ENDS or version["childHeardRequired"] == "evaluation":
            continue
        start = family.plus(x.date, -version["childHeardBeforeCloseDays"])
        heard = [one for one in case.before(x, "ChildHeard", "ChildHearingExempted")
                 if one.date >= start]
        if not heard and family.child_rules(case.view, case.end, x.date, version):
            yield case.act("F41", x.label, x)


def f42(case):
    for x in case.of("LogClosed"):
        agreed = naming(case.before(x, "AgreementRecorded"), "about", "closing")
        if x.get("reason") in AGREED_ENDS and not agreed:
            yield case.act("F42", x.label, x)


def f43(case):
    for x in case.of("LogClosed"):
        if not (x.get("note") or "").strip():
            yield case.act("F43", x.label, x)


def f44(case):
    for x in case.of("ClosureDemanded", "ConsentWithdrawn"):
        if not case.is_in_open_log(x):
            continue
        if x.type == "ConsentWithdrawn":
            entry = case.view.before(x).consents.get(x.get("consent"))
            if not entry or x.get("services") is not None or not entry["event"].get("openLog"):
                continue
        last = case.profile(x).add(x.date, "closureDemandDays")
        yield from case.deadline("F44", x.label, x, last, [], closing=True)


def f45(case):
    for x in case.of("LogClosed"):
        measures = case.view.before(x).measures.values()
        if any(measure["status"] != "ended" for measure in measures):
            yield case.act("F45", x.label, x)


def f46(case):
    for x in case.of("LogClosed"):
        last = case.profile(x).add(x.date, "archiveDays")
        yield from case.deadline("F46", x.label, x, last, case.after(x, "ArchiveReceipted"))


def f47(case):
    for m in case.of("ArchiveSent"):
        last = case.profile(m).add(m.date, "archiveReceiptDays")
        by_hand = [None] if m.get("target") == "manual" else []
        answers = [one for one in case.after(m, "ArchiveReceipted", "ArchiveFailed")
                   if one.get("message") in [m.get("message")] + by_hand]
        yield from case.deadline("F47", m.get("message"), m, last, answers)


def f48(case):
    for e in case.view.case_events:
        if case.closed and e.key > case.closed.key and not TYPES[e.type].lasts():
            yield case.act("F48", e.label, e)


def f49(case):
    for x in case.of("LogOpened"):
        if not x.get("consents") or set(x.get("consents")) - set(case.end.consents):
            yield case.act("F49", x.label, x)


def f50(case):
    for x in case.of("SchoolEnvironmentFlagged"):
        last = case.profile(x).add(x.date, "schoolPlanDays")
        plans = [one for one in case.after(x, "SchoolEnvironmentPlanMade") if is_full_plan(one)]
        yield from case.deadline("F50", x.label, x, last, plans)


def f52(case):
    for x in case.of("ReportingDutyAssessed"):
        if x.get("outcome") == "noReport":
            continue
        last = case.profile(x).add(x.date, "reportingOutcomeDays")
        settled = case.of("ConcernReportSent")
        settled += naming(case.after(x, "ReportingDutyAssessed"), "outcome", "noReport")
        yield from case.deadline("F52", x.label, x, last, settled)


def f53(case):
    for s in case.of("ConcernReportSent"):
        last = case.profile(s).add(s.date, "reportFeedbackDays")
        feedback = naming(case.after(s, "ReportFeedbackReceived"), "report", s.get("report"))
        yield from case.deadline("F53", s.get("report"), s, last, feedback)


def f55(case):
    for x in case.of("ProgressStalled"):
        last = case.profile(x).add(x.date, "stalledDays")
        yield from case.deadline("F55", x.label, x, last, case.after(x, "EscalatedToKe"),
                                 closing=True)


def f56(case):
    for e in case.view.case_events:
        known = case.view.zone.date(e.recorded)
        days = datetime.timedelta(days=case.profile(e)["backdateDays"])
        if e.mode == "live" and known - e.date > days:
            yield Span("F56", e.label, e, e.date, known)


def f57(case):
    for e in case.of("EntryCorrected"):
        if not (e.get("reason") or "").strip():
            yield case.act("F57", e.label, e)


def has_plan(case, kind, date, before, version):
    """A plan in time; or any, when the log was opened too late for that."""
    day = family.plus(date, -version["transitionPlanDays"])
    plans = [one for one in naming(case.of("TransitionPlanned"), "kind", kind) if one.key < before]
    return any(one.date <= day or case.opened.date > day for one in plans)


def f59(case):
    for x in case.of("TransitionOccurred"):
        if case.is_in_open_log(x) and not has_plan(case, x.get("kind"), x.date, x.key,
                                                   case.profile(x)):
            yield case.act("F59", x.label, x)
    day = family.reaches(case.end, 18)
    if day is None or day > case.today or not case.is_open_at_start(day):
        return
    start = (case.view.zone.start(day), -1)
    if not has_plan(case, "adulthood", day, start, case.view.profile(day)):
        yield Span("F59", "age18", None, day, day)


def f62(case):
    for x in case.of("RightsRequested"):
        last = case.profile(x).add(x.date, "rightsDays")
        answers = naming(case.after(x, "RightsAnswered"), "request", x.get("request"))
        yield from case.deadline("F62", x.get("request"), x, last, answers)


RULES = [f37, f38, f39, f40, f41, f42, f43, f44, f45, f46, f47, f48, f49, f50, f52, f53, f55, f56,
         f57, f59, f62]
