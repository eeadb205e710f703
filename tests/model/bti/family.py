"""The subject's ages, and who must consent."""

import datetime

from . import dates


def birth(state):
    return dates.parse_date(state.raised.data.get("birthDate")) if state.raised else None


def reaches(state, age):
    """The date on which the child reaches the age; None: pregnant, or birth date unknown."""
    born = birth(state)
    return dates.birthday(born, age) if state.is_child and born else None


def is_aged(state, age, date):
    day = reaches(state, age)
    return day is not None and date >= day


def is_adult(state, date):
    return is_aged(state, 18, date)


def is_guardian(state, person, date):
    """Linked, with or without access, before the child's 18th birthday."""
    return person in state.links and not is_adult(state, date)


def child_rules(view, state, date, version):
    """Whether the rules about hearing the child apply (7.1)."""
    if not state.is_child:
        return False
    return birth(state) is None or is_aged(state, version["childHeardFromAge"], date)


def required_guardians(state):
    return sorted(person for person, link in state.links.items()
                  if link.data["responsibility"] and person not in state.exempted)


def required_consenters(view, state, date):
    version, about = view.profile(date), view.last()
    if about.raised and not about.is_child:
        return [about.subject]
    if is_adult(about, date):
        return [about.subject]
    if not is_aged(about, version["ageOwnConsent"], date):
        return required_guardians(state)
    if version["ownConsentMode"] == "replaces":
        return [about.subject]
    return required_guardians(state) + [about.subject]


def plus(date, days):
    return date + datetime.timedelta(days=days)
