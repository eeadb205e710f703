"""The who-may-record words of the catalogue (section 2), on the state of the hard rules."""

from . import family
from .relation import STAFF


class Words:
    """What an actor is, for an event that is about to be recorded."""

    def __init__(self, view, event):
        self.view, self.event, self.actor = view, event, event.actor
        self.state = view.last()
        self.roles = view.roles(event.actor, event.occurred)
        self.service = view.service(event.actor, event.occurred)

    def holds(self, word):
        return getattr(self, "is_" + word, self.has_role(word))()

    def has_role(self, word):
        return lambda: word in self.roles

    def is_anyone(self):
        return bool(self.roles & {"employee", "leader", "guardian", "child", "pregnant"})

    def is_employee(self):
        return bool(self.roles & STAFF)

    def is_of_service(self, service):
        return service is not None and self.service == service

    def is_staff(self):
        if self.state.phase in ("clarifying", "consenting"):
            return self.is_employee() and self.is_of_service(self.state.home)
        if self.is_holder() or self.is_leader():
            return True
        return any(one["person"] == self.actor or (
            one["person"] is None and self.is_employee() and self.is_of_service(one["service"]))
            for one in self.state.active_participants())

    def is_leader(self):
        if "leader" not in self.roles:
            return False
        if self.event.stream == "audit":
            return True
        holder = self.state.holder
        services = {self.state.home, holder["service"] if holder else None}
        services |= {one["service"] for one in self.state.active_participants()}
        return self.service is not None and self.service in services

    def is_holder(self):
        return self.state.holder is not None and self.state.holder["person"] == self.actor

    def is_guardian(self):
        return family.is_guardian(self.state, self.actor, self.event.date)

    def is_subject(self):
        return self.state.subject == self.actor

    def is_author(self):
        label = self.event.get("target")
        target = self.view.raw.get(label) if isinstance(label, str) else None
        return target is not None and target.actor == self.actor
