#!/usr/bin/env python3
"""The server is killed under load, again and again.  kill_test.py STAFETT SOURCE"""

import collections
import json
import pathlib
import random
import sys
import time
import unittest

import native_test  # first: it finds the Python that has the packages
from live_clients import NativeReader, SseReader, Where, Writer, audit, new_event_id
from loaded_server import Loaded
from rounds import SEED, by_rounds
from serve_test import OPENING, happened, signed
from stream_test import raised

BINARY = sys.argv[1]
ROUNDS = by_rounds(few=3, small=8, full=100)
CASES = ("case-1", "case-2", "case-3")


def note_in(case, number=0):
    def make(event):
        return {**happened("NoteAdded", "lise", {"note": "n" + event, "kind": "general",
                                                 "text": f"talk {number}"}),
                "id": event, "case": case}
    return make


class Tokens:
    """Of the log's own issuer, each as long as it is good."""

    def __init__(self, log, person, seconds=800):
        self.jwk = json.loads(pathlib.Path(log + ".keys/local-issuer.jwk").read_text())
        self.person, self.seconds, self.until = person, seconds, 0

    def __call__(self):
        now = int(time.time())
        if now >= self.until:
            claims = {"iss": "urn:stafett:local:stafett.example/9901",
                      "aud": "stafett.example/9901", "sub": self.person, "iat": now,
                      "exp": now + self.seconds}
            self.token, self.until = signed(self.jwk, claims), now + self.seconds - 1
        return self.token


class WithLoad(native_test.WithStream):
    def serve(self, *more):
        server = Loaded(BINARY, self.log, "--listen", "127.0.0.1:0", "--native", "127.0.0.1:0",
                        *more, natives=1)
        self.addCleanup(server.stop)
        return server

    def beginning(self, program):
        super().beginning(program)
        self.append(*[raised(case, "kim" + case) for case in CASES[1:]])

    def of_case(self, case):
        return self.program.lines("log", self.log, "--case", case, "--json")


class Killed(WithLoad):
    def begin(self):
        lise = Tokens(self.log, "lise")
        self.where = Where()
        self.where.is_at(self.server)
        self.writers = [Writer(self.where, lise, note_in(case, i))
                        for i, case in enumerate((*CASES, CASES[0]))]
        self.readers = [SseReader(self.where, lise, case, f"sse-{i}-{case}")
                        for i, case in enumerate((*CASES, CASES[0]))]
        self.readers += [NativeReader(self.where, self.keys["lise"], case, f"native-{case}")
                         for case in CASES]
        for one in (*self.writers, *self.readers):
            one.start()

    def answered(self):
        return sum(len(writer.answered) for writer in self.writers)

    def wait_for_answers(self, more):
        goal = self.answered() + more
        with self.where.news:
            self.assertTrue(self.where.news.wait_for(
                lambda: self.answered() >= goal or any(w.failure for w in self.writers),
                timeout=120), "nothing is answered")

    def end(self):
        """Every writer has its answer, and every reader has seen the last event of its case."""
        for writer in self.writers:
            writer.stopped.set()
        for writer in self.writers:
            writer.finish()
        last = [note_in(case)(new_event_id()) for case in CASES]
        self.where.last |= {event["id"] for event in last}
        for event in last:
            self.writers[0].hand_in(event)
        self.writers[0].hang_up()
        for reader in self.readers:
            reader.finish()
        self.server.stop()
        self.assertEqual((self.server.code, self.server.failures()), (0, {}))

    def test_nothing_acknowledged_is_lost_and_no_reader_has_a_gap_or_a_duplicate(self):
        chance = random.Random(SEED)
        self.begin()
        for _ in range(ROUNDS):
            # Sometimes at once, when readers and writers are only coming back.
            self.wait_for_answers(chance.choice((0, 1, 30, 100)) + chance.randrange(20))
            self.where.is_at(None)
            self.server.kill()
            self.server = self.serve()
            self.where.is_at(self.server)
        self.end()
        self.assertGreater(sum(writer.resent for writer in self.writers), 0)
        log = {case: self.of_case(case) for case in CASES}
        self.check_events(log)
        self.assertEqual([fault for reader in self.readers
                          for fault in audit(reader, log[reader.case])], [], f"seed {SEED}")
        self.check_reads(log)
        verified = json.loads(self.program.ok("verify", self.log, "--level", "4", "--json"))
        self.assertGreater(verified["size"], self.answered())

    def check_events(self, log):
        found = [(entry["id"], entry["position"]) for entries in log.values() for entry in entries]
        self.assertEqual(max(collections.Counter(one for one, _ in found).values()), 1)
        answered = {}
        for writer in self.writers:
            answered |= writer.answered
        there = dict(found)
        self.assertEqual({one: there.get(one) for one in answered}, answered)
        # What nobody was told of is not there either: a writer goes on only when it knows.
        notes = {entry["id"] for entries in log.values() for entry in entries
                 if entry["type"] == "NoteAdded"}
        self.assertEqual(notes, set(answered))

    def check_reads(self, log):
        """A server that begins anew knows of no visits: each start has its own."""
        reads = collections.Counter(
            (case, entry["data"]["visit"]) for case, entries in log.items()
            for entry in entries if entry["type"] == "EntryRead")
        given = {(reader.case, visit) for reader in self.readers
                 for visit, was_given in reader.visits.items() if was_given}
        self.assertEqual({one: reads[one] for one in given}, dict.fromkeys(given, 1))
        self.assertEqual([one for one, count in reads.items() if count != 1], [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
