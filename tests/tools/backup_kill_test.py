#!/usr/bin/env python3
"""Writer, backup and restore are killed at random moments.  backup_kill_test.py STAFETT SOURCE"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import unittest

from backed_up import BINARY, WithBackups, note
from program import RAISED
from rounds import SEED, by_rounds

ROUNDS = by_rounds(few=2, small=5, full=50)


class Recorder(threading.Thread):
    """`append` fed with notes in a case of its own, some hundred a second, until it is killed."""

    def __init__(self, log, case):
        super().__init__(daemon=True)
        self.case = case
        self.process = subprocess.Popen([BINARY, "append", log], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.answers = []
        self.feeder = threading.Thread(target=self.feed, daemon=True)
        self.news = threading.Condition()
        self.killed = threading.Event()

    def feed(self):
        first = {**RAISED, "case": self.case, "data": {**RAISED["data"], "subject": self.case}}
        del first["id"]
        number = 0
        try:
            self.send(first)
            while not self.killed.wait(0.003):  # the pace of the load
                number += 1
                self.send({**note(f"-{self.case}-{number}"), "case": self.case})
        except (OSError, ValueError):
            pass  # its reader was killed

    def send(self, one):
        self.process.stdin.write(json.dumps(one) + "\n")
        self.process.stdin.flush()

    def run(self):
        self.feeder.start()
        for line in self.process.stdout:
            if not line.endswith("\n"):
                break  # cut by the kill
            with self.news:
                self.answers.append(json.loads(line))
                self.news.notify_all()

    def wait_for(self, more):
        with self.news:
            goal = len(self.answers) + more
            assert self.news.wait_for(lambda: len(self.answers) >= goal, timeout=120)
            return len(self.answers)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.killed.set()
        self.join()
        self.feeder.join()
        try:
            self.process.stdin.close()
        except OSError:
            pass
        self.process.stdout.close()
        return self.answers


class Killed(WithBackups):
    def generations(self):
        return self.program.lines("backup", "list", self.place, "--json")

    def test_rounds_of_load_backups_and_kills_lose_nothing_unnamed(self):
        chance = random.Random(SEED)
        self.back_up()
        for number in range(ROUNDS):
            with self.subTest(seed=SEED, round=number):
                self.one_round(chance, f"case-k{number}")

    def one_round(self, chance, case):
        recorder = Recorder(self.log, case)
        recorder.start()
        acknowledged = recorder.wait_for(chance.randrange(1, 100))
        before = self.generations()
        # All are kept: which went and which were never made is not to be mixed up.
        backup = subprocess.Popen([BINARY, "backup", self.log, self.place, "--json", "--recheck",
                                   str(chance.randrange(1, 50)), "--keep", str(ROUNDS + 2)],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if chance.random() < 0.5:
            recorder.wait_for(chance.randrange(1, 40))
            backup.kill()
        out, err = backup.communicate()
        recorder.wait_for(chance.randrange(1, 40))
        self.drill()
        receipts = recorder.kill()
        self.assertEqual([one for one in receipts if "error" in one], [])
        after = self.generations()
        self.assertEqual(after[:len(before)], before)
        if backup.returncode == 0:
            self.assertEqual(len(after), len(before) + 1)
            self.assertGreater(json.loads(out)["size"],
                               max(one["position"] for one in receipts[:acknowledged]))
        else:
            self.assertEqual(backup.returncode, -signal.SIGKILL, err)
            self.assertIn(len(after) - len(before), (0, 1))
        self.lose_and_restore(receipts, after[-1], chance)

    def test_a_restore_that_is_killed_leaves_nothing_or_all_of_it(self):
        size = self.back_up()["size"]
        self.append(3)
        self.kill_restores(size)

    def test_a_restore_to_a_point_in_time_that_is_killed_leaves_nothing_or_all_of_it(self):
        size = self.size()
        self.append(3)
        self.back_up()
        self.kill_restores(size, "--to-size", str(size))

    def kill_restores(self, size, *words):
        chance = random.Random(SEED)
        for _ in range(ROUNDS):
            self.lose()
            restore = subprocess.Popen([BINARY, "restore", self.place, self.log, *words],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                restore.wait(timeout=chance.uniform(0, 0.3))
            except subprocess.TimeoutExpired:
                restore.kill()
            restore.wait()
            with self.subTest(seed=SEED):
                if not os.path.exists(self.log):
                    self.assertEqual(restore.returncode, -signal.SIGKILL)
                    if os.path.exists(self.log + ".restoring"):
                        self.refused(5, "restore", self.place, self.log, *words)
                        shutil.rmtree(self.log + ".restoring")
                    self.restore(*words)
                code, out, _ = self.program.run("verify", self.log, "--json")
                verified = json.loads(out)
                self.assertEqual((code, verified["size"], {e["code"] for e in verified["errors"]}),
                                 (3, size, {"guard"}))
                self.assertIn(f"positions {size} to {size + 2} are missing",
                              self.program.run("status", self.log)[1])

    def drill(self):
        """With the table as it is now: a backup that was killed may not have come to it."""
        now = self.scratch("now")
        os.makedirs(now, exist_ok=True)
        shutil.copy(self.log + ".keys/table", now)
        drilled = json.loads(self.program.ok("backup", "drill", self.place, "--root-key",
                                             self.log + ".keys/root.key", "--table", now, "--json"))
        self.assertEqual((drilled["ok"], drilled["level"]), (True, 5))

    def lose_and_restore(self, receipts, newest, chance):
        self.lose()
        held = self.program.place / "receipts"
        held.write_text("".join(json.dumps(one) + "\n" for one in receipts))
        evidence = []
        if chance.random() < 0.5:
            shutil.rmtree(self.log + ".guard")
            evidence = ["--receipt", str(held)]
        restored = self.restore(*evidence)
        self.assertEqual(restored["size"], newest["size"])
        there = {entry["position"]: entry["leafHash"]
                 for entry in self.program.lines("log", self.log, "--json")}
        missing = [one["position"] for one in receipts
                   if there.get(one["position"]) != one["leafHash"]]
        lost = restored["lost"] or {"from": restored["size"], "to": restored["size"] - 1}
        self.assertEqual(lost["from"], restored["size"])
        self.assertEqual([one for one in missing if not lost["from"] <= one <= lost["to"]], [])
        if restored["readOnly"]:
            self.program.ok("guard", "accept", self.log, "--yes")
            self.assertEqual(self.events()[-1]["type"], "LogRestored")
        self.program.ok("verify", self.log, "--level", "5")
        self.append()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
