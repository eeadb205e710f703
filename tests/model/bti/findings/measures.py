"""F27-F36, F51: measures, hearing the child, meetings, silence."""

from .. import dates, family
from .span import Span

HEARINGS = ("ChildHeard", "ChildHearingExempted")
NOT_SUBSTANTIVE = ("EntryCorrected", "EntryRestricted", "CompartmentReleased")


def of_measure(case, event, *types):
    """Later events of the same measure."""
    return [one for one in case.after(event, *types) if one.get("measure") == event.get("measure")]


def ends_of(case, after, name):
    return [one for one in case.after(after, "MeasureEnded", "MeasureEvaluated")
            if one.get("measure") == name
            and (one.type == "MeasureEnded" or one.get("decision") == "end")]


def replacements(case, x, name):
    return ends_of(case, x, name) + [
        one for one in case.after(x, "MeasureChanged")
        if one.get("measure") == name and one.get("responsible") is not None]


def has_lost(state, x, measure):
    """Whether the event takes away who was responsible for the measure."""
    if x.type == "HolderLeft":
        return measure["responsible"] is not None and measure["responsible"] == x.get("person")
    participant = state.participants.get(x.get("participant"))
    if participant is None:
        return False
    if participant["person"] is None:
        return participant["service"] == measure["service"]
    return participant["person"] == measure["responsible"]


def f27(case):
    for x in case.of("MeasurePlanned"):
        if x.get("responsible") is None and case.is_in_open_log(x):
            yield case.acts_until("F27", x.get("measure"), x,
                                  replacements(case, x, x.get("measure")), closing=True)
    for x in case.of("ParticipantRemoved", "HolderLeft"):
        state = case.view.before(x)
        if not case.is_in_open_log(x):
            continue
        for name, measure in state.measures.items():
            if measure["status"] != "ended" and has_lost(state, x, measure):
                last = case.profile(x).add(x.date, "responsibleVacancyDays")
                yield from case.deadline("F27", name, x, last, replacements(case, x, name),
                                         closing=True)


def is_planned(case, event):
    return event.get("measure") in case.view.after(event).measures


def is_unended(case, event):
    measure = case.view.after(event).measures.get(event.get("measure"))
    return measure is not None and measure["status"] != "ended"


def is_going_on(event):
    return event.type != "MeasureEvaluated" or event.get("decision") != "end"


def f28(case):
    for x in case.of("MeasurePlanned", "MeasureEvaluated"):
        if x.get("evaluateBy") is not None or not is_going_on(x) or not is_planned(case, x):
            continue
        set_again = [one for one in of_measure(case, x, "EvaluationRescheduled", "MeasureEvaluated")
                     if one.get("evaluateBy") is not None]
        yield case.acts_until("F28", x.get("measure"), x,
                              set_again + ends_of(case, x, x.get("measure")), closing=True)


def f29(case):
    for x in case.of("MeasurePlanned", "EvaluationRescheduled", "MeasureEvaluated"):
        name = x.get("measure")
        if x.get("evaluateBy") is None or not is_going_on(x) or not case.is_in_open_log(x):
            continue
        if not is_unended(case, x):
            continue
        last = case.profile(x).add(dates.parse_date(x.get("evaluateBy")), "evaluateGraceDays")
        done = of_measure(case, x, "EvaluationRescheduled", "MeasureEvaluated", "MeasureEnded")
        yield from case.deadline("F29", name, x, last, done, closing=True)


def f30(case):
    for x in case.of("EvaluationRescheduled"):
        measure = case.view.after(x).measures.get(x.get("measure"))
        if measure and measure["reschedules"] == case.profile(x)["rescheduleLimit"]:
            yield case.act("F30", x.get("measure"), x)


def window_start(case, x):
    """The event after which the window of an evaluation begins, or None."""
    for types in (["MeasureEvaluated"], ["MeasureStarted"], ["MeasurePlanned"]):
        found = [one for one in case.before(x, *types) if one.get("measure") == x.get("measure")]
        if found:
            return found[-1]
    return None


