"""A log with a place for its backups; the calls that the tests of backups share."""

import json
import shutil
import sys
import unittest

from program import NOTE, event, program_with

BINARY = sys.argv[1]


def note(number):
    return event("NoteAdded", "lise", {"note": f"b{number}", "kind": "general",
                                       "text": f"talk {number}"}, case="case-1")


class WithBackups(unittest.TestCase):
    def setUp(self):
        self.program = program_with(self, BINARY, NOTE)
        self.log = self.program.log
        self.place = str(self.program.place / "out")
        self.table = str(self.program.place / "tables")
        self.count = 0

    def append(self, count=1):
        notes = [note(self.count + i) for i in range(count)]
        self.count += count
        code, answers, err = self.program.append(*notes)
        self.assertEqual(code, 0, (answers, err))
        return answers

    def back_up(self, *more):
        return json.loads(self.program.ok("backup", self.log, self.place, "--json", *more))

    def restore(self, *more, to=None):
        return json.loads(self.program.ok("restore", self.place, to or self.log, "--json", *more))

    def refused(self, code, *words):
        got, out, err = self.program.run(*words)
        self.assertEqual((got, out), (code, ""), (words, err))
        return err

    def size(self):
        return self.program.size()

    def events(self):
        return [entry["event"] for entry in self.program.lines("log", self.log, "--json")
                if "event" in entry]

    def lose(self):
        """The volume with the database is gone; guard and keys are elsewhere."""
        shutil.rmtree(self.log)

    def scratch(self, name):
        return str(self.program.place / name)
