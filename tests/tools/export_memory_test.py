#!/usr/bin/env python3
"""Exports of much, in memory that does not grow with it.  export_memory_test.py STAFETT SOURCE"""

import datetime
import json
import os
import random
import subprocess
import sys
import unittest

from exports import BINARY, WithPlace, options
from program import Program, is_sanitized
from rounds import SEED

TEXT = 20_000  # characters; the longest that a field takes
CASES, NOTES, ACCESSES = 60, 100, 50  # 180 MB; of each case 3 MB
# What RocksDB's cache may take, and as much as a machine's allocator leaves lying about.
SPARE_MIB = 64 + 24


def now(**more):
    return (datetime.datetime.now(datetime.timezone.utc) +
            datetime.timedelta(**more)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Memory(WithPlace):
    @classmethod
    def setUpClass(cls):
        cls.random = random.Random(SEED)

    def text(self):
        return f"{self.random.getrandbits(4 * TEXT):0{TEXT}x}"

    def events(self, case):
        yield {"type": "ConcernRaised",
               "data": {"subject": "eva", "subjectKind": "child", "source": "employee",
                        "service": "school", "summary": "x"}}
        for i in range(NOTES):
            yield {"type": "NoteAdded",
                   "data": {"note": f"n{i}", "kind": "general", "text": self.text()}}
        for _ in range(ACCESSES):
            yield {"type": "BreakGlassUsed",
                   "data": {"person": "lise", "service": "school", "ground": self.text(),
                            "until": now(hours=1)}}

    def fill(self, program, cases):
        """Notes, and emergency accesses with as long a ground. Never all of them in memory here."""
        path = self.place / "events.jsonl"
        with path.open("w", encoding="utf-8") as lines:
            for case in cases:
                for one in self.events(case):
                    lines.write(json.dumps({**one, "case": case, "actor": "lise",
                                            "occurredAt": now()}) + "\n")
        code, _, err = program.run("append", program.log, str(path))
        self.assertEqual(code, 0, err)
        path.unlink()

    def peak_mib(self, program, *words):
        with subprocess.Popen([BINARY, "export", *words], stdout=subprocess.PIPE) as child:
            lines = 0
            while piece := child.stdout.read(1 << 20):
                lines += piece.count(b"\n")
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(child.returncode, 0)
        return lines, usage.ru_maxrss // 1024

    def test_many_cases_take_no_more_memory_than_one(self):
        program = Program(BINARY, self.place)
        program.make()
        cases = [f"large-{i}" for i in range(CASES)]
        self.fill(program, cases)
        for form, of_each in (("cloudevents", 1 + NOTES + ACCESSES), ("fhir", ACCESSES)):
            with self.subTest(form=form):
                _, one = self.peak_mib(program, form, program.log, "--case", cases[0])
                lines, peak = self.peak_mib(program, form, program.log, *options(cases))
                self.assertGreaterEqual(lines, CASES * of_each)
                print(form, "MiB of one case", one, "of all", peak)
                if not is_sanitized(BINARY):
                    self.assertLess(peak, one + SPARE_MIB)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
