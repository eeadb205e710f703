"""F09-F16, F60: consents, their proof, and what was done without them."""

import datetime

from .. import consent, dates, family
from ..relation import Relation, basis_of_read
from .span import Span

DAY = dates.DAY


def uses(case):
    """(event, service) of every use of a service in the open log."""
    for u in case.view.timeline:
        if not case.is_in_open_log(u):
            continue
        if u.type == "EntryRead" and basis_of_read(case.view, u) == "expired":
            yield u, Relation(case.view, u.get("reader"), u.key).reading_service(u.get("service"))
        if u.type == "NoteAdded" and u.get("service"):
            yield u, u.get("service")
        if u.type == "MeetingHeld":
            for service in u.get("services"):
                yield u, service
        if u.type == "MeasureStarted":
            measure = case.view.before(u).measures.get(u.get("measure"))
            if measure:
                yield u, measure["service"]


def f09(case):
    for u, service in uses(case):
        if consent.status(case.view, service, u.key) != "expired":
            continue
        clearing = [x for x in case.after(u, "ConsentGranted")
                    if consent.status(case.view, service, x.key) == "covered"]
        yield case.acts_until("F09", service, u, clearing, closing=True)


def later_replacers(entry):
    return [one for one in entry["replacers"] if one.key > entry["event"].key]


def left_services(case, c, key):
    """The services of the consent that are not withdrawn at the key."""
    entry = case.view.state(key).consents[c.get("consent")]
    return set(c.get("services")) - set(entry["taken"])


def renewals(case, c, end):
    """Days of what counts as renewal of the consent."""
    view, days = case.view, []
    entry = case.end.consents[c.get("consent")]
    days += [one.date for one in later_replacers(entry)]
    if entry["whole"]:
        days.append(entry["whole"].date)
    if consent.all_taken(entry):
        days.append(consent.all_taken(entry).date)
    for one in case.after(c, "ConsentRequested", "ConsentGranted"):
        if one.get("consenter") != c.get("consenter"):
            continue
        if not left_services(case, c, one.key) <= set(one.get("services")):
            continue
        if one.type == "ConsentRequested" or consent.effective_end(view, one) > end:
            days.append(one.date)
    return [day for day in days if day <= end]


def f10(case):
    if case.opened is None:
        return
    for c in case.of("ConsentGranted"):
        if case.closed is not None and case.closed.key < c.key:
            continue
        end = consent.effective_end(case.view, c)
        soon = end - datetime.timedelta(days=case.profile(c)["consentSoonDays"])
        first = max(soon, c.date, case.opened.date)
        if first > end or first > case.today:
            continue
        if not c.get("openLog") and not left_services(case, c, case.end_of(first)):
            continue
        days = renewals(case, c, end)
        if case.closed is not None:
            days.append(case.closed.date)
        adult = family.reaches(case.end, 18)
        if adult is not None and c.get("consenter") != case.end.subject and adult <= case.today:
            days.append(adult)
        if any(day <= first for day in days):
            continue
        if end + DAY <= case.today:
            days.append(end + DAY)
        yield Span("F10", c.get("consent"), c, c.date, first, min(days, default=None))


def f11(case):
    for c in case.of("ConsentGranted"):
        if c.get("recipient") == "person":
            entry = case.end.consents[c.get("consent")]
            yield case.acts_until("F11", c.get("consent"), c,
                                  [one for one in later_replacers(entry)
                                   if one.get("recipient") == "service"])


def notes_of(case, c):
    return [one for one in case.after(c, "OralConsentNoted") if one.get("consent") == c.get("consent")]


def f12(case):
    for c in case.of("ConsentGranted"):
        by_herself = c.get("form") == "digital" and c.actor == c.get("consenter")
        if c.get("documentDigest") is not None or by_herself:
            continue
        last = c.date
        if c.get("form") == "oral":
            last = case.profile(c).add(c.date, "oralNoteDays")
        forms = [one for one in case.after(c, "AttachmentAdded")
                 if one.get("kind") == "consentForm" and one.get("consent") == c.get("consent")]
        yield from case.deadline("F12", c.get("consent"), c, last, forms + notes_of(case, c))


def f13(case):
    for c in case.of("ConsentGranted"):
        if c.get("form") == "oral":
            last = case.profile(c).add(c.date, "oralNoteDays")
            yield from case.deadline("F13", c.get("consent"), c, last, notes_of(case, c))


def is_passed_over(case, u, service):
    """The home service, while no log has been opened."""
    state = case.view.after(u)
    return state.opened is None and service == state.home


def measured_service(case, u):
    measure = case.view.before(u).measures.get(u.get("measure"))
    return measure["service"] if measure else None


def f14(case):
    for u in case.of("LogOpened", "ParticipantAdded", "MeasureStarted"):
        scope = {"LogOpened": lambda: consent.OPEN_LOG,
                 "ParticipantAdded": lambda: u.get("service"),
                 "MeasureStarted": lambda: measured_service(case, u)}[u.type]()
        if scope is None or is_passed_over(case, u, scope):
            continue
        if consent.status(case.view, scope, u.key) == "refused":
            yield case.act("F14", f"{u.label}:{scope}", u)


def f15(case):
    for u in case.of("MeasureStarted"):
        service = measured_service(case, u)
        if service is None or is_passed_over(case, u, service):
            continue
        if consent.status(case.view, service, u.key) in ("missing", "withdrawn"):
            yield case.act("F15", u.get("measure"), u)


def f16(case):
    for u in case.of("ParticipantAdded", "MeetingHeld"):
        if u.type == "MeetingHeld" and not case.is_in_open_log(u):
            continue
        is_held = u.type == "MeetingHeld"
        wrong = ("missing", "withdrawn", "refused") if is_held else ("missing", "withdrawn", "expired")
        for service in u.get("services") if is_held else [u.get("service")]:
            if is_passed_over(case, u, service):
                continue
            if consent.status(case.view, service, u.key) in wrong:
                yield case.act("F16", f"{u.label}:{service}", u)


def languages_of(case, c):
    """What the consenter is known to understand, when the consent is given."""
    person, known = c.get("consenter"), None
    for one in case.before(c, "ConcernRaised", "GuardianLinked"):
        named = one.get("subject") if one.type == "ConcernRaised" else one.get("guardian")
        if named == person:
            known = one.get("languages")
    return known


def f60(case):
    for c in case.of("ConsentGranted"):
        known = languages_of(case, c)
        language = c.get("language")
        if language is None or c.get("interpreter") or not known or language in known:
            continue
        entry = case.end.consents[c.get("consent")]
        yield case.acts_until("F60", c.get("consent"), c,
                              [one for one in later_replacers(entry)
                               if one.get("language") in known])


RULES = [f09, f10, f11, f12, f13, f14, f15, f16, f60]
