"""Fills a random scenario with what the model says at many days, to be judged by the program."""

import random

from . import scenario
from .judge import Answers, pointed
from .visibility import ALL

STATE_PATHS = ["/phase", "/level", "/holder", "/pendingOffer", "/guardians", "/consents",
               "/refusals", "/logCoverage", "/coverage", "/participants", "/measures", "/meetings",
               "/hearings", "/agreements", "/flags", "/schoolPlanComplete", "/ip", "/reports",
               "/transitions", "/closureDemands", "/closure", "/archive", "/rights", "/restricted",
               "/events", "/lastEventAt", "/decidedLevel", "/subject/birthDate", "/openedOn",
               "/closedOn", "/goals", "/notes", "/exemptions", "/attachments", "/nothing/here"]


class Filler:
    def __init__(self, document, played, seed):
        self.rng = random.Random(f"expectations {seed}")
        self.document, self.played = document, played
        self.answers = Answers(played)
        self.cases = played.log.cases()
        self.labels = [event.label for event in played.log.events if event.case is not None]
        self.people = sorted(document["people"])
        self.events = document["events"]
        self.last = max(event.get("recordedDay", event["day"]) for event in self.events)

    def day(self):
        """Mostly a day on which, or on the day after which, something happens."""
        if self.rng.random() < 0.2:
            return self.rng.randint(-1, self.last + 40)
        event = self.rng.choice(self.events)
        near = self.rng.choice([event["day"], event.get("recordedDay", event["day"])])
        return near + self.rng.choice([0, 0, 1, 3, 8, 15, 31, 61, -1])

    def cut(self, name):
        cut = {name: self.day()}
        if self.rng.random() < 0.4:
            cut["knownAtDay"] = self.day()
        case = self.rng.choice(self.cases)
        if case != "case" or name == "asOfDay":
            cut["case"] = case
        return cut

    def offset(self, date):
        return (date - self.played.day0).days

    def evaluations(self):
        entries = [self.cut("asOfDay") for _ in range(6)]
        return entries, [[self.finding(one) for one in self.answers.findings(entry)]
                         for entry in entries]

    def finding(self, one):
        found = {"rule": one.rule, "ref": one.ref, "firstDay": self.offset(one.first),
                 "case": one.case, "profileVersion": one.version}
        if one.cleared is not None:
            found["clearedDay"] = self.offset(one.cleared)
        return found

    def states(self):
        found = []
        for _ in range(10):
            entry = self.cut("day")
            state = self.answers.state(entry)
            for path in self.rng.sample(STATE_PATHS, 4):
                found.append({**entry, "path": path, "equals": pointed(state, path)})
        return found

    def sights(self):
        """visible, hidden and partial for people who may have to do with the cases, and others."""
        found = {"visible": [], "hidden": [], "partial": []}
        for _ in range(12):
            viewer = self.rng.choice(self.people + ["nobody"])
            day, time = self.day(), self.rng.choice([None, None, "00:00", "11:59", "12:00", "12:01"])
            when = {"viewer": viewer, "day": day, **({"time": time} if time else {})}
            by_classes = {}
            for label in self.rng.sample(self.labels, min(len(self.labels), 15)):
                classes = self.answers.classes(viewer, day, time, label)
                by_classes.setdefault(tuple(sorted(classes)), []).append(label)
            for classes, labels in sorted(by_classes.items()):
                kind = "hidden" if not classes else "visible" if set(classes) == ALL else "partial"
                entry = {**when, "events": sorted(labels)}
                if kind == "partial":
                    entry["classes"] = list(classes)
                found[kind].append(entry)
        return found

    def figures(self):
        found = []
        for _ in range(2):
            start = self.day()
            entry = {"fromDay": start, "toDay": start + self.rng.choice([0, 10, 60, 400])}
            if self.rng.random() < 0.3:
                entry["knownAtDay"] = self.day()
            entry["figures"] = self.answers.statistics(entry)
            found.append(entry)
        return found

    def fill(self):
        if not self.cases:
            return
        evaluate, findings = self.evaluations()
        self.document["evaluate"] = evaluate
        self.document["expect"] = {"rejected": scenario.rejected(self.played), "findings": findings,
                                   "stateOn": self.states(), **self.sights(),
                                   "statistics": self.figures()}


def fill(document, played, seed):
    Filler(document, played, seed).fill()
