#!/usr/bin/env python3
"""What is in a hand-over, and what its receiver finds wrong with one.
handover_package_test.py STAFETT SOURCE_DIR"""

import hashlib
import json
import random
import shutil
import sys
import unittest
import uuid

from bundles import happening
from handovers import HAS_TOOLS, OLD, OLD_KEY, WithTwoLogs
from program import event


@unittest.skipUnless(HAS_TOOLS, "needs age and zstd")
class Packages(WithTwoLogs):
    def test_documents_go_along_and_are_those_that_their_events_tell_of(self):
        plan, minutes = random.randbytes(3_000_000), b""
        ids = [self.attach("plan", plan), self.attach("empty", minutes)]
        self.attach("other", b"another", digest="0" * 64)
        told, package, key = self.given()
        self.assertEqual((told["documents"], told["documentsLeftOut"]), (2, 1))
        report = self.check(package, key)
        self.assertEqual((report["faults"], report["documents"]), ([], 2))
        folder = self.place / "folder/bundle"
        self.assertEqual([(folder / f"document-{one}").read_bytes() for one in ids],
                         [plan, minutes])
        for change, place in ((lambda to: (to / f"document-{ids[0]}").write_bytes(plan[:-1] + b"x"),
                               "documents.jsonl line 1"),
                              (lambda to: (to / f"document-{ids[1]}").unlink(),
                               "documents.jsonl line 2"),
                              (lambda to: (to / f"document-{uuid.uuid4()}").write_bytes(b""),
                               "document-")):
            altered = self.place / f"altered-{place}"
            shutil.copytree(self.place / "folder", altered)
            change(altered / "bundle")
            report = self.check(self.packed(altered, f"{altered.name}.tar.zst"), key)
            self.assertEqual([one["place"].startswith(place) for one in report["faults"]], [True])
        report = self.forged("documents.jsonl", lambda lines: lines[0].update(event=str(uuid.uuid4())))
        self.assertIn("documents.jsonl line 1", {one["place"] for one in report["faults"]})

    def test_a_document_of_what_is_not_given_stays(self):
        target = self.attach("plan", b"what the plan says")
        code, answers, err = self.giver.append(happening(
            "EntryRestricted", "odd", {"target": target, "ground": "accuracyContested"},
            case="case"))
        self.assertEqual(code, 0, (answers, err))
        told, package, key = self.given()
        self.assertEqual((told["documents"], told["documentsLeftOut"]), (0, 0))
        self.assertEqual(self.check(package, key)["faults"], [])
        data = b"".join(p.read_bytes() for p in (self.place / "folder/bundle").iterdir())
        self.assertNotIn(b"what the plan says", data)

    def test_a_document_that_was_entered_by_mistake_stays(self):
        target = self.attach("wrong", b"of another child")
        self.attach("right", b"of this child")
        code, answers, err = self.giver.append(happening(
            "EntryCorrected", "lise", {"target": target, "reason": "another child's", "void": True},
            case="case"))
        self.assertEqual(code, 0, (answers, err))
        told, package, key = self.given()
        self.assertEqual((told["documents"], told["documentsLeftOut"]), (1, 0))
        self.assertEqual(self.check(package, key)["faults"], [])
        data = b"".join(p.read_bytes() for p in (self.place / "folder/bundle").iterdir())
        self.assertEqual((b"of another child" in data, b"of this child" in data), (False, True))

    def test_who_signed_can_be_checked_also_when_keys_changed(self):
        listed = self.giver.lines("keys", "list", self.giver.log, "--json")
        lise = [one["key"] for one in listed if one.get("label", one.get("person")) == "lise"]
        self.giver.ok("keys", "rotate", self.giver.log, "lise")
        note = {"note": "k2", "kind": "general", "text": "by another key"}
        code, answers, err = self.giver.append(happening("NoteAdded", "lise", note, case="case"))
        self.assertEqual(code, 0, (answers, err))
        told, package, key = self.given()
        report = self.check(package, key)
        self.assertEqual((report["faults"], report["version"]), ([], 2))
        self.assertEqual(report["signatures"], {"own": 0, "custodial": told["entries"], "system": 0,
                                                "suspect": 0})
        # The genesis, lise's first key and the one in its place, odd's and nobody else's.
        lines = (self.place / "folder/bundle/keys.jsonl").read_text().splitlines()
        signers = {one["key"] for one in self.history(self.giver, "case")
                   if one["stream"] == "open"}
        self.assertEqual(len(lines), 1 + len(signers), lise)
        for i, line in enumerate(lines):
            report = self.forged("keys.jsonl", lambda lines: lines[:i] + lines[i + 1:])
            self.assertFalse(report["ok"], line)
            self.assertTrue({"keys.jsonl", "events.jsonl"} >=
                            {one["place"].split()[0] for one in report["faults"]})
        report = self.forged("keys.jsonl", lambda lines: lines[1].update(path=lines[2]["path"]))
        self.assertIn("keys.jsonl line 2", {one["place"] for one in report["faults"]})

    def test_whoever_is_shown_facts_alone_gives_no_names(self):
        code, answers, err = self.giver.append(
            event("ServiceRegistered", "alf", {"service": "ke", "kind": "coordinatingUnit",
                                               "names": {"nb": "ke", "nn": "ke", "en": "ke"}}),
            event("PersonRegistered", "alf", {"person": "berit", "roles": ["coordinator"],
                                              "service": "ke", "active": True}),
            happening("EscalatedToKe", "lise", {"service": "ke", "request": "more hands"},
                      case="case"))
        self.assertEqual(code, 0, (answers, err))
        self.agree()
        code, _, err = self.give(by="berit")
        self.assertEqual(code, 0, err)
        package, key = self.opened()
        self.assertEqual(self.check(package, key)["faults"], [])
        folder = self.place / "folder/bundle"
        lines = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
        self.assertEqual({part["class"] for line in lines for part in line["parts"]}, {"fact"})
        names = [json.loads(line) for line in (folder / "names.jsonl").read_text().splitlines()]
        self.assertEqual({one["label"] for one in names if one["kind"] == "person"}, {"ola"})

    def test_it_is_given_and_checked_when_the_log_has_another_key(self):
        self.giver.ok("keys", "rotate-log", self.giver.log)
        _, package, key = self.given()
        self.assertEqual(self.check(package, key)["faults"], [])

    def test_whoever_has_the_logs_key_is_not_believed_what_cannot_be(self):
        self.given()
        package = self.packed(self.place / "folder", "again.tar.zst")
        _, self.key = package, (self.place / "folder/bundle/log.vkey").read_text().strip()
        opened = [i for i, line in enumerate(
            (self.place / "folder/bundle/events.jsonl").read_text().splitlines())
                  if len(json.loads(line)["parts"]) > 1][0]

        def twice(lines):
            lines[opened]["parts"][1] = lines[opened]["parts"][0]

        def both(lines):
            lines[opened]["withheld"] = [lines[opened]["parts"][0]["class"]]
            lines[opened]["parts"].pop()
        for name, change, place in (
                ("events.jsonl", twice, f"events.jsonl line {opened + 1}"),
                ("events.jsonl", both, f"events.jsonl line {opened + 1}"),
                ("handover.json", lambda lines: lines[0].update(subjectKind="adult"),
                 "handover.json"),
                ("handover.json", lambda lines: lines[0].update(transfer="x1\npakke: 1"),
                 "handover.json"),
                ("names.jsonl", lambda lines: [*lines, {"kind": "person"}], "names.jsonl"),
                ("handover.json", lambda lines: ["x" * (1 << 20), *lines], "handover.json"),
                ("log.vkey", lambda lines: [OLD_KEY], "log.vkey")):
            report = self.forged(name, change)
            self.assertEqual({place}, {place} & {one["place"].split(" line")[0] if place == name
                                                 else one["place"] for one in report["faults"]})

    def test_a_package_larger_than_an_attachment_is_kept_in_pieces(self):
        for name in ("a", "b"):
            self.attach(name, random.randbytes(30 << 20))
        _, package, key = self.given()
        code, out, err = self.take(package, key)
        self.assertEqual(code, 0, err)
        self.assertEqual(json.loads(self.taker.ok("handover", "take", self.taker.log, str(package),
                                                  "--key", key, "--case", "ny-1", "--subject",
                                                  "ola-n", "--service", "school", "--by", "tone",
                                                  "--json")), json.loads(out))
        pieces = [one["data"] for one in self.history(self.taker, "ny-1")
                  if one["type"] == "AttachmentAdded"]
        data = package.read_bytes()
        parts = [data[:50 << 20], data[50 << 20:]]
        self.assertEqual([(one["attachment"], one["bytes"], one["digest"]) for one in pieces],
                         [(f"handover-{i + 1}", len(part), hashlib.sha256(part).hexdigest())
                          for i, part in enumerate(parts)])

    def test_a_package_of_version_1_is_read_as_before(self):
        report = self.check(OLD, OLD_KEY)
        self.assertEqual((report["faults"], report["version"], report["signatures"]), ([], 1, None))
        code, out, err = self.take(OLD, OLD_KEY)
        self.assertEqual(code, 0, err)
        more = self.unpacked(OLD, "old")
        (more / "bundle/keys.jsonl").write_text("")
        self.assertEqual([one["place"] for one in
                          self.check(self.packed(more, "more.tar.zst"), OLD_KEY)["faults"]],
                         ["keys.jsonl"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1)
