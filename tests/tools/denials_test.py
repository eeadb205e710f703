#!/usr/bin/env python3
"""What the server gives and denies is what the visibility table says: every person of scenarios that
were played into logs asks for every case, over HTTP and over the native stream.

denials_test.py STAFETT SOURCE
"""

import collections
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(sys.argv[2]) / "tests/engine/format"))
import serve_test
from native_client import Client, key_from_file
from program import Program, Server
from rounds import some

BINARY, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
SCENARIOS = sorted((SOURCE / "tests/projections/scenarios").glob("*.json"))
ASKING = ("-H", "Stafett-Purpose: followUp", "-H", "Stafett-Visit: v1")


def placed(events):
    """Of those that have a place in the order of the log, what does not grow by being asked."""
    return [one for one in events if "position" in one and one["stream"] != "access"]


class Asked(unittest.TestCase):
    def chosen(self):
        return some(SCENARIOS, few=3, small=6)

    def ask(self, url, token, path):
        status, _, body = serve_test.curl("-H", "Authorization: Bearer " + token, *ASKING,
                                          url + path)
        if status != 200:
            problem = json.loads(body)
            self.assertEqual((status, problem["code"]), (403, "read-refused"), path)
            return status, problem["rule"]
        return status, [json.loads(line) for line in body.splitlines()]

    def keys(self, program, people):
        """The founder's is the first, then people's in the order in which they were registered."""
        listed = program.lines("keys", "list", program.log, "--json")
        kept = [one["key"] for one in listed if one["custody"] == "custodial"][1:]
        return {person: key_from_file(pathlib.Path(f"{program.log}.keys/actors/{key}.key"))
                for person, key in zip(people, kept, strict=True)}

    def compare_entries(self, native, shown):
        """The same as over HTTP, but what cannot go out as it was recorded."""
        events = native.until("caughtUp")[0]
        content = {one["position"]: one for one in shown if "position" in one}
        got = {one.position for one in events}
        for one in events:
            self.assertIn(one.position, content)
            if content[one.position]["actor"] is None:  # nobody's name is told with it either
                self.assertNotIn(3, [part[0] for part in one.openings])
        left_out = [one for position, one in content.items() if position not in got]
        self.assertTrue(all(one["actor"] is None or one["stream"] == "access"
                            for one in left_out), left_out)

    def compare(self, program, people):
        raised = program.lines("log", program.log, "--type", "ConcernRaised", "--json")
        cases = list(dict.fromkeys(one["case"] for one in raised))
        shown = {(person, case): placed(program.lines("history", program.log, case, "--viewer",
                                                      person, "--json"))
                 for person in people for case in cases}
        tokens = {person: program.ok("token", program.log, person).strip() for person in people}
        keys = self.keys(program, people)
        outcomes = collections.Counter()
        with Server(BINARY, program.log, native=True) as server:
            url = server.urls[0] + "/v1"
            for person in people:
                given = []
                native = Client(server.native_urls[0], keys[person])
                self.addCleanup(native.close)
                for case in cases:
                    with self.subTest(person=person, case=case):
                        status, answer = self.ask(url, tokens[person], f"/cases/{case}/history")
                        streamed = self.ask(url, tokens[person], f"/events?case={case}")
                        native.subscribe(case=case)
                        if status == 403:
                            outcomes[answer] += 1
                            self.assertEqual(streamed, (status, answer))
                            missed, ended = native.until("ended")
                            self.assertEqual((missed, ended.what, ended.why),
                                             ([], "access-ended", answer))
                            # Read by nobody who has no basis, whatever a row would give him.
                            continue
                        outcomes["given"] += 1
                        self.assertEqual(placed(answer), shown[person, case])
                        self.assertEqual(placed(streamed[1]), shown[person, case])
                        given += shown[person, case]
                        self.compare_entries(native, answer)
                with self.subTest(person=person, all_cases=True):
                    _, everything = self.ask(url, tokens[person], "/events")
                    self.assertEqual(placed(everything),
                                     sorted(given, key=lambda one: one["position"]))
        self.assertTrue(cases)
        return outcomes

    def test_over_http_everybody_gets_what_the_table_gives_and_no_more(self):
        outcomes = collections.Counter()
        for file in self.chosen():
            with self.subTest(file.stem), tempfile.TemporaryDirectory() as place:
                program = Program(BINARY, place)
                program.ok("scenario", str(file), "--dir", program.log)
                people = list(json.loads(file.read_text())["people"])
                outcomes += self.compare(program, people)
        print(dict(outcomes), file=sys.stderr)
        self.assertGreater(outcomes["given"], 0)
        self.assertGreater(outcomes.total() - outcomes["given"], 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
