#!/usr/bin/env python3
"""Closed logs to Fiks Arkiv by a spool, and its answers.  fiks_test.py STAFETT SOURCE_DIR

STAFETT_FIKS_SCHEMAS: a folder with version 2 of the schemas of KS (metadatakatalog.xsd and
no.ks.fiks.arkiv.v2.arkivering.arkivmelding.opprett.xsd). Without it what needs them is skipped.
"""

import hashlib
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

from program import Program, begin, event
from rounds import SEED

BINARY, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
SCHEMAS = os.environ.get("STAFETT_FIKS_SCHEMAS", "")
BASE = "https://ks-no.github.io/standarder/fiks-protokoll/fiks-arkiv"
MESSAGE = f"{{{BASE}/arkivmelding/opprett/v2}}"
CATALOGUE = f"{{{BASE}/metadatakatalog/v2}}"
RECEIPT = f"""<arkivmeldingKvittering xmlns="{BASE}/arkivmelding/opprett/kvittering/v2">
<mappeKvittering><systemID>11111111-2222-3333-4444-555555555555</systemID><mappeID>2026/77</mappeID>
</mappeKvittering></arkivmeldingKvittering>"""
FAILED = f"""<arkivmeldingKvittering xmlns="{BASE}/arkivmelding/opprett/kvittering/v2">
<mappeFeilet><feilId>1</feilId><feilmelding>ukjent
 arkivdel</feilmelding></mappeFeilet></arkivmeldingKvittering>"""


