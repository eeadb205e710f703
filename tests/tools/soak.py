#!/usr/bin/env python3
"""A municipality's days in some minutes: writers and readers who come and go, tokens that run out.

soak.py STAFETT SOURCE [--minutes N] [--days N]

Tells every five seconds what the server holds. Ends with 1 when an event was lost, came twice or
out of order, or when memory or descriptors grew as they must not.
"""

import argparse
import random
import statistics
import sys
import threading
import time
import unittest

import kill_test  # first: it finds the Python that has the packages
from kill_test import Tokens, note_in
from live_clients import NativeReader, SseReader, Where, Worker, Writer, audit, new_event_id
from serve_http import curl
from stream_test import raised

EVENTS_A_DAY, VISITS_A_DAY, CASES_A_DAY = 6_000, 3_000, 40
TOKEN_SECONDS = 20
SAMPLE_SECONDS = 5
WARM_UP = 0.2  # of the time
GROWTH_KIB_MAX, DESCRIPTORS_MAX = 128 * 1024, 32


class Visitor(Worker):
    """Looks at one case after the other, each in a visit of its own."""

    def __init__(self, where, token, name, pace, chance):
        super().__init__(where)
        self.token, self.name_of_visits, self.pace, self.chance = token, name, pace, chance
        self.visits = []

    def work(self):
        while not self.stopped.wait(self.pace):
            case, visit = self.chance.choice(CASES), f"{self.name_of_visits}-{len(self.visits)}"
            self.visits.append((case, visit))
            status, _, body = curl(
                "-H", "Authorization: Bearer " + self.token(), "-H", "Stafett-Purpose: followUp",
                "-H", "Stafett-Visit: " + visit,
                f"{self.where.look()[1].urls[0]}/v1/cases/{case}")
            assert status == 200, (status, body)


class Samples:
    """(seconds, resident KiB, descriptors, events)"""

    def __init__(self):
        self.rows = []

    def take(self, seconds, server, events):
        self.rows.append((seconds, server.resident_kib(), server.descriptors(), events))
        print(f"{seconds:6.0f} s  {self.rows[-1][1]:8} KiB  {self.rows[-1][2]:5} descriptors  "
              f"{events:7} events", flush=True)

    def after_warm_up(self, column):
        """(slope a minute, growth from the first to the last tenth)"""
        rows = self.rows[int(len(self.rows) * WARM_UP):]
        values = [row[column] for row in rows]
        slope = statistics.linear_regression([row[0] / 60 for row in rows], values).slope
        tenth = max(1, len(values) // 10)
        return slope, statistics.median(values[-tenth:]) - statistics.median(values[:tenth])


class Day(kill_test.WithLoad):
    def beginning(self, program):
        super().beginning(program)
        self.append(*[raised(case, "kim" + case) for case in CASES[3:]])  # the first are there

    def begin(self, seconds):
        seed = random.SystemRandom().randrange(1 << 24)
        print("seed", seed)
        self.where = Where()
        self.where.is_at(self.server)
        token = Tokens(self.log, "lise", TOKEN_SECONDS)
        turns = random.Random(seed)

        def note(event):
            return note_in(turns.choice(CASES))(event)

        self.writers = [Writer(self.where, token, note, 4 * seconds / (DAYS * EVENTS_A_DAY))
                        for _ in range(4)]
        self.readers = [SseReader(self.where, token, case, f"sse-{i}")
                        for i, case in enumerate(FOLLOWED * 2)]
        self.readers += [NativeReader(self.where, self.keys["lise"], case, f"native-{case}")
                         for case in FOLLOWED]
        for i, reader in enumerate(self.readers):
            chance = random.Random(seed + i)
            reader.restless = lambda chance=chance: chance.random() < 0.1
        self.visitors = [Visitor(self.where, token, f"visitor-{i}", 2 * seconds / (DAYS * VISITS_A_DAY),
                                 random.Random(seed - i)) for i in range(2)]
        self.all = [*self.writers, *self.visitors, *self.readers]
        for one in self.all:
            one.start()

    def events(self):
        return sum(len(writer.answered) for writer in self.writers)

    def test_a_day(self):
        seconds, samples, pause = MINUTES * 60, Samples(), threading.Event()
        self.begin(seconds)
        began = time.monotonic()
        while (gone := time.monotonic() - began) < seconds:
            samples.take(gone, self.server, self.events())
            self.assertEqual([one.failure for one in self.all if one.failure], [])
            pause.wait(SAMPLE_SECONDS)
        self.end()
        self.judge(samples)

    def end(self):
        for one in (*self.writers, *self.visitors):
            one.stopped.set()
        for one in (*self.writers, *self.visitors):
            one.finish()
        last = [note_in(case)(new_event_id()) for case in FOLLOWED]
        self.where.last |= {event["id"] for event in last}
        for event in last:
            self.writers[0].hand_in(event)
        self.writers[0].hang_up()
        for reader in self.readers:
            reader.finish()
        self.server.stop()
        self.assertEqual((self.server.code, self.server.failures()), (0, {}))

    def judge(self, samples):
        log = {case: self.of_case(case) for case in CASES}
        entries = [entry for one in log.values() for entry in one]
        there = {entry["id"]: entry["position"] for entry in entries}
        answered = {event: at for writer in self.writers for event, at in writer.answered.items()}
        lost = {event for event, at in answered.items() if there.get(event) != at}
        twice = len(entries) - len(there)
        faults = [fault for reader in self.readers for fault in audit(reader, log[reader.case])]
        reads = sorted((case, entry["data"]["visit"]) for case, one in log.items() for entry in one
                       if entry["type"] == "EntryRead" and
                       entry["data"]["visit"].startswith("visitor"))
        visits = sorted(one for visitor in self.visitors for one in visitor.visits)
        memory, descriptors = samples.after_warm_up(1), samples.after_warm_up(2)
        waits = sorted(wait for writer in self.writers for wait in writer.waits)
        print(f"events {len(answered)}, lost {len(lost)}, recorded twice {twice}; resent "
              f"{sum(writer.resent for writer in self.writers)}")
        print(f"received {sum(len(one.got) for one in self.readers)} in "
              f"{sum(one.connects for one in self.readers)} connections; faults: {faults or 'none'}")
        print(f"visits {len(visits)}, recorded {len(reads)}")
        print(f"an event handed in: median {waits[len(waits) // 2] * 1000:.1f} ms, 99 % "
              f"{waits[len(waits) * 99 // 100] * 1000:.1f} ms, longest {waits[-1] * 1000:.0f} ms")
        print(f"after the warm-up: memory {memory[0]:+.0f} KiB a minute ({memory[1]:+.0f} KiB), "
              f"descriptors {descriptors[0]:+.2f} a minute ({descriptors[1]:+.0f})")
        self.assertEqual((lost, twice, faults), (set(), 0, []))
        self.assertEqual(reads, visits)
        self.assertLess(memory[1], GROWTH_KIB_MAX)
        self.assertLess(descriptors[1], DESCRIPTORS_MAX)
        self.program.ok("verify", self.log, "--level", "4")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stafett")
    parser.add_argument("source")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--days", type=int, default=1)
    arguments = parser.parse_args()
    MINUTES, DAYS = arguments.minutes, arguments.days
    CASES = [f"case-{i}" for i in range(1, DAYS * CASES_A_DAY + 1)]
    FOLLOWED = CASES[:5]
    unittest.main(argv=sys.argv[:1])
