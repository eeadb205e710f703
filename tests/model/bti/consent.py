"""The consent status of a scope at a point (7.2), and of one consent on a day (5)."""

from . import dates, family

WORST = ["refused", "withdrawn", "missing", "expired", "granted"]
BEST = ["granted", "expired", "withdrawn", "refused", "missing"]
OPEN_LOG = "openLog"


def transfer(municipality):
    return "transfer:" + municipality


def covers(data, scope):
    if scope == OPEN_LOG:
        return data["openLog"]
    if scope is not None and scope.startswith("transfer:"):
        return data.get("transferTo") == scope[len("transfer:"):]
    return scope in data["services"]


def effective_end(view, consent):
    data = consent.data
    months = view.profile(consent.date)["consentMaxMonths"]
    longest = dates.add_months(dates.parse_date(data["from"]), months)
    return min(longest, dates.parse_date(data["to"])) if data.get("to") else longest


def effect_of_replacement(view, replacer):
    """Where it takes effect: at its place, or at the start of its `from` if that is later."""
    start = view.zone.start(dates.parse_date(replacer.data["from"]))
    return max(replacer.key, (start, -1))


def all_taken(consent):
    """All its services were withdrawn one by one, and it does not cover the log."""
    data = consent["event"].data
    if data["openLog"] or not data["services"] or set(data["services"]) - set(consent["taken"]):
        return None
    return max(consent["taken"].values(), key=lambda event: event.key)


def withdrawal(consent, scope):
    """The first withdrawal that took the scope away, or None."""
    found = [event for event in (consent["whole"], consent["taken"].get(scope)) if event]
    return min(found, key=lambda event: event.key) if found else None


def one_consent(view, consent, scope, point, date):
    """(in force?, what last ended it: [(key, status)])"""
    data, ends = consent["event"].data, []
    taken = withdrawal(consent, scope)
    if taken:
        ends.append((taken.key, "withdrawn"))
    stops = [taken.key] if taken else []
    for replacer in consent["replacers"]:
        key = effect_of_replacement(view, replacer)
        if key <= point:
            stops.append(key)
            if not covers(replacer.data, scope):
                ends.append((key, "withdrawn"))
    end = effective_end(view, consent["event"])
    expiry = (view.zone.start(end + dates.DAY), -1)
    if expiry <= point and not any(stop < expiry for stop in stops):
        ends.append((expiry, "expired"))
    return not stops and dates.parse_date(data["from"]) <= date <= end, ends


def person_status(view, state, person, scope, point, granted_before=None):
    date = view.zone.date(int(point[0]))
    ends = [(event.key, "refused") for event in state.refusals
            if event.data["consenter"] == person and covers(event.data, scope)]
    for consent in state.consents.values():
        event = consent["event"]
        if event.data["consenter"] != person or not covers(event.data, scope):
            continue
        if granted_before is not None and event.date >= granted_before:
            continue
        in_force, found = one_consent(view, consent, scope, point, date)
        if in_force:
            return "granted"
        ends += found
    return max(ends)[1] if ends else "missing"


def guardians_status(view, state, scope, point, granted_before=None):
    found = [person_status(view, state, person, scope, point, granted_before)
             for person in family.required_guardians(state)]
    if not found:
        return "missing"
    date = view.zone.date(int(point[0]))
    order = WORST if view.profile(date)["consentAllGuardians"] else BEST
    return min(found, key=order.index)


def has_decided(state, person, scope):
    events = [consent["event"] for consent in state.consents.values()] + state.refusals
    return any(event.data["consenter"] == person and covers(event.data, scope) for event in events)


def whole_status(view, state, scope, point):
    date = view.zone.date(int(point[0]))
    version = view.profile(date)
    about = view.last()  # who the case is about is so before it was told, too
    own = lambda: person_status(view, state, about.subject, scope, point)
    if about.raised and not about.is_child or family.is_adult(about, date):
        return own()
    birthday = family.reaches(about, version["ageOwnConsent"])
    if birthday is None or date < birthday:
        return guardians_status(view, state, scope, point)
    if not has_decided(state, about.subject, scope):
        return guardians_status(view, state, scope, point, birthday)
    if version["ownConsentMode"] == "replaces":
        return own()
    return min(own(), guardians_status(view, state, scope, point), key=WORST.index)


def status(view, scope, point):
    """`point`: a key of the timeline; what lies at it counts."""
    found = whole_status(view, view.state(point), scope, point)
    return "covered" if found == "granted" else found


def own_status(view, person, scope, point):
    return person_status(view, view.state(point), person, scope, point)


def shown_status(view, consent, point):
    """The status of one consent in the state of a case."""
    date = view.zone.date(point[0])
    if consent["whole"] or all_taken(consent):
        return "withdrawn"
    if any(effect_of_replacement(view, one) <= point for one in consent["replacers"]):
        return "replaced"
    if date > effective_end(view, consent["event"]):
        return "expired"
    if date < dates.parse_date(consent["event"].data["from"]):
        return "notYet"
    return "active"