class Spools(unittest.TestCase):
    """The log of case-c-jonas, closed and not archived; gro is archivist."""

    def setUp(self):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        place = tempfile.TemporaryDirectory(dir=shm)
        self.addCleanup(place.cleanup)
        self.program = Program(BINARY, place.name)
        begin(self.play, self.program)
        self.spool = self.program.place / "spool"

    def play(self, program):
        program.ok("scenario", str(SOURCE / "tests/projections/scenarios/case-c-jonas.json"),
                   "--dir", program.log)
        code, answers, err = program.append(event("PersonRegistered", "founder", {
            "person": "gro", "roles": ["archivist"], "active": True}))
        self.assertEqual(code, 0, (answers, err))

    def words(self):
        return ("archive", "fiks", self.program.log, str(self.spool), "--case", "case", "--by",
                "gro", "--html", "--json")

    def send(self):
        return self.program.lines(*self.words())[0]

    def answer(self, name, text):
        (self.spool / "inn" / name).write_text(text)

    def answers(self):
        return {one["name"]: one["result"] for one in self.program.lines(
            "archive", "answers", self.program.log, str(self.spool), "--by", "gro", "--json")}

    def events(self, *kinds):
        return [one for one in self.program.lines("history", self.program.log, "case", "--json")
                if one["type"] in kinds]

    def shown(self):
        return [one.name for one in (self.spool / "ut").iterdir() if not one.name.startswith(".")]

    def test_a_message_has_its_files_their_checksums_and_the_key_that_stays(self):
        sent = self.send()
        folder = self.spool / "ut" / sent["folder"]
        root = ElementTree.parse(folder / "arkivmelding.xml").getroot()
        names = set()
        for one in root.iter(MESSAGE + "dokumentobjekt"):
            name = one.findtext(MESSAGE + "referanseDokumentfil")
            data = (folder / name).read_bytes()
            self.assertEqual(one.findtext(MESSAGE + "sjekksum"), hashlib.sha256(data).hexdigest())
            names.add(name)
        self.assertEqual(names | {"arkivmelding.xml"}, {one.name for one in folder.iterdir()})
        self.assertEqual(int(root.findtext(MESSAGE + "antallFiler")), len(names))
        key = root.find(f"{MESSAGE}mappe/{MESSAGE}referanseEksternNoekkel").findtext(
            CATALOGUE + "noekkel")
        events = self.events("ArchiveSent")
        digest = hashlib.sha256((folder / "arkivmelding.xml").read_bytes()).hexdigest()
        self.assertEqual([(one["data"]["target"], one["data"]["externalKey"], one["data"]["digest"],
                           one["data"]["message"]) for one in events],
                         [("fiks", key, digest, sent["message"])])
        self.assertTrue(key.startswith("stafett.example/"))
        # Refused by the archive: the next message has the same key and another id.
        self.answer(sent["folder"] + ".feilmelding.json", "{}")
        self.assertEqual(list(self.answers().values()), ["failed"])
        again = self.send()
        self.assertNotEqual(again["message"], sent["message"])
        self.assertEqual({one["data"]["externalKey"] for one in self.events("ArchiveSent")}, {key})

    def test_the_message_is_as_the_schema_says(self):
        if not SCHEMAS:
            self.skipTest("STAFETT_FIKS_SCHEMAS is not set")
        sent = self.send()
        done = subprocess.run(
            ["xmllint", "--nonet", "--noout", "--schema",
             f"{SCHEMAS}/no.ks.fiks.arkiv.v2.arkivering.arkivmelding.opprett.xsd",
             self.spool / "ut" / sent["folder"] / "arkivmelding.xml"],
            capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_what_was_sent_is_not_sent_again(self):
        self.send()
        code, _, err = self.program.run(*self.words())
        self.assertEqual((code, "not answered" in err), (5, True), err)
        # Somebody has carried it away.
        (self.spool / "ut" / self.shown()[0]).rename(self.program.place / "carried")
        self.assertEqual(self.program.run(*self.words())[0], 5)
        self.assertEqual((self.shown(), len(self.events("ArchiveSent"))), ([], 1))

    def test_answers_become_events_once(self):
        sent = self.send()
        self.answer(sent["folder"] + ".mottatt", "")
        self.assertEqual(self.answers(), {sent["folder"] + ".mottatt": "mottatt"})
        self.assertEqual(self.events("ArchiveReceipted", "ArchiveFailed"), [])
        name = sent["folder"] + ".kvittering.xml"
        for _ in range(2):  # as when it is killed before the answer is moved away
            self.answer(name, RECEIPT)
            self.assertEqual(self.answers(), {name: "receipted"})
        receipts = self.events("ArchiveReceipted")
        self.assertEqual([(one["data"]["message"], one["data"]["receipt"], one["actor"])
                          for one in receipts], [(sent["message"], "2026/77", "gro")])
        self.assertEqual(list((self.spool / "inn").iterdir()), [])
        code, _, err = self.program.run(*self.words())
        self.assertEqual((code, "is archived" in err), (5, True), err)

    def test_an_error_in_a_receipt_is_a_failure_as_one_line(self):
        sent = self.send()
        self.answer(sent["folder"] + ".kvittering.xml", FAILED)
        self.assertEqual(list(self.answers().values()), ["failed"])
        self.assertEqual([one["data"]["error"] for one in self.events("ArchiveFailed")],
                         ["ukjent  arkivdel"])

    def test_what_is_no_answer_stays_and_is_told(self):
        sent = self.send()
        entities = ('<!DOCTYPE x [<!ENTITY e "2026/1">]><arkivmeldingKvittering><mappeID>&e;'
                    "</mappeID></arkivmeldingKvittering>")
        names = {"readme": "x", sent["folder"] + ".kvittering.xml": "<no xml",
                 sent["folder"] + ".other": "x",
                 "01970000-0000-7000-8000-000000000009.a.kvittering.xml": RECEIPT,
                 sent["folder"].replace(".", "/../.", 1).replace("/", "_") + ".mottatt": ""}
        for name, text in names.items():
            self.answer(name, text)
        self.assertEqual(set(self.answers().values()), {"unknown"})
        self.answer(sent["folder"] + ".kvittering.xml", entities)
        self.assertEqual(set(self.answers().values()), {"unknown"})
        self.assertEqual({one.name for one in (self.spool / "inn").iterdir()}, set(names))
        self.assertEqual(self.events("ArchiveReceipted", "ArchiveFailed"), [])

    def test_what_the_log_does_not_take_keeps_no_other_answer_from_it(self):
        sent = self.send()
        case = sent["folder"].split(".")[0]
        # Of a message that the case never had, of whatever kind.
        self.answer(f"{case}.fiks-1.kvittering.xml", RECEIPT)
        self.answer(f"{case}.fiks-1.mottatt", "")
        # Refused, as lise is no archivist; what was refused can be recorded by who is.
        name = sent["folder"] + ".kvittering.xml"
        self.answer(name, RECEIPT)
        code, out, err = self.program.run("archive", "answers", self.program.log, str(self.spool),
                                          "--by", "lise", "--json")
        self.assertEqual(code, 5, err)
        self.assertEqual({(one["name"], one["result"]) for one in map(json.loads, out.splitlines())},
                         {(f"{case}.fiks-1.kvittering.xml", "unknown"),
                          (f"{case}.fiks-1.mottatt", "unknown"), (name, "refused")})
        self.assertEqual({one.name for one in (self.spool / "inn").iterdir()},
                         {f"{case}.fiks-1.kvittering.xml", f"{case}.fiks-1.mottatt", name})
        self.assertEqual(self.answers()[name], "receipted")
        self.answer(name, RECEIPT)
        self.assertEqual(self.answers()[name], "receipted")
        self.assertEqual([one["actor"] for one in self.events("ArchiveReceipted")], ["gro"])

    def test_an_error_is_a_line_whatever_its_bytes_are(self):
        sent = self.send()
        (self.spool / "inn" / (sent["folder"] + ".feilmelding.txt")).write_bytes(
            b"\xff\xfe bad\x00\x1b[2J\xc2\x9b2J \xe2\x80\xa8 tjeneste p\xc3\xa5 \xc3" + b"x" * 500)
        self.assertEqual(list(self.answers().values()), ["failed"])
        [failed] = self.events("ArchiveFailed")
        self.assertTrue(failed["data"]["error"].startswith("bad  [2J  2J     tjeneste på  x"))
        self.assertLess(len(failed["data"]["error"]), 201)

    def test_a_receipt_that_names_nothing_is_none(self):
        sent = self.send()
        name = sent["folder"] + ".kvittering.xml"
        self.answer(name, "<arkivmeldingKvittering><mappeID> \n </mappeID></arkivmeldingKvittering>")
        self.assertEqual(self.answers(), {name: "unknown"})

    def test_whoever_writes_into_the_spool_makes_it_read_nothing_else(self):
        sent = self.send()
        kept = self.program.place / "kept"
        kept.write_text("for the owner only")
        into, name = self.spool / "inn", sent["folder"] + ".feilmelding"
        (into / (name + ".link")).symlink_to(kept)
        (into / (name + ".folder")).mkdir()
        os.mkfifo(into / (name + ".pipe"))
        self.answer(name + ".large", "x" * ((1 << 20) + 1))
        self.answer(sent["folder"] + ".kvittering.xml", RECEIPT)
        got = self.answers()
        self.assertEqual(got.pop(sent["folder"] + ".kvittering.xml"), "receipted")
        self.assertEqual(got, {f"{name}.{one}": "unknown"
                               for one in ("link", "folder", "pipe", "large")})
        self.assertEqual(self.events("ArchiveFailed"), [])

    def test_names_do_not_control_the_terminal(self):
        self.send()
        self.answer("x\x1b[2J", "")
        out = self.program.ok("archive", "answers", self.program.log, str(self.spool), "--by", "gro")
        self.assertEqual(out, "unknown  x\\x1b[2J  \n")

    def test_an_error_after_the_receipt_does_not_have_it_sent_again(self):
        sent = self.send()
        self.answer(sent["folder"] + ".kvittering.xml", RECEIPT)
        self.answers()
        self.answer(sent["folder"] + ".feilmelding", "tidsavbrudd")
        self.assertEqual(list(self.answers().values()), ["failed"])
        code, _, err = self.program.run(*self.words())
        self.assertEqual((code, "is archived" in err), (5, True), err)
        self.assertEqual(len(self.events("ArchiveSent")), 1)

    def test_a_message_that_could_not_be_made_leaves_nothing_behind(self):
        words = [word for word in self.words() if word != "--html"]
        done = subprocess.run([BINARY, *words], capture_output=True, text=True, check=False,
                              env={**os.environ, "PATH": "/nowhere"})
        self.assertEqual((done.returncode, "weasyprint" in done.stderr), (4, True), done.stderr)
        self.assertEqual(list((self.spool / "ut").iterdir()), [])
        self.assertEqual(self.events("ArchiveSent"), [])

    def test_killed_between_the_log_and_the_name_it_goes_on(self):
        sent = self.send()
        ready = self.spool / "ut" / sent["folder"]
        ready.rename(self.spool / "ut" / f".{sent['folder']}")
        again = self.send()
        self.assertEqual((again["folder"], again["wasRecorded"]), (sent["folder"], True))
        self.assertEqual((self.shown(), len(self.events("ArchiveSent"))), ([sent["folder"]], 1))
        # Not if it is no longer what the log was told.
        ready.rename(self.spool / "ut" / f".{sent['folder']}")
        with open(self.spool / "ut" / f".{sent['folder']}" / "arkivmelding.xml", "a",
                  encoding="utf-8") as file:
            file.write(" ")
        self.assertEqual(self.program.run(*self.words())[0], 5)
        self.assertEqual(self.shown(), [])

    def test_killed_at_any_time_it_is_there_once(self):
        rng = random.Random(SEED)
        for _ in range(12):
            process = subprocess.Popen([BINARY, *self.words()], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            try:
                process.wait(timeout=rng.uniform(0.01, 0.4))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
        self.assertIn(self.program.run(*self.words())[0], (0, 5))
        sent = self.events("ArchiveSent")
        self.assertEqual(len(sent), 1, f"seed {SEED}")
        self.assertEqual([one.split(".", 1)[1] for one in self.shown()],
                         [sent[0]["data"]["message"]])
        hidden = [one.name for one in (self.spool / "ut").iterdir() if one.name.startswith(".")]
        self.assertEqual(hidden, [])

    def test_the_archivists_list_tells_what_is_due_and_what_waits(self):
        def work(*more):
            return {(one["rule"], one["ref"], one["due"], one["overdue"]) for one in
                    self.program.lines("worklist", self.program.log, "gro", "--json", *more)}

        closed = self.events("LogClosed")[0]
        self.assertEqual(closed["occurredAt"][:10], "2026-05-22")
        self.assertIn(("notSent", "fiks", "2026-06-21", False), work("--as-of", "2026-06-21"))
        self.assertIn(("notSent", "fiks", "2026-06-21", True), work("--as-of", "2026-06-22"))
        sent = self.send()
        self.assertIn(("F47", sent["message"]), {one[:2] for one in work()})
        self.assertNotIn("notSent", {one[0] for one in work()})
        self.answer(sent["folder"] + ".kvittering.xml", RECEIPT)
        self.answers()
        self.assertEqual(work(), set())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1)
