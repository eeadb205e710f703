"""A time for which a finding holds, and what the rules ask of a case."""

import dataclasses

from .. import dates
from ..log import LAST

LEVELS = {"B": "F03 F05 F09 F14 F15 F16 F17 F18 F19 F24 F41 F44 F48 F49 F50 F51 F52 F54 F58 F61",
          "R": "F02 F10 F11 F20 F26 F30 F32 F33 F36 F45 F53 F55 F56 F60"}
HIGH_LOW = {rule: level for level, rules in LEVELS.items() for rule in rules.split()}


def level_of(rule):
    return HIGH_LOW.get(rule, "A")


@dataclasses.dataclass
class Span:
    rule: str
    ref: str
    anchor: object       # an event, or None when it is a day
    anchor_date: object  # the profile in force on it is the one read
    first: object
    cleared: object = None


class Case:
    """A view of a case, with the terms of 7.1."""

    def __init__(self, view):
        self.view = view
        self.today = view.zone.date(view.as_of)
        self.end = view.last()
        self.opened, self.closed = self.end.opened, self.end.closed

    def of(self, *types):
        return self.view.of(*types)

    def after(self, event, *types):
        return [one for one in self.of(*types) if one.key > event.key]

    def before(self, event, *types):
        return [one for one in self.of(*types) if one.key < event.key]

    def profile(self, event):
        return self.view.profile(event.date)

    def is_in_open_log(self, event):
        return self.is_open_at(event.key)

    def is_open_at(self, key):
        return (self.opened is not None and self.opened.key <= key
                and (self.closed is None or key < self.closed.key))

    def is_open_at_start(self, date):
        return self.is_open_at((self.view.zone.start(date), -1))

    def end_of(self, date):
        return (self.view.zone.end(date), LAST)

    def act(self, rule, ref, event, cleared=()):
        """A finding about an act: true from its day, until the first of the dates."""
        return Span(rule, ref, event, event.date, event.date, min(cleared, default=None))

    def acts_until(self, rule, ref, event, clearing, closing=False):
        found = [one.date for one in clearing]
        if closing and self.closed and self.closed.key > event.key:
            found.append(self.closed.date)
        return self.act(rule, ref, event, found)

    def deadline(self, rule, ref, anchor, last, clearing, closing=False):
        """Spans of a deadline: `last` is the last day in time; `clearing` are events or dates."""
        days = [one.date if hasattr(one, "date") else one for one in clearing]
        if closing and self.closed:
            days.append(self.closed.date)
        first = last + dates.DAY
        if any(day <= last for day in days) or first > self.today:
            return []
        return [Span(rule, ref, anchor, anchor.date, first, min(days, default=None))]
