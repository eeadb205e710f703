"""F21-F26: who holds the baton, and changes of level."""

import datetime

from .. import consent

NEXT_HOLDER = ("HolderAppointed", "BatonAccepted")


def left(case):
    """Each HolderLeft of the holder in the open log."""
    for x in case.of("HolderLeft"):
        holder = case.view.before(x).holder
        if case.is_in_open_log(x) and holder and holder["person"] == x.get("person"):
            yield x


def f21(case):
    for x in left(case):
        last = case.profile(x).add(x.date, "holderVacancyDays")
        yield from case.deadline("F21", x.label, x, last, case.after(x, *NEXT_HOLDER), closing=True)


def f22(case):
    for o in case.of("BatonOffered"):
        last = case.profile(o).add(o.date, "batonAcceptDays")
        answers = [one for one in case.after(o, "BatonAccepted", "BatonDeclined")
                   if one.get("offer") == o.get("offer")]
        answers += case.after(o, "BatonOffered", "HolderAppointed")
        yield from case.deadline("F22", o.get("offer"), o, last, answers, closing=True)


def f23(case):
    for x in left(case):
        yield case.acts_until("F23", x.label, x, case.after(x, *NEXT_HOLDER), closing=True)


def f24(case):
    for x in case.of("BatonAccepted"):
        state = case.view.before(x)
        offer, holder = state.offers.get(x.get("offer")), state.latest_holder
        if offer is None or (holder and holder["service"] == offer.get("service")):
            continue
        if consent.status(case.view, offer.get("service"), x.key) != "covered":
            yield case.act("F24", x.get("offer"), x)


def f25(case):
    for x in case.of("LevelChanged"):
        days = datetime.timedelta(days=case.profile(x)["holderConfirmDays"])
        settled = [one for one in case.of("HolderConfirmed", *NEXT_HOLDER) if one.date >= x.date - days]
        if any(one.key < x.key for one in settled):
            continue
        yield from case.deadline("F25", x.label, x, x.date + days, settled, closing=True)


def f26(case):
    for x in case.of("LevelChanged"):
        start = x.date - datetime.timedelta(days=case.profile(x)["levelConsultDays"])
        asked = [one for one in case.before(x, "AgreementRecorded", "GuardiansInformed", "MeetingHeld")
                 if one.date >= start and (one.type != "MeetingHeld" or one.get("guardians")
                                           or one.get("childPresent"))]
        if not asked:
            yield case.act("F26", x.label, x)


RULES = [f21, f22, f23, f24, f25, f26]
