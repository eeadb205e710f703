#!/usr/bin/env python3
"""Who asks for too much is told when to come again.  limits_test.py STAFETT SOURCE"""

import http.client
import json
import pathlib
import re
import sys
import tempfile
import time
import unittest

import program
from configured import Configured
from program import Program, event

BINARY = sys.argv[1]
EVA = event("PersonRegistered", "admin",
            {"person": "eva", "roles": ["leader"], "service": "school", "active": True})


class Limits(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.program = Program(BINARY, place.name)
        self.program.make()
        self.program.append(EVA)
        self.tokens = {person: self.program.ok("token", self.program.log, person).strip()
                       for person in ("lise", "eva")}

    def serve(self, **limits):
        file = pathlib.Path(self.program.place) / "stafett.toml"
        file.write_text("[limits]\n" + "".join(f"{key} = {n}\n" for key, n in limits.items()) +
                        '[[listener]]\naddress = "127.0.0.1:0"\n'
                        f'[[log]]\ndirectory = "{self.program.log}"\npublic_grid = "0s"\n')
        server = Configured(BINARY, file)
        self.addCleanup(server.stop)
        self.port = server.port
        return server

    def ask(self, path, person=None, token=None, **headers):
        """(status, headers, body); a stream is left open, and its connection given as the body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.addCleanup(connection.close)
        if person or token:
            headers["Authorization"] = "Bearer " + (token or self.tokens[person])
        connection.request("GET", path, headers={"Stafett-Purpose": "followUp",
                                                 "Stafett-Visit": "v1", **headers})
        answer = connection.getresponse()
        if answer.getheader("content-type") == "text/event-stream":
            return answer.status, answer.headers, (connection, answer)
        return answer.status, answer.headers, answer.read()

    def burst(self, path, count, **more):
        return [self.ask(path, **more)[0] for _ in range(count)]

    def test_one_person_may_ask_so_often_and_others_are_not_held_back(self):
        self.serve(person_rate=1, person_burst=5)
        began = time.monotonic()
        statuses = self.burst("/9901/v1/cases/case-1", 12, person="lise")
        let_in = 5 + int(time.monotonic() - began) + 1
        self.assertEqual(statuses[:5], [200] * 5)
        self.assertLessEqual(statuses.count(200), let_in)
        self.assertIn(429, statuses)
        self.assertEqual(self.ask("/9901/v1/cases/case-1", "eva")[0], 200)
        self.assertEqual(self.ask("/9901/checkpoint")[0], 200)
        for _ in range(30):
            status, headers, body = self.ask("/9901/v1/cases/case-1", "lise")
            if status == 429:
                break
        self.assertEqual((status, json.loads(body)["code"]), (429, "too-many-requests"))
        self.assertGreaterEqual(int(headers["retry-after"]), 1)

    def test_an_address_pays_for_what_nobody_signed_in_for(self):
        self.serve(address_rate=1, address_burst=4)
        statuses = self.burst("/9901/checkpoint", 2) + self.burst("/9901/v1/events", 1)
        statuses += self.burst("/9901/v1/events", 9, token="bad")
        self.assertEqual(statuses[:4], [200, 200, 401, 401])
        self.assertIn(429, statuses)
        # Whoever has a good token, and whoever watches the server, is not held back by that.
        self.assertEqual(self.burst("/9901/v1/cases/case-1", 20, person="lise"), [200] * 20)
        self.assertEqual(self.burst("/healthz", 20), [200] * 20)
        self.assertEqual(self.burst("/metrics", 3), [200] * 3)

    def test_so_many_streams_are_open_at_once(self):
        self.serve(streams_per_person_max=3)
        path, how = "/9901/v1/events?case=case-1&follow=true", {"Accept": "text/event-stream"}
        opened = [self.ask(path, "lise", **how) for _ in range(3)]
        self.assertEqual([one[0] for one in opened], [200] * 3)
        status, headers, body = self.ask(path, "lise", **how)
        self.assertEqual((status, json.loads(body)["code"]), (429, "too-many-requests"))
        self.assertIn("3 streams", json.loads(body)["detail"])
        self.assertGreaterEqual(int(headers["retry-after"]), 1)
        self.assertEqual(self.ask(path, "eva", **how)[0], 200)
        # One that ends makes room for another.
        self.assertEqual(self.ask("/9901/v1/events?case=case-1&follow=false", "lise")[0], 429)
        connection, answer = opened[0][2]
        answer.close()
        connection.close()
        note = {**program.NOTE, "occurredAt": "2026-02-03T09:00:00Z"}
        deadline = time.monotonic() + 60
        for number in range(10_000):  # the server notices when it writes
            note["data"] = {**note["data"], "note": f"m{number}"}
            self.post("lise", note)
            status, _, body = self.ask(path, "lise", **how)
            if status == 200:
                break
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual(status, 200)

    def test_takes_that_wait_count_as_streams(self):
        server = self.serve(streams_per_person_max=2)
        made = {"purpose": "followUp", "visit": "v1", "from": "now"}
        self.assertEqual(self.send("PUT", "/9901/v1/groups/g", "lise", made)[0], 201)
        path, waiting = "/9901/v1/groups/g/events?wait=30", []
        for _ in range(2):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self.addCleanup(connection.close)
            connection.request("GET", path,
                               headers={"Authorization": "Bearer " + self.tokens["lise"]})
            waiting.append(connection.getresponse())  # it has begun, and ends when it has waited
        status, headers, body = self.ask(path, "lise")
        self.assertEqual((status, json.loads(body)["code"]), (429, "too-many-requests"))
        self.assertGreaterEqual(int(headers["retry-after"]), 1)
        # Whoever does not wait is answered, and so is somebody else.
        self.assertEqual(self.ask("/9901/v1/groups/g/events", "lise")[0], 200)
        self.assertEqual(self.send("PUT", "/9901/v1/groups/g", "eva", made)[0], 201)
        self.assertEqual(self.ask("/9901/v1/groups/g/events?wait=1", "eva")[0], 200)
        server.stop()
        self.assertEqual([json.loads(one.read())["deliveries"] for one in waiting], [[], []])

    def send(self, method, path, person, what):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.addCleanup(connection.close)
        connection.request(method, path, json.dumps(what),
                           {"Authorization": "Bearer " + self.tokens[person]})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def post(self, person, what):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.addCleanup(connection.close)
        connection.request("POST", "/9901/v1/events", json.dumps(what),
                           {"Authorization": "Bearer " + self.tokens[person],
                            "Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def test_nothing_of_who_was_turned_away_is_written(self):
        server = self.serve(address_rate=1, address_burst=1, person_rate=1, person_burst=1)
        self.burst("/9901/checkpoint", 5)
        self.burst("/9901/v1/cases/case-1", 5, person="lise")
        metrics = self.ask("/metrics")[2].decode()
        self.assertRegex(metrics, r'stafett_http_requests_total\{.*status="429".*\} [1-9]')
        server.stop()
        lines = "\n".join(line for line in server.lines if line.startswith("{"))
        self.assertIn('"status":429', lines)
        for told in ("127.0.0.1\"", "lise", "case-1"):
            self.assertFalse(re.search(rf'"request".*{told}', lines), told)
            self.assertNotIn(told, metrics)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
