#!/usr/bin/env python3
"""Backup, restore and drill through the program.  backup_test.py STAFETT SOURCE"""

import base64
import fcntl
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import unittest

from program import NOTE, RAISED, Server, event, program_with

BINARY = sys.argv[1]
SOURCE = pathlib.Path(sys.argv[2])
ROUNDS = {"few": 2, "full": 50}.get(os.environ.get("STAFETT_ROUNDS"), 5)


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
        return json.loads(self.program.run("status", self.log, "--json")[1])["size"]

    def events(self):
        return [entry["event"] for entry in self.program.lines("log", self.log, "--json")
                if "event" in entry]

    def lose(self):
        """The volume with the database is gone; guard and keys are elsewhere."""
        shutil.rmtree(self.log)

    def scratch(self, name):
        return str(self.program.place / name)


class BackingUp(WithBackups):
    def test_a_backup_holds_the_log_and_says_what_it_verified(self):
        made = self.back_up()
        self.assertEqual((made["generation"], made["size"], made["level"], made["origin"]),
                         (1, self.size(), 4, "stafett.example/9901"))
        self.assertIn("stafett.example/9901\n", made["checkpoint"])
        self.assertEqual(made["guard"]["size"], made["size"])
        self.assertIsNone(made["table"])
        verified = json.loads(self.program.ok("verify", self.log, "--json"))
        self.assertEqual(made["root"], verified["root"])

    def test_a_second_backup_copies_what_is_new_and_the_first_stays(self):
        first = self.back_up()
        self.append(300)
        second = self.back_up()
        self.assertEqual((second["generation"], second["size"]), (2, self.size()))
        listed = self.program.lines("backup", "list", self.place, "--json")
        self.assertEqual([(one["generation"], one["size"]) for one in listed],
                         [(1, first["size"]), (2, second["size"])])
        # What the writer had flushed before is shared.
        self.assertLess(second["newBytes"], second["bytes"])

    def test_it_needs_no_key_and_runs_beside_a_writer(self):
        keys = self.log + ".keys"
        with Server(BINARY, self.log):
            shutil.move(keys, keys + ".away")
            try:
                self.assertEqual(self.back_up()["size"], self.size())
            finally:
                shutil.move(keys + ".away", keys)

    def test_only_so_many_generations_are_kept(self):
        for _ in range(4):
            self.append()
            made = self.back_up("--keep", "2")
        self.assertEqual(made["removed"], [2])
        listed = self.program.lines("backup", "list", self.place, "--json")
        self.assertEqual([one["generation"] for one in listed], [3, 4])
        self.assertEqual(sorted(os.listdir(self.place + "/database/meta")), ["3", "4"])
        self.lose()
        self.assertEqual(self.restore("--at", "g3")["generation"], 3)

    def test_events_that_only_an_old_generation_has_are_not_rotated_away(self):
        self.back_up()
        self.append(5)
        long = self.back_up()
        self.lose()
        shutil.rmtree(self.log + ".guard")
        self.restore("--at", "g1")
        self.program.ok("guard", "accept", self.log, "--yes")
        self.append()
        made = self.back_up("--keep", "1")
        self.assertEqual((made["removed"], made["keptForEvents"]), ([1], [2]))
        other = self.scratch("other")
        self.assertIn("another history", self.refused(5, "restore", self.place, other, "--at", "g2"))
        self.program.ok("backup", "list", self.place)
        self.assertEqual(long["generation"], 2)

    def test_the_key_table_goes_to_a_place_of_its_own_and_only_the_newest_is_there(self):
        made = self.back_up("--table", self.table)
        table = pathlib.Path(self.log + ".keys/table").read_bytes()
        self.assertEqual(pathlib.Path(self.table, "table").read_bytes(), table)
        self.assertEqual(made["table"]["sha256"], hashlib.sha256(table).hexdigest())
        self.append(3)
        self.back_up("--table", self.table)
        self.assertEqual(os.listdir(self.table), ["table"])
        self.back_up("--table", self.scratch("more"))
        self.assertEqual(pathlib.Path(self.log + ".backup/tables").read_text(),
                         f"{self.table}\n{self.scratch('more')}\n")
        # Nothing of a key is among the generations.
        root_key = pathlib.Path(self.log + ".keys/root.key").read_bytes()
        for name in pathlib.Path(self.place).rglob("*"):
            if name.is_file():
                content = name.read_bytes()
                self.assertNotIn(b"STFKEYTB", content, name)
                self.assertNotIn(root_key, content, name)

    def test_table_and_database_are_apart(self):
        for table in (self.place, self.place + "/inside", str(self.program.place)):
            self.refused(5, "backup", self.log, self.place, "--table", table)
        self.refused(2, "backup", self.log, self.place + "\n")
        self.refused(5, "backup", self.log, self.log + "/out")

    def test_a_place_belongs_to_one_log(self):
        self.back_up()
        other = self.scratch("other")
        self.program.ok("init", other, "--origin", "stafett.example/9901")
        self.assertIn("another log", self.refused(5, "backup", other, self.place))
        self.assertEqual(len(self.program.lines("backup", "list", self.place, "--json")), 1)

    def test_two_backups_at_once_are_one(self):
        self.back_up()
        with open(self.place + "/lock", "a", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertIn("locked", self.refused(5, "backup", self.log, self.place))
            self.assertIn("locked", self.refused(5, "backup", "drill", self.place))

    def test_a_log_that_lost_events_is_not_backed_up_as_if_whole(self):
        old = self.scratch("old")
        shutil.copytree(self.log, old)
        size = self.size()
        self.append()
        self.back_up()
        self.lose()
        shutil.copytree(old, self.log)
        err = self.refused(5, "backup", self.log, self.place)
        self.assertIn(f"positions {size} to {size} are missing", err)
        self.assertEqual(len(self.program.lines("backup", "list", self.place, "--json")), 1)
        self.assertEqual(os.listdir(self.place + "/database/meta"), ["1"])

    def test_usage_and_what_is_not_there(self):
        self.refused(2, "backup")
        self.refused(2, "backup", self.log)
        self.refused(2, "backup", self.log, self.place, "--keep", "0")
        self.refused(4, "backup", self.scratch("none"), self.place)
        self.refused(4, "backup", "list", self.scratch("none"))
        self.refused(4, "backup", "drill", self.scratch("none"))
        self.refused(4, "restore", self.scratch("none"), self.scratch("to"))
        self.back_up()
        for at in ("g", "g0", "gx", "yesterday", "-1"):
            self.refused(2, "restore", self.place, self.scratch("to"), "--at", at)
        self.refused(4, "restore", self.place, self.scratch("to"), "--at", "g9")
        self.refused(4, "restore", self.place, self.scratch("to"), "--at", "1")
        self.refused(4, "restore", self.place, self.scratch("to"), "--at", "2020-01-01T00:00:00Z")
        self.assertFalse(os.path.exists(self.scratch("to")))


class Restoring(WithBackups):
    def test_a_backup_of_the_head_restores_and_the_log_goes_on(self):
        made = self.back_up()
        self.lose()
        restored = self.restore()
        self.assertEqual((restored["size"], restored["root"]), (made["size"], made["root"]))
        self.assertEqual((restored["lost"], restored["readOnly"]), (None, None))
        self.append()
        self.program.ok("verify", self.log, "--level", "5")

    def test_what_the_guard_remembers_beyond_the_backup_is_named_and_must_be_accepted(self):
        size = self.back_up()["size"]
        self.append(3)
        self.lose()
        restored = self.restore()
        self.assertEqual((restored["lost"]["from"], restored["lost"]["to"]), (size, size + 2))
        self.assertIn(f"positions {size} to {size + 2} are missing", restored["readOnly"])
        code, answers, err = self.program.append(note(99))
        self.assertEqual((code, answers), (1, []))
        self.assertIn("read_only", err.replace("-", "_"))
        self.program.ok("guard", "accept", self.log, "--yes")
        event_of = self.events()[-1]
        self.assertEqual((event_of["type"], event_of["size"], event_of["guardSize"]),
                         ("LogRestored", size, size + 3))
        self.append()
        self.program.ok("verify", self.log, "--level", "5")
        # And the next backup is of this history.
        self.assertEqual(self.back_up()["size"], self.size())

    def test_without_a_guard_receipts_and_checkpoints_say_what_is_lost(self):
        size = self.back_up()["size"]
        receipts = self.append(4)
        checkpoint = self.program.place / "checkpoint"
        self.program.ok("export-tiles", self.log, self.scratch("tiles"))
        shutil.copy(self.scratch("tiles") + "/checkpoint", checkpoint)
        self.lose()
        shutil.rmtree(self.log + ".guard")
        held = self.program.place / "receipts"
        held.write_text(json.dumps(receipts[1]) + "\n" + json.dumps({"id": "x", "error": {}}) + "\n")
        restored = self.restore("--receipt", str(held))
        last = receipts[1]["group"]["first"] + receipts[1]["group"]["count"] - 1
        self.assertEqual((restored["lost"]["from"], restored["lost"]["to"]), (size, last))
        self.assertEqual(restored["lost"]["knownBy"], [f"{held}, line 1"])
        self.lose()
        shutil.rmtree(self.log + ".guard")
        # As a witness hands it back.
        cosigned = checkpoint.read_text(encoding="utf-8") + (
            "\u2014 witness.example/w " + base64.b64encode(bytes(76)).decode() + "\n")
        checkpoint.write_text(cosigned, encoding="utf-8")
        restored = self.restore("--checkpoint", str(checkpoint))
        self.assertEqual((restored["lost"]["from"], restored["lost"]["to"]), (size, size + 3))
        # What was shown is in the log for good.
        self.program.ok("guard", "accept", self.log, "--yes")
        event_of = self.events()[-1]
        root = checkpoint.read_text(encoding="utf-8").split("\n")[2]
        self.assertEqual((event_of["type"], event_of["guardSize"], event_of["guardRoot"]),
                         ("LogRestored", size + 4, root))

    def test_without_guard_and_evidence_it_is_read_only_until_accepted(self):
        self.back_up()
        self.lose()
        shutil.rmtree(self.log + ".guard")
        self.assertEqual(self.restore()["readOnly"], "the guard is missing")
        self.assertEqual(self.program.append(note(99))[0], 1)
        self.program.ok("guard", "accept", self.log, "--yes")
        self.append()
        self.program.ok("verify", self.log)

    def test_a_point_in_time_says_what_came_after_it(self):
        first = self.back_up()
        self.append(2)
        second = self.back_up()
        self.append(2)
        self.lose()
        shutil.rmtree(self.log + ".guard")
        for at in ("g1", str(first["size"]), str(second["size"] - 1), first["time"]):
            to = self.scratch("at")
            restored = self.restore("--at", at, to=to)
            self.assertEqual((restored["generation"], restored["size"]), (1, first["size"]), at)
            self.assertEqual((restored["lost"]["from"], restored["lost"]["to"]),
                             (first["size"], second["size"] - 1))
            self.assertEqual(restored["lost"]["knownBy"], ["generation 2"])
            shutil.rmtree(to)
            shutil.rmtree(to + ".guard")
        self.assertEqual(self.restore("--at", str(second["size"]))["generation"], 2)

    def test_nothing_is_overwritten(self):
        self.back_up("--table", self.table)
        before = self.program.ok("log", self.log, "--json")
        self.assertIn("is there", self.refused(5, "restore", self.place, self.log))
        self.assertEqual(self.program.ok("log", self.log, "--json"), before)
        self.lose()
        self.refused(5, "restore", self.place, self.log, "--table", self.table)
        self.assertFalse(os.path.exists(self.log))
        os.mkdir(self.log + ".restoring")
        self.refused(5, "restore", self.place, self.log)

    def test_the_table_comes_back_with_it_and_content_opens(self):
        self.back_up("--table", self.table)
        self.lose()
        os.remove(self.log + ".keys/table")
        self.restore("--table", self.table)
        self.append()
        self.program.ok("verify", self.log, "--level", "5")

    def test_what_does_not_fit_the_backup_is_refused(self):
        self.back_up()
        receipts = self.append(1)
        self.lose()
        bad = self.program.place / "bad"
        forged = dict(receipts[0], position=receipts[0]["position"] + 1,
                      group=dict(receipts[0]["group"], first=receipts[0]["position"] + 1))
        bad.write_text(json.dumps(forged) + "\n")
        self.assertIn("no receipt of this log",
                      self.refused(3, "restore", self.place, self.log, "--receipt", str(bad)))
        bad.write_text("[]\n")
        self.assertIn("line 1", self.refused(1, "restore", self.place, self.log, "--receipt",
                                             str(bad)))
        bad.write_text("a note\n")
        self.refused(3, "restore", self.place, self.log, "--checkpoint", str(bad))
        self.assertFalse(os.path.exists(self.log) or os.path.exists(self.log + ".restoring"))

    def test_a_backup_of_another_history_than_the_guard_knows_is_refused(self):
        old = self.scratch("old")
        shutil.copytree(self.log, old)
        shutil.copytree(self.log + ".guard", old + ".guard")
        self.append(2)
        self.back_up()
        # The log goes on from an older copy, and its guard with it.
        self.lose()
        shutil.rmtree(self.log + ".guard")
        shutil.copytree(old, self.log)
        shutil.copytree(old + ".guard", self.log + ".guard")
        receipts = self.append(1)
        self.lose()
        self.assertIn("another history", self.refused(5, "restore", self.place, self.log))
        shutil.rmtree(self.log + ".guard")
        held = self.program.place / "receipts"
        held.write_text(json.dumps(receipts[0]) + "\n")
        self.assertIn("another history", self.refused(5, "restore", self.place, self.log,
                                                      "--receipt", str(held)))


class Damage(WithBackups):
    def test_one_altered_byte_anywhere_is_caught_and_named(self):
        self.append(20)
        self.back_up()
        self.append(20)
        self.back_up()
        seed = int(os.environ.get("STAFETT_TEST_SEED") or int.from_bytes(os.urandom(3), "big"))
        print("seed", seed)
        chance = random.Random(seed)
        files = [name for name in sorted(pathlib.Path(self.place).rglob("*"))
                 if name.is_file() and name.name not in ("lock", "LOCK")]
        needed = {line for line in files if "/private/1/" not in str(line)
                  and not str(line).endswith(("meta/1", "manifests/1"))}
        shared_by_first = self.only_of_first(needed)
        self.assertGreater(len(needed - shared_by_first), 8)
        for name in sorted(needed - shared_by_first):
            content = name.read_bytes()
            if not content:
                continue
            at = chance.randrange(len(content))
            altered = bytes([content[at] ^ (1 << chance.randrange(8))])
            name.write_bytes(content[:at] + altered + content[at + 1:])
            code, _, err = self.program.run("restore", self.place, self.scratch("to"))
            self.assertEqual(code, 3, (name, at, err))
            self.assertIn(str(name.relative_to(self.place)), err)
            code, out, _ = self.program.run("backup", "drill", self.place, "--json")
            self.assertEqual((code, json.loads(out)["ok"]), (3, False), name)
            name.write_bytes(content)
        self.restore(to=self.scratch("to"))

    def only_of_first(self, names):
        """Files that the newest generation does not need."""
        meta = pathlib.Path(self.place, "database/meta/2").read_text(encoding="latin-1")
        return {name for name in names if "shared_checksum" in str(name) and name.name not in meta}

    def test_nothing_is_added_beside_damage_and_it_is_named(self):
        self.append(5)
        self.back_up()
        shared = sorted(pathlib.Path(self.place, "database/shared_checksum").iterdir())[0]
        content = bytearray(shared.read_bytes())
        content[len(content) // 2] ^= 1
        shared.write_bytes(content)
        err = self.refused(3, "backup", self.log, self.place)
        self.assertIn(shared.name, err)
        self.assertEqual([one["generation"] for one in
                          self.program.lines("backup", "list", self.place, "--json")], [1])
        shutil.rmtree(self.place + "/manifests")
        for _ in range(3):
            shutil.copy(self.place + "/database/meta/1", self.place + f"/database/meta/{_ + 2}")
        self.assertIn("without manifests", self.refused(3, "backup", self.log, self.place))
        self.assertTrue(shared.exists())

    def test_a_generation_whose_own_list_is_gone_is_named(self):
        self.back_up()
        os.remove(self.place + "/database/meta/1")
        self.assertIn("generation 1", self.refused(3, "backup", self.log, self.place))


class Drills(WithBackups):
    def status(self):
        code, out, _ = self.program.run("status", self.log, "--json")
        return code, json.loads(out)

    def test_a_drill_restores_verifies_and_opens_content_and_status_tells(self):
        self.assertEqual((self.status()[1]["backup"], self.status()[1]["drill"]), (None, None))
        made = self.back_up("--table", self.table)
        code, status = self.status()
        self.assertEqual((code, status["backup"]["generation"], status["drill"]), (0, 1, None))
        drilled = json.loads(self.program.ok("backup", "drill", self.place, "--json"))
        self.assertEqual((drilled["ok"], drilled["level"], drilled["contentOpened"]),
                         (True, 4, False))
        drilled = json.loads(self.program.ok(
            "backup", "drill", self.place, "--root-key", self.log + ".keys/root.key",
            "--table", self.table, "--json"))
        self.assertEqual((drilled["ok"], drilled["level"], drilled["contentOpened"]),
                         (True, 5, True))
        self.assertEqual((drilled["size"], drilled["generation"]), (made["size"], 1))
        self.assertGreater(drilled["parts"], 0)
        code, status = self.status()
        self.assertEqual((code, status["drill"]["ok"], status["drill"]["level"]), (0, True, 5))
        self.assertFalse(os.path.exists(self.place + "/scratch"))

    def test_a_drill_with_the_wrong_table_fails_and_status_says_so(self):
        self.back_up("--table", self.table)
        path = pathlib.Path(self.table, "table")
        content = bytearray(path.read_bytes())
        content[96 + 40] ^= 1  # the first record's wrapped key
        path.write_bytes(content)
        code, out, _ = self.program.run("backup", "drill", self.place, "--root-key",
                                        self.log + ".keys/root.key", "--table", self.table,
                                        "--json")
        self.assertEqual((code, json.loads(out)["ok"]), (3, False))
        code, status = self.status()
        self.assertEqual((code, status["problems"]), (1, ["the last drill failed"]))

    def test_what_a_drill_restored_can_be_kept(self):
        made = self.back_up()
        kept = self.scratch("kept")
        self.program.ok("backup", "drill", self.place, "--keep", kept)
        verified = json.loads(self.program.run("verify", kept, "--json")[1])
        self.assertEqual((verified["root"], {e["code"] for e in verified["errors"]}),
                         (made["root"], {"guard"}))
        self.refused(5, "backup", "drill", self.place, "--keep", kept)

    def test_age_past_its_limit_is_a_problem(self):
        self.back_up()
        self.program.ok("backup", "drill", self.place)
        self.make_older(self.place + "/drill", 8 + 4 + 4, 36 * 24 * 3600)
        self.make_older(self.place + "/manifests/1", 8 + 4 + 4, 27 * 3600)
        code, status = self.status()
        self.assertEqual((code, status["problems"]),
                         (1, ["the newest backup is too old", "the last drill is too long ago"]))
        self.assertGreater(status["backup"]["ageSeconds"], 27 * 3600 - 1)

    def make_older(self, path, at, seconds):
        content = bytearray(pathlib.Path(path).read_bytes()[:-32])
        time_us = int.from_bytes(content[at:at + 8], "big") - seconds * 1_000_000
        content[at:at + 8] = time_us.to_bytes(8, "big")
        pathlib.Path(path).write_bytes(content + hashlib.sha256(content).digest())

    def test_a_place_that_is_gone_is_a_problem(self):
        self.back_up()
        shutil.rmtree(self.place)
        code, status = self.status()
        self.assertEqual(code, 1)
        self.assertIn("the backup place cannot be read", status["problems"][0])


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
        seed = int(os.environ.get("STAFETT_TEST_SEED") or int.from_bytes(os.urandom(3), "big"))
        print("seed", seed)
        chance = random.Random(seed)
        self.back_up()
        for number in range(ROUNDS):
            with self.subTest(seed=seed, round=number):
                self.one_round(chance, f"case-k{number}")

    def one_round(self, chance, case):
        recorder = Recorder(self.log, case)
        recorder.start()
        acknowledged = recorder.wait_for(chance.randrange(1, 100))
        before = self.generations()
        backup = subprocess.Popen([BINARY, "backup", self.log, self.place, "--json"],
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
        seed = int(os.environ.get("STAFETT_TEST_SEED") or int.from_bytes(os.urandom(3), "big"))
        print("seed", seed)
        chance = random.Random(seed)
        size = self.back_up()["size"]
        self.append(3)
        for _ in range(ROUNDS):
            self.lose()
            restore = subprocess.Popen([BINARY, "restore", self.place, self.log],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                restore.wait(timeout=chance.uniform(0, 0.3))
            except subprocess.TimeoutExpired:
                restore.kill()
            restore.wait()
            with self.subTest(seed=seed):
                if not os.path.exists(self.log):
                    self.assertEqual(restore.returncode, -signal.SIGKILL)
                    if os.path.exists(self.log + ".restoring"):
                        self.refused(5, "restore", self.place, self.log)
                        shutil.rmtree(self.log + ".restoring")
                    self.restore()
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


class DiskFull(WithBackups):
    def test_where_no_more_can_be_written_what_was_there_stays_whole(self):
        self.append(20)
        first = self.back_up()
        self.append(200)
        codes = []
        # No file may grow past this: in blocks of 1 KiB, each of which meets another file first.
        for blocks in (0, 2, 8, 32, 128):
            done = subprocess.run(
                ["bash", "-c", f"trap '' XFSZ; ulimit -f {blocks}; exec {BINARY} backup "
                 f"{self.log} {self.place} --json"], capture_output=True, text=True, check=False)
            codes.append(done.returncode)
            self.assertIn(done.returncode, (0, 1), done.stderr)
            listed = self.program.lines("backup", "list", self.place, "--json")
            self.assertEqual(len(listed), 1 + codes.count(0))
        self.assertEqual(codes[0], 1)
        self.assertEqual(self.back_up()["size"], self.size())
        self.lose()
        self.assertEqual(self.restore("--at", "g1", to=self.scratch("to"))["root"], first["root"])
        shutil.rmtree(self.scratch("to"))
        done = subprocess.run(["bash", "-c", f"trap '' XFSZ; ulimit -f 1; exec {BINARY} restore "
                               f"{self.place} {self.log}"], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertFalse(os.path.exists(self.log) or os.path.exists(self.log + ".restoring"))
        self.restore()


class Escrow(WithBackups):
    def test_any_two_of_three_bring_the_root_key_back_and_content_opens(self):
        self.back_up("--table", self.table)
        shares = [self.scratch(f"{name}.share") for name in "abc"]
        words = ("--shares", "3", "--threshold", "2")
        self.program.ok("keys", "escrow", self.log, *shares, *words)
        self.refused(5, "keys", "escrow", self.log, *shares, *words)
        root_key = pathlib.Path(self.log + ".keys/root.key")
        key = root_key.read_bytes()
        for share in shares:
            content = pathlib.Path(share).read_bytes()
            self.assertNotIn(key, content)
            self.assertEqual(os.stat(share).st_mode & 0o777, 0o600)
        self.refused(5, "keys", "recover", self.log, *shares)
        root_key.unlink()
        self.refused(2, "keys", "recover", self.log, shares[0])
        self.program.ok("keys", "recover", self.log, shares[2], shares[0])
        self.assertEqual(root_key.read_bytes(), key)
        self.assertEqual(os.stat(root_key).st_mode & 0o777, 0o600)
        self.program.ok("verify", self.log, "--level", "5")

    def test_an_altered_share_or_one_of_another_log_gives_nothing(self):
        shares = [self.scratch(name) for name in "ab"]
        words = ("--shares", "2", "--threshold", "2")
        self.refused(2, "keys", "escrow", self.log, *shares, "--shares", "3", "--threshold", "2")
        self.program.ok("keys", "escrow", self.log, *shares, *words)
        other = self.scratch("other")
        self.program.ok("init", other, "--origin", "stafett.example/9901")
        os.remove(other + ".keys/root.key")
        self.assertIn("another log", self.refused(5, "keys", "recover", other, *shares))
        content = bytearray(pathlib.Path(shares[0]).read_bytes())
        content[100] ^= 1
        pathlib.Path(shares[0]).write_bytes(content)
        os.remove(self.log + ".keys/root.key")
        self.assertIn(shares[0], self.refused(3, "keys", "recover", self.log, *shares))
        self.assertFalse(os.path.exists(self.log + ".keys/root.key"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