def in_window(case, x, *types):
    start = window_start(case, x)
    return [one for one in case.before(x, *types) if start and one.key > start.key]


def child_rules(case, x):
    return family.child_rules(case.view, case.end, x.date, case.profile(x))


def f31(case):
    for x in case.of("MeasureEvaluated"):
        if case.profile(x)["childHeardRequired"] == "close" or not child_rules(case, x):
            continue
        if window_start(case, x) and not in_window(case, x, *HEARINGS):
            yield case.act("F31", x.label, x)


def before_closing(case, x, *types):
    days = case.profile(x)["childHeardBeforeCloseDays"]
    return [one for one in case.before(x, *types) if one.date >= family.plus(x.date, -days)]


def f32(case):
    for x in case.of("MeasureEvaluated", "LogClosed"):
        if x.type == "LogClosed" and x.get("reason") not in ("goal", "noConcern"):
            continue
        found = in_window if x.type == "MeasureEvaluated" else before_closing
        heard = [one.get("hearing") for one in found(case, x, "ChildHeard")]
        if heard and child_rules(case, x) and not set(heard) & set(x.get("hearings") or []):
            yield case.act("F32", x.label, x)


def f33(case):
    meetings = [one for one in case.of("MeetingHeld")
                if one.get("kind") == "evaluation" and case.is_in_open_log(one)]
    for earlier, x in zip(meetings, meetings[1:]):
        heard = [one for one in case.of(*HEARINGS) if earlier.key < one.key < x.key]
        if child_rules(case, x) and not heard:
            yield case.act("F33", x.get("meeting"), x)


def f34(case):
    events = [one for one in case.view.case_events if one.type not in NOT_SUBSTANTIVE]
    for s, following in zip(events, events[1:] + [None]):
        if not case.is_in_open_log(s):
            continue
        last = case.profile(s).add(s.date, "silentCaseDays")
        yield from case.deadline("F34", s.label, s, last, [following] if following else [],
                                 closing=True)


def has_open_measure(state):
    return any(measure["status"] != "ended" for measure in state.measures.values())


def settles_next_date(case, event):
    """Whether there is a next date, or none is needed, after the event."""
    if event.type == "MeetingCalled" or (event.type == "MeetingHeld" and event.get("nextDate")):
        return True
    return event.key == (case.closed.key if case.closed else None) or not has_open_measure(
        case.view.after(event))


def f35(case):
    for x in case.of("MeetingHeld"):
        if x.get("nextDate") is not None or not case.is_in_open_log(x):
            continue
        end = case.end_of(x.date)
        later = [one for one in case.view.case_events if one.key > x.key]
        if not has_open_measure(case.view.state(end)) or not case.is_open_at(end):
            continue
        if any(one.type == "MeetingCalled" or one.type == "MeetingHeld" and one.get("nextDate")
               for one in later if one.key <= end):
            continue
        clearing = [one for one in later if one.key > end and settles_next_date(case, one)]
        yield case.acts_until("F35", x.get("meeting"), x, clearing)


def f36(case):
    for x in case.of("MeetingHeld"):
        if x.get("minutes") is not None:
            continue
        last = case.profile(x).add(x.date, "minutesDays")
        minutes = [one for one in case.after(x, "MinutesRecorded")
                   if one.get("meeting") == x.get("meeting")]
        yield from case.deadline("F36", x.get("meeting"), x, last, minutes, closing=True)


def f51(case):
    since = {}
    for x in case.of("MeasurePlanned", "MeasureChanged"):
        name = x.get("measure")
        measure = case.view.after(x).measures.get(name)
        if measure is None or not measure["schoolDuty"]:
            continue
        if case.view.kind(measure["service"]) != "school":
            since.setdefault(name, x)
        elif name in since:
            anchor = since.pop(name)
            yield Span("F51", name, anchor, anchor.date, anchor.date, x.date)
    for name, anchor in since.items():
        yield case.act("F51", name, anchor)


RULES = [f27, f28, f29, f30, f31, f32, f33, f34, f35, f36, f51]
