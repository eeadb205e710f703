#!/usr/bin/env python3
"""A log from one municipality to another.  handover_test.py STAFETT SOURCE_DIR"""

import base64
import datetime
import hashlib
import json
import random
import shutil
import sys
import tarfile
import unittest

from bundles import happening
from handovers import FILES, HAS_TOOLS, WithTwoLogs, consent
from rounds import SEED


@unittest.skipUnless(HAS_TOOLS, "needs age and zstd")
class Handovers(WithTwoLogs):
    def test_without_consent_that_names_the_municipality_nothing_leaves(self):
        code, _, err = self.give()
        self.assertEqual((code, "transfer-not-covered" in err), (5, True), err)
        self.agree()
        code, _, err = self.give(to="9903")
        self.assertEqual((code, "transfer-not-covered" in err), (5, True), err)
        withdrawn = happening("ConsentWithdrawn", "lise", {"consent": "t1", "how": "written"},
                              case="case")
        self.assertEqual(self.giver.append(withdrawn)[0], 0)
        code, _, err = self.give()
        self.assertEqual((code, "transfer-not-covered" in err), (5, True), err)
        self.assertEqual([p.name for p in self.place.iterdir() if "out" in p.name], [])
        types = [one["type"] for one in self.history(self.giver, "case")]
        self.assertNotIn("TransferOffered", types)

    def test_it_names_the_consents_that_are_in_force_and_no_others(self):
        days = datetime.timedelta(days=2)  # its day, Norway's, may be the one after ours
        over, later = ((datetime.date.today() + by).isoformat() for by in (-days, days))
        code, answers, err = self.giver.append(
            consent("kari", "t-over", **{"from": over, "to": over}),
            consent("kari", "t-later", **{"from": later}), consent("kari", "t-else",
                                                                   transferTo="9903"))
        self.assertEqual(code, 0, (answers, err))
        self.agree()
        self.assertEqual(self.give()[0], 0)
        offered = [one for one in self.history(self.giver, "case")
                   if one["type"] == "TransferOffered"]
        self.assertEqual([one["data"]["consents"] for one in offered], [["t1", "t2"]])

    def test_only_holder_and_coordinator_give_it_away(self):
        self.agree()
        for label in ("odd", "kari", "dag", "mona"):
            code, _, err = self.give(by=label)
            self.assertEqual(code, 5, (label, err))
        self.assertFalse((self.place / "out.age").exists())

    def test_it_is_offered_read_and_continued_with_where_it_came_from(self):
        self.agree()
        code, out, err = self.give()
        self.assertEqual(code, 0, err)
        told = json.loads(out)
        sealed = (self.place / "out.age").read_bytes()
        self.assertEqual(told["digest"], hashlib.sha256(sealed).hexdigest())
        self.assertEqual((self.place / "out.age").stat().st_mode & 0o077, 0)
        offered = [one for one in self.history(self.giver, "case")
                   if one["type"] == "TransferOffered"]
        self.assertEqual([(one["data"]["digest"], one["data"]["consents"]) for one in offered],
                         [(told["digest"], ["t1", "t2"])])
        package, key = self.opened()
        report = self.check(package, key)
        self.assertEqual(report["faults"], [])
        self.assertEqual(report["handover"]["root"], told["root"])
        code, out, err = self.take(package, key)
        self.assertEqual(code, 0, err)
        taken = json.loads(out)
        history = self.history(self.taker, "ny-1")
        kinds = {one["type"]: one for one in history}
        self.assertEqual(kinds["ConcernRaised"]["data"]["subject"], "ola-n")
        self.assertEqual(kinds["AttachmentAdded"]["data"]["digest"],
                         hashlib.sha256(package.read_bytes()).hexdigest())
        text = kinds["NoteAdded"]["data"]["text"]
        for word in ("stafett.example/", told["root"], str(told["size"]), str(told["entries"])):
            self.assertIn(word, text)
        # Again, as after a crash: the same case, the same receipt, no event twice.
        code, out, err = self.take(package, key)
        self.assertEqual((code, json.loads(out or "{}")), (0, taken), err)
        again = [one["type"] for one in self.history(self.taker, "ny-1")]
        self.assertEqual([again.count(kind) for kind in ("ConcernRaised", "AttachmentAdded",
                                                         "NoteAdded")], [1, 1, 1])
        accepted = happening("TransferAccepted", "alf",
                             {"transfer": "x1", "receipt": taken["receipt"]}, case="case")
        code, answers, err = self.giver.append(accepted)
        self.assertEqual(code, 0, (answers, err))

    def test_it_holds_what_is_open_and_nothing_else(self):
        self.agree()
        self.assertEqual(self.give()[0], 0)
        package, _ = self.opened()
        folder = self.place / "folder/bundle"
        self.assertEqual(sorted(p.name for p in folder.iterdir()), FILES)
        history = self.history(self.giver, "case")
        lines = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
        is_open = [one["position"] for one in history if one["stream"] == "open"
                   and one["type"] != "TransferOffered"]
        self.assertEqual([line["position"] for line in lines], is_open)
        data = b"".join(p.read_bytes() for p in folder.iterdir())
        for line in lines:
            for part in line["parts"]:
                data += base64.b64decode(part["plaintext"] + "==")
        for text in ("the big ones decide", "they see the same at home", "withdraws in the breaks"):
            self.assertNotIn(text.encode(), data)
        self.assertIn(b"small-group play", data)
        self.assertTrue(tarfile.is_tarfile(package) or package.stat().st_size > 0)

    def test_an_altered_package_is_refused_with_the_place(self):
        self.agree()
        self.assertEqual(self.give()[0], 0)
        package, key = self.opened()
        rng = random.Random(SEED)
        kept = self.place / "folder"
        for name in FILES:
            with self.subTest(file=name, seed=SEED):
                data = bytearray((kept / "bundle" / name).read_bytes() or b"\0")
                altered = self.place / f"altered-{name}"
                shutil.copytree(kept, altered)
                data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
                (altered / "bundle" / name).write_bytes(bytes(data))
                report = self.check(self.packed(altered, f"{name}.tar.zst"), key)
                self.assertFalse(report["ok"])
                self.assertIn(name, {one["place"].split()[0] for one in report["faults"]})
                code, _, err = self.take(self.place / f"{name}.tar.zst", key)
                self.assertEqual((code, name in err), (3, True), err)
        self.assertEqual(self.taker.run("history", self.taker.log, "ny-1")[0], 4)

    def test_a_line_that_is_not_of_the_log_is_named(self):
        self.agree()
        self.assertEqual(self.give()[0], 0)
        _, key = self.opened()
        altered = self.place / "altered"
        shutil.copytree(self.place / "folder", altered)
        path = altered / "bundle/events.jsonl"
        lines = path.read_text().splitlines()
        unproven = {**json.loads(lines[1]), "path": None}  # as an entry of a bundle may be
        lines[1] = json.dumps(unproven, separators=(",", ":"))
        del lines[4]
        path.write_text("\n".join(lines) + "\n")
        places = {one["place"] for one in self.check(self.packed(altered, "a.tar.zst"), key)["faults"]}
        self.assertLessEqual({"events.jsonl line 2", "events.jsonl line 5"}, places)

    def test_once_the_log_key_has_changed_it_is_signed_with_the_new_one(self):
        self.agree()
        new = self.giver.ok("keys", "rotate-log", self.giver.log).strip()
        self.assertEqual(self.give()[0], 0)
        package, key = self.opened()
        self.assertEqual(key, new)
        self.assertEqual(self.check(package, new)["faults"], [])

    def test_what_was_refused_can_be_taken_over_later(self):
        _, package, key = self.given()
        words = ("handover", "take", self.taker.log, str(package), "--key", key, "--case", "ny-1",
                 "--subject", "ola-n", "--by", "tone", "--service")
        for _ in range(2):
            code, _, err = self.taker.run(*words, "kindergarten")
            self.assertEqual((code, "unknown-ref" in err), (5, True), err)
        code, out, err = self.taker.run(*words, "school", "--json")
        self.assertEqual(code, 0, err)
        self.assertEqual(self.taker.ok(*words, "school", "--json"), out)
        again = [one["type"] for one in self.history(self.taker, "ny-1")]
        self.assertEqual([again.count(kind) for kind in ("ConcernRaised", "AttachmentAdded",
                                                         "NoteAdded")], [1, 1, 1])

    def test_whom_the_consents_do_not_name_is_asked(self):
        code, answers, err = self.giver.append(
            consent("kari", "t1", transferTo="9903"), consent("per", "t2", transferTo="9903"))
        self.assertEqual(code, 0, (answers, err))
        self.assertEqual(self.give(to="9903")[0], 0)
        package, key = self.opened()
        code, _, err = self.take(package, key)
        self.assertEqual((code, "9903" in err), (0, True), err)

    def test_of_another_log_or_no_package_at_all(self):
        self.agree()
        self.assertEqual(self.give()[0], 0)
        package, _ = self.opened()
        other = self.taker.ok("init", str(self.place / "third"), "--origin", "stafett.example/9903")
        key = [word for word in other.split() if word.startswith("stafett.example/")][0]
        self.assertIn("manifest", {one["place"] for one in self.check(package, key)["faults"]})
        self.assertEqual(self.take(package, key)[0], 3)
        (self.place / "none").write_bytes(b"no archive")
        self.assertEqual(self.check(self.place / "none", key)["faults"][0]["place"], "package")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1)
