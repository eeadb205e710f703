#!/usr/bin/env python3
"""Unusual reading is told when it begins, of nobody in particular.  watch_test.py STAFETT SOURCE"""

import datetime
import json
import pathlib
import sys
import tempfile
import unittest

from configured import Configured
from program import Program, event
from serve_test import curl

BINARY = sys.argv[1]
LIMIT = 20  # readVolumeLimit


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Watched(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.program = Program(BINARY, place.name)
        self.program.make()
        self.program.append(
            event("PersonRegistered", "admin",
                  {"person": "odd", "roles": ["leader"], "service": "school", "active": True}),
            event("PersonRegistered", "admin",
                  {"person": "mona", "roles": ["employee"], "service": "school", "active": True}))
        self.tokens = {person: self.program.ok("token", self.program.log, person).strip()
                       for person in ("lise", "odd", "admin")}
        file = pathlib.Path(place.name) / "stafett.toml"
        file.write_text(f'[[listener]]\naddress = "127.0.0.1:0"\n[[log]]\n'
                        f'directory = "{self.program.log}"\n')
        self.server = Configured(BINARY, file)
        self.addCleanup(self.server.stop)
        self.url = self.server.base + "/9901/v1"

    def read(self, person, visit):
        """The request's id."""
        status, headers, _ = curl("-H", "Authorization: Bearer " + self.tokens[person],
                                  "-H", "Stafett-Purpose: followUp",
                                  "-H", f"Stafett-Visit: {visit}", self.url + "/cases/case-1")
        self.assertEqual(status, 200)
        return headers["x-request-id"]

    def post(self, actor, what):
        status, headers, body = curl("-H", "Authorization: Bearer " + self.tokens[actor],
                                     "-H", "Content-Type: application/json",
                                     "--data-binary", json.dumps({**what, "occurredAt": now()}),
                                     self.url + "/events")
        self.assertEqual(status, 201, body)
        return headers["x-request-id"]

    def told(self):
        return [json.loads(line) for line in self.server.lines if '"unusual-reading"' in line]

    def metric(self, rule):
        text = curl(self.server.base + "/metrics")[2].decode()
        name = f'stafett_unusual_reading_total{{log="9901",rule="{rule}"}} '
        return next(float(line.removeprefix(name)) for line in text.splitlines()
                    if line.startswith(name))

    def next_told(self, count):
        """The line that is that one, as soon as it is there."""
        with self.server.news:
            self.server.news.wait_for(lambda: len(self.told()) >= count or self.server.ended,
                                      timeout=60)
        self.assertEqual(len(self.told()), count)
        return self.told()[-1]

    def test_more_reads_than_the_limit_are_told_once_until_somebody_has_looked(self):
        self.assertEqual((self.metric("F19"), self.metric("F20")), (0, 0))
        for number in range(LIMIT):
            self.read("lise", f"v{number}")
        self.read("odd", "v")
        tipping = self.read("lise", "one-more")
        line = self.next_told(1)
        self.assertEqual({key: line[key] for key in line if key != "time"},
                         {"event": "unusual-reading", "log": "9901", "rule": "F20",
                          "request": tipping})
        self.read("lise", "and-more")  # it runs already
        self.post("odd", event("AccessReviewed", "odd", {"reader": "lise", "result": "ok"},
                               case="case-1"))
        again = self.read("lise", "after-the-review")
        self.assertEqual(self.next_told(2)["request"], again)
        self.assertEqual((self.metric("F19"), self.metric("F20")), (0, 2))
        self.server.stop()
        findings = self.program.lines("findings", self.program.log, "--json")
        self.assertEqual([(one["rule"], one["ref"]) for one in findings if one["rule"] == "F20"],
                         [("F20", "lise")])

    def test_a_read_without_relation_that_is_imported_is_told(self):
        stranger = event("EntryRead", "admin",
                         {"reader": "mona", "service": "school", "capacity": "participant",
                          "purpose": "followUp", "visit": "old"}, case="case-1", mode="imported")
        request = self.post("admin", stranger)
        line = self.next_told(1)
        self.assertEqual((line["rule"], line["request"]), ("F19", request))
        self.assertEqual((self.metric("F19"), self.metric("F20")), (1, 0))
        for told in ("mona", "case-1", "lise"):
            self.assertNotIn(told, json.dumps(line))

    def test_what_was_recorded_before_the_start_is_not_told_again(self):
        for number in range(LIMIT + 2):
            self.read("lise", f"v{number}")
        self.next_told(1)
        self.server.stop()
        file = pathlib.Path(self.program.place) / "stafett.toml"
        self.server = Configured(BINARY, file)
        self.addCleanup(self.server.stop)
        self.url = self.server.base + "/9901/v1"
        self.read("lise", "next-day")
        self.assertEqual(self.metric("F20"), 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
