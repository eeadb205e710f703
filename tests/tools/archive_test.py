#!/usr/bin/env python3
"""Closed logs to the archive.  archive_test.py STAFETT SOURCE_DIR

STAFETT_NOARK_SCHEMAS: a folder with the official schemas (arkivstruktur.xsd, endringslogg.xsd,
metadatakatalog.xsd, addml.xsd). They are the National Archives' and not part of this repository;
without them what needs them is skipped.
"""

import hashlib
import http.server
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
import xml.etree.ElementTree as ElementTree

from program import Program, begin, event
from rounds import SEED, by_rounds, some

BINARY, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
SCENARIOS = sorted((SOURCE / "tests/projections/scenarios").glob("*.json"))
GOLDEN = SOURCE / "tests/tools/golden"
SCHEMAS = os.environ.get("STAFETT_NOARK_SCHEMAS", "")
N5 = "{http://www.arkivverket.no/standarder/noark5/arkivstruktur}"
CHANGES = "{http://www.arkivverket.no/standarder/noark5/endringslogg}"
ADDML = "{http://www.arkivverket.no/standarder/addml}"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def person(label, *roles, **more):
    return event("PersonRegistered", more.pop("by", "founder"),
                 {"person": label, "roles": list(roles), "active": True, **more})


class WithPlace(unittest.TestCase):
    def setUp(self):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.place = tempfile.TemporaryDirectory(dir=shm)
        self.addCleanup(self.place.cleanup)

    def played(self, name):
        """A scenario's log, with gro who is archivist."""
        place = pathlib.Path(self.place.name) / name
        place.mkdir()
        program = Program(BINARY, place)
        begin(self.play, program, name)
        return program

    def play(self, program, name):
        program.ok("scenario", str(SOURCE / f"tests/projections/scenarios/{name}.json"), "--dir",
                   program.log)
        code, answers, err = program.append(person("gro", "archivist"))
        self.assertEqual(code, 0, (answers, err))

    def extract(self, program, *cases, name="out", more=("--html",)):
        out = program.place / name
        words = [word for case in cases for word in ("--case", case)]
        program.ok("archive", "noark", program.log, str(out), *words, "--by", "gro", *more)
        return out

    def history(self, program, case="case"):
        return program.lines("history", program.log, case, "--json")


def faults(out):
    """What an archive's own tools would find: units, references, files, checksums."""
    found = []
    root = ElementTree.parse(out / "arkivstruktur.xml").getroot()
    ids = [one.text for one in root.iter(N5 + "systemID")]
    found += [f"not unique: {one}" for one in ids if ids.count(one) > 1]
    found += [f"not a UUID: {one}" for one in ids if not UUID.fullmatch(one)]
    named = set()
    for one in root.iter(N5 + "dokumentobjekt"):
        name = one.findtext(N5 + "referanseDokumentfil")
        named.add(name)
        if not (out / name).is_file():
            found.append(f"missing: {name}")
            continue
        data = (out / name).read_bytes()
        if not data:
            found.append(f"empty: {name}")
        if one.findtext(N5 + "sjekksumAlgoritme") != "SHA-256":
            found.append(f"algorithm: {name}")
        if hashlib.sha256(data).hexdigest() != one.findtext(N5 + "sjekksum"):
            found.append(f"checksum: {name}")
        if len(data) != int(one.findtext(N5 + "filstoerrelse")):
            found.append(f"size: {name}")
    there = {str(path.relative_to(out)) for path in (out / "dokumenter").rglob("*")
             if path.is_file()}
    found += [f"not referred to: {name}" for name in there - named]
    for one in ElementTree.parse(out / "endringslogg.xml").getroot():
        if one.findtext(CHANGES + "referanseArkivenhet") not in ids:
            found.append("a change of no unit")
    for tree in (root, ElementTree.parse(out / "endringslogg.xml").getroot()):
        found += [f"empty: {one.tag}" for one in tree.iter()
                  if len(one) == 0 and not (one.text or "").strip()]
    for one in ElementTree.parse(out / "arkivuttrekk.xml").getroot().iter(ADDML + "property"):
        if one.get("name") != "file":
            continue
        inner = one.find(ADDML + "properties")
        values = {each.get("name"): each for each in inner}
        name = values["name"].findtext(ADDML + "value")
        sums = {each.get("name"): each.findtext(ADDML + "value")
                for each in values["checksum"].find(ADDML + "properties")}
        if hashlib.sha256((out / name).read_bytes()).hexdigest() != sums["value"]:
            found.append(f"checksum: {name}")
    return found


def every_byte(out):
    return b"\n".join(path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file())


def texts_of(value):
    """Every string in an event's content, but for words that any log has."""
    if isinstance(value, dict):
        return {text for one in value.values() for text in texts_of(one)}
    if isinstance(value, list):
        return {text for one in value for text in texts_of(one)}
    return {value} if isinstance(value, str) else set()


def normal(text):
    """With ids and times by the order in which they come."""
    for pattern, word in ((UUID, "id"), (re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z"), "time"),
                          (re.compile(r"\b[0-9a-f]{64}\b"), "sha256")):
        seen = {}
        text = pattern.sub(lambda m: f"{word}-{seen.setdefault(m.group(), len(seen) + 1)}", text)
    return re.sub(r"(<filstoerrelse>|<loggstoerrelse>)\d+", r"\1N",
                  re.sub(r"\d{4}-\d\d-\d\d(?=<)", "DATE", text))


class Extracts(WithPlace):
    def test_every_closed_log_of_the_scenarios_is_an_extract_without_faults(self):
        closing = {}
        for scenario in SCENARIOS:
            events = json.loads(scenario.read_text())["events"]
            if cases := {one.get("case", "case") for one in events if one["type"] == "LogClosed"}:
                closing[scenario] = cases
        self.assertGreater(len(closing), 4)
        ola = next(one for one in closing.items() if one[0].stem == "case-a-ola")  # stays closed
        closed = 0
        for scenario, cases in some(closing.items(), few=1, small=3, always=[ola]):
            with self.subTest(scenario=scenario.name):
                program = self.played(scenario.stem)
                cases = [case for case in sorted(cases) if json.loads(program.ok(
                    "case", program.log, case, "--json"))["phase"] in ("closed", "archived")]
                if not cases:
                    continue
                out = self.extract(program, *cases)
                self.assertEqual(faults(out), [])
                folders = ElementTree.parse(out / "arkivstruktur.xml").getroot().iter(N5 + "mappe")
                self.assertEqual({one.findtext(N5 + "mappeID") for one in folders}, set(cases))
                closed += len(cases)
        self.assertGreaterEqual(closed, by_rounds(few=1, small=1, full=5))

    def test_the_files_are_as_the_official_schemas_say(self):
        if not SCHEMAS:
            self.skipTest("STAFETT_NOARK_SCHEMAS is not set")
        program = self.played("case-a-ola")
        out = self.extract(program, "case", more=("--html", "--schemas", SCHEMAS))
        for name, schema in (("arkivstruktur", "arkivstruktur"), ("endringslogg", "endringslogg"),
                             ("arkivuttrekk", "addml")):
            done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema",
                                   out / f"{schema}.xsd", out / f"{name}.xml"],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(faults(out), [])

    def test_schemas_that_it_does_not_meet_keep_it_from_leaving(self):
        program = self.played("case-a-ola")
        other = program.place / "schemas"
        other.mkdir()
        (other / "arkivstruktur.xsd").write_text(
            '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="x"/>'
            "</xs:schema>")
        before = [one["type"] for one in self.history(program)]
        code, _, err = program.run("archive", "noark", program.log, str(program.place / "out"),
                                   "--case", "case", "--by", "gro", "--html", "--schemas",
                                   str(other))
        self.assertEqual((code, "arkivstruktur" in err), (1, True), err)
        self.assertFalse((program.place / "out").exists())
        after = [one["type"] for one in self.history(program)]
        self.assertEqual(after.count("ArchiveSent"), before.count("ArchiveSent"))

    def test_a_schema_is_never_fetched_from_a_network(self):
        asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_error(404)

            def log_message(self, *_):
                pass

        elsewhere = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(elsewhere.server_close)
        thread = threading.Thread(target=elsewhere.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(elsewhere.shutdown)
        program = self.played("case-a-ola")
        other = program.place / "schemas"
        other.mkdir()
        (other / "arkivstruktur.xsd").write_text(
            '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:import namespace="x" '
            f'schemaLocation="http://127.0.0.1:{elsewhere.server_address[1]}/x.xsd"/></xs:schema>')
        code, _, _ = program.run("archive", "noark", program.log, str(program.place / "out"),
                                 "--case", "case", "--by", "gro", "--html", "--schemas", str(other))
        self.assertEqual((code, asked), (1, []))

    def test_the_xml_of_one_case_is_what_it_was(self):
        out = self.extract(self.played("case-a-ola"), "case",
                           more=("--html", "--creator", "Testkommune"))
        for name in ("arkivstruktur.xml", "endringslogg.xml", "arkivuttrekk.xml"):
            got = normal((out / name).read_text())
            kept = GOLDEN / f"noark-{name}"
            if os.environ.get("STAFETT_WRITE_GOLDEN"):
                kept.parent.mkdir(exist_ok=True)
                kept.write_text(got)
            self.assertEqual(got, kept.read_text(), name)

    def test_any_altered_byte_of_a_document_is_found_by_its_checksum(self):
        out = self.extract(self.played("case-a-ola"), "case")
        structure = (out / "arkivstruktur.xml").read_text()
        (out / "arkivstruktur.xml").write_text(structure.replace("Barn<", "Bern<"))
        self.assertEqual(faults(out), ["checksum: arkivstruktur.xml"])
        (out / "arkivstruktur.xml").write_text(structure)
        self.assertEqual(faults(out), [])
        documents = [one for one in (out / "dokumenter").rglob("*") if one.is_file()]
        self.assertGreater(len(documents), 1)
        rng = random.Random(SEED)
        for path in documents * 5:
            kept = path.read_bytes()
            altered = bytearray(kept)
            altered[rng.randrange(len(kept))] ^= 1 << rng.randrange(8)
            path.write_bytes(bytes(altered))
            name = str(path.relative_to(out))
            try:
                self.assertIn(f"checksum: {name}", faults(out))
            finally:
                path.write_bytes(kept)

    def test_it_is_made_once_the_log_key_has_changed(self):
        program = self.played("case-a-ola")
        program.ok("keys", "rotate-log", program.log)
        self.assertEqual(faults(self.extract(program, "case")), [])

    def test_it_is_for_its_owner_only(self):
        out = self.extract(self.played("case-a-ola"), "case")
        for path in [out, *out.rglob("*")]:
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)


class Recorded(WithPlace):
    def test_the_read_and_the_sending_are_in_the_log_before_anything_leaves(self):
        program = self.played("case-a-ola")
        out = self.extract(program, "case")
        history = self.history(program)
        sent = [one for one in history if one["type"] == "ArchiveSent"][-1]
        digest = hashlib.sha256((out / "arkivuttrekk.xml").read_bytes()).hexdigest()
        self.assertEqual((sent["actor"], sent["data"]["target"], sent["data"]["digest"]),
                         ("gro", "manual", digest))
        read = [one for one in history if one["type"] == "EntryRead"
                and one["data"]["purpose"] == "archive"][-1]
        self.assertEqual((read["data"]["reader"], read["data"]["capacity"]), ("gro", "archivist"))
        self.assertLess(read["position"], sent["position"])
        again = self.extract(program, "case", name="again")
        keys = {one["data"]["externalKey"] for one in self.history(program)
                if one["type"] == "ArchiveSent" and one["data"]["target"] == "manual"}
        self.assertEqual(len(keys), 1)
        self.assertEqual(faults(again), [])

    def test_an_open_log_is_refused_and_the_attempt_is_recorded(self):
        program = self.played("baton")
        out = program.place / "out"
        for verb in ("noark", "printout"):
            code, _, err = program.run("archive", verb, program.log, str(out), "--case", "case",
                                       "--by", "gro", "--html")
            self.assertEqual((code, "read-no-relation" in err), (5, True), err)
            self.assertFalse(out.exists())
        types = [one["type"] for one in self.history(program)]
        self.assertEqual(types.count("ReadDenied"), 2)
        self.assertNotIn("ArchiveSent", types)

    def test_only_who_is_archivist_and_nothing_else_in_the_case_may(self):
        program = self.played("case-a-ola")
        code, answers, err = program.append(person("ada", "archivist", "dpo"))
        self.assertEqual(code, 0, (answers, err))
        for label in ("lise", "dag", "ada", "kari"):
            code, _, err = program.run("archive", "noark", program.log,
                                       str(program.place / "out"), "--case", "case", "--by", label,
                                       "--html")
            self.assertEqual(code, 5, (label, err))
        code, _, _ = program.run("archive", "noark", program.log, str(program.place / "out"),
                                 "--case", "case", "--by", "nobody", "--html")
        self.assertEqual(code, 4)
        self.assertFalse((program.place / "out").exists())

    def test_one_log_that_is_open_keeps_all_from_leaving(self):
        program = self.played("case-a-ola")
        raised = event("ConcernRaised", "lise",
                       {"subject": "eva", "subjectKind": "child", "source": "employee",
                        "service": "school", "summary": "x"}, case="another")
        self.assertEqual(program.append(raised)[0], 0)
        before = [one["type"] for one in self.history(program)].count("ArchiveSent")
        code, _, _ = program.run("archive", "noark", program.log, str(program.place / "out"),
                                 "--case", "case", "--case", "another", "--by", "gro", "--html")
        self.assertEqual(code, 5)
        self.assertFalse((program.place / "out").exists())
        self.assertEqual([one["type"] for one in self.history(program)].count("ArchiveSent"), before)


    def test_it_is_taken_also_when_the_logs_own_key_was_changed(self):
        program = self.played("case-a-ola")
        program.ok("keys", "rotate-log", program.log)
        out = self.extract(program, "case")
        self.assertEqual(faults(out), [])

    def test_words_that_would_not_last_are_refused_before_anything_is_read(self):
        program = self.played("case-a-ola")
        before = program.size()
        for words in (("--creator", "Test\x1b[2J"), ("--shielding", "§ 13\n"), ("--shielding", ""),
                      ("--creator", b"\xff\xfe")):
            done = subprocess.run([BINARY, "archive", "noark", program.log,
                                   str(program.place / "out"), "--case", "case", "--by", "gro",
                                   "--html", *words], capture_output=True, check=False)
            self.assertEqual((done.returncode, words[0].encode() in done.stderr), (2, True), done)
        self.assertEqual((program.size(), (program.place / "out").exists()), (before, False))


class Compartments(WithPlace):
    def test_what_was_released_to_the_archivists_service_stays_with_who_wrote_it(self):
        scenario = json.loads((SOURCE / "tests/projections/scenarios/case-a-ola.json").read_text())
        scenario["events"].insert(4, {"day": 5, "type": "MeetingHeld", "by": "lise", "data": {
            "meeting": "mt0", "kind": "network", "services": ["school"], "guardians": [],
            "childPresent": False, "minutes": "before anybody had agreed"}})
        scenario["expect"], scenario["evaluate"] = {}, []
        place = pathlib.Path(self.place.name)
        (place / "scenario.json").write_text(json.dumps(scenario))
        program = Program(BINARY, place)
        program.ok("scenario", str(place / "scenario.json"), "--dir", program.log)
        before = [one for one in self.history(program) if one["data"].get("meeting") == "mt0"]
        self.assertEqual([one["stream"] for one in before], ["level0"])
        code, answers, err = program.append(
            person("gro", "archivist", service="school"),
            event("CompartmentReleased", "odd",
                  {"entries": [before[0]["id"]], "toFamily": False, "toServices": ["school"],
                   "agreedWith": "leader"}, case="case"))
        self.assertEqual(code, 0, (answers, err))
        seen = program.lines("history", program.log, "case", "--viewer", "gro", "--json")
        self.assertIn(before[0]["id"], {one["id"] for one in seen})
        data = every_byte(self.extract(program, "case"))
        self.assertIn("oppstartsmøte".encode(), data)
        for word in ("nettverksmøte", "before anybody had agreed", before[0]["id"]):
            self.assertNotIn(word.encode(), data)

    def test_what_is_not_open_is_nowhere_in_it(self):
        searched = 0
        for name in ("case-a-ola", "case-c-jonas", "closure-demanded", "rights"):
            with self.subTest(scenario=name):
                program = self.played(name)
                history = self.history(program)
                is_open = [one for one in history if one["stream"] == "open"]
                others = [one for one in history if one["stream"] != "open"]
                known = {text for one in is_open for text in texts_of(one["data"])}
                words = {word for text in known for word in text.split()}
                out = self.extract(program, "case", more=("--html",))
                data = every_byte(out)
                for one in others:
                    self.assertNotIn(one["id"].encode(), data, one["type"])
                    for text in texts_of(one["data"]) - known:
                        # One word alone is a name or a code that the open events have too.
                        if len(text.split()) < 2 or set(text.split()) <= words:
                            continue
                        self.assertNotIn(text.encode(), data, one["type"])
                        searched += 1
        self.assertGreater(searched, 8)


class WithDocuments(WithPlace):
    """A closed log with documents: one is kept, one only known by its digest, one was a mistake."""

    kept, mistake = b"%PDF-1.4 a plan \x00\x01\xff", b"of another child"

    def setUp(self):
        super().setUp()
        place = pathlib.Path(self.place.name) / "with"
        place.mkdir()
        self.program = Program(BINARY, place)
        begin(self.play_with_documents, self.program)

    def play_with_documents(self, program):
        place = program.place
        scenario = json.loads((SOURCE / "tests/projections/scenarios/case-a-ola.json").read_text())
        scenario["events"] = [one for one in scenario["events"]
                              if not one["type"].startswith("Archive") and one["type"] != "LogClosed"]
        scenario["expect"], scenario["evaluate"] = {}, []
        (place / "scenario.json").write_text(json.dumps(scenario))
        program.ok("scenario", str(place / "scenario.json"), "--dir", program.log)
        lines = []
        for number, (name, data) in enumerate((("plan", self.kept), ("wrong", self.mistake),
                                               ("paper", b"in a drawer"))):
            (place / name).write_bytes(data)
            lines.append({**event("AttachmentAdded", "lise", {
                "attachment": name, "kind": "plan", "title": f"title of {name}",
                "digest": hashlib.sha256(data).hexdigest(), "bytes": len(data),
                "mediaType": "application/pdf"}, case="case",
                id=f"01970000-0000-7000-8000-00000000010{number}"),
                "occurredAt": "2026-03-09T09:00:00Z"})
        for line, name in zip(lines, ("plan", "wrong", None)):
            words = ["--attach", f"{line['id']}={place}/{name}"] if name else []
            program.ok("append", program.log, *words, text=json.dumps(line) + "\n")
        later = [{**event("EntryCorrected", "lise", {"target": lines[1]["id"], "void": True,
                                                     "changes": {}, "reason": "wrong child"},
                          case="case"), "occurredAt": "2026-03-09T10:00:00Z"},
                 {**event("EntryCorrected", "lise",
                          {"target": lines[0]["id"], "changes": {"title": "a better title"},
                           "reason": "typo"}, case="case"), "occurredAt": "2026-03-09T10:00:00Z"},
                 {**event("LogClosed", "lise", {"reason": "goal", "note": "<done> & \"over\""},
                          case="case"), "occurredAt": "2026-03-10T10:00:00Z"},
                 person("gro", "archivist")]
        code, answers, err = program.append(*later)
        self.assertEqual(code, 0, (answers, err))

    def corrects(self, *corrections):
        """Each: (id of the target, what the correction has)."""
        code, answers, err = self.program.append(*(
            event("EntryCorrected", "lise", {"target": target, "changes": {}, "reason": "typo", **has},
                  case="case") for target, has in corrections))
        self.assertEqual(code, 0, (answers, err))

    def id_of(self, kind):
        return [one["id"] for one in self.history(self.program) if one["type"] == kind][-1]

    def changes(self, out, what):
        found = [{one.tag.removeprefix(CHANGES): one.text for one in change} for change in
                 ElementTree.parse(out / "endringslogg.xml").getroot()]
        return [(one["tidligereVerdi"], one["nyVerdi"]) for one in found
                if one["referanseMetadata"] == what]


class Documents(WithDocuments):
    def test_documents_are_in_it_as_they_were_recorded(self):
        out = self.extract(self.program, "case")
        self.assertEqual(faults(out), [])
        names = sorted(path.name for path in out.rglob("*") if path.parent.parent.name == "dokumenter")
        self.assertEqual(names, ["01970000-0000-7000-8000-000000000100.pdf", "hendelser.jsonl",
                                 "utskrift.html"])
        data = every_byte(out)
        self.assertIn(self.kept, data)
        self.assertNotIn(self.mistake, data)
        structure = (out / "arkivstruktur.xml").read_text()
        self.assertIn(hashlib.sha256(b"in a drawer").hexdigest(), structure)

    def test_a_correction_is_a_change_of_the_record_with_both_values(self):
        out = self.extract(self.program, "case")
        changes = [{one.tag.removeprefix(CHANGES): one.text for one in change} for change in
                   ElementTree.parse(out / "endringslogg.xml").getroot()]
        titles = [one for one in changes if one["referanseMetadata"].endswith(" title")]
        self.assertEqual([(one["referanseArkivenhet"], one["tidligereVerdi"], one["nyVerdi"])
                          for one in titles],
                         [("01970000-0000-7000-8000-000000000100", "title of plan",
                           "a better title")])

    def test_text_is_told_from_markup(self):
        out = self.extract(self.program, "case")
        page = next(out.rglob("utskrift.html")).read_text()
        self.assertIn("&lt;done&gt; &amp; &quot;over&quot;", page)
        self.assertNotIn("<done>", page)


    def test_a_document_with_another_digest_is_told_and_goes_in_when_the_event_is_corrected(self):
        target = "01970000-0000-7000-8000-000000000100"
        digest = hashlib.sha256(self.kept).hexdigest()
        self.corrects((target, {"changes": {"digest": "0" * 64}}))
        code, _, err = self.program.run("archive", "noark", self.program.log,
                                        str(self.program.place / "out"), "--case", "case", "--by",
                                        "gro", "--html")
        self.assertEqual((code, target in err), (1, True), err)
        self.corrects((target, {"changes": {"digest": digest}}))
        self.assertEqual(faults(self.extract(self.program, "case")), [])


class Corrected(WithDocuments):
    def test_a_title_is_as_corrected_everywhere_but_in_what_was_recorded(self):
        out = self.extract(self.program, "case")
        structure = (out / "arkivstruktur.xml").read_text()
        page = next(out.rglob("utskrift.html")).read_text()
        self.assertEqual(structure.count("<tittel>a better title</tittel>"), 2)
        self.assertNotIn("title of plan", structure)
        self.assertIn("<td>a better title</td>", page)
        self.assertIn("title of plan", next(out.rglob("hendelser.jsonl")).read_text())

    def test_begin_and_end_are_those_that_no_correction_has_voided(self):
        self.corrects((self.id_of("LogOpened"), {"occurredAt": "2026-01-22T23:30:00Z"}),
                      (self.id_of("LogClosed"), {"void": True}))
        code, answers, err = self.program.append(
            {**event("LogClosed", "lise", {"reason": "goal"}, case="case"),
             "occurredAt": "2026-03-11T08:00:00Z"})
        self.assertEqual(code, 0, (answers, err))
        out = self.extract(self.program, "case")
        self.assertEqual(faults(out), [])
        root = ElementTree.parse(out / "arkivstruktur.xml").getroot()
        folder = next(root.iter(N5 + "mappe"))
        self.assertEqual((folder.findtext(N5 + "opprettetDato"), folder.findtext(N5 + "avsluttetDato")),
                         ("2026-01-22T23:30:00Z", "2026-03-11T08:00:00Z"))
        # Half past midnight where the log is kept.
        self.assertEqual(next(root.iter(N5 + "arkivperiodeStartDato")).text, "2026-01-23")
        self.assertEqual(self.changes(out, "status"),
                         [("Ikke åpnet", "Åpen"), ("Åpen", "Avsluttet"), ("Avsluttet", "Åpen"),
                          ("Åpen", "Avsluttet")])

    def test_a_level_that_was_a_mistake_is_taken_back_in_the_changes(self):
        def change(level, **more):
            return event("LevelChanged", "lise", {"from": 1, "to": level, "reason": "x"},
                         case="case", **more)

        self.corrects((self.id_of("LogClosed"), {"void": True}))
        mistake = "01970000-0000-7000-8000-000000000200"
        code, answers, err = self.program.append(
            {**change(3, id=mistake), "occurredAt": "2026-03-10T11:00:00Z"},
            {**event("EntryCorrected", "lise", {"target": mistake, "changes": {"to": 2},
                                                "reason": "typo"}, case="case")},
            {**event("EntryCorrected", "lise", {"target": mistake, "changes": {}, "void": True,
                                                "reason": "wrong child"}, case="case")},
            {**event("LogClosed", "lise", {"reason": "goal"}, case="case"),
             "occurredAt": "2026-03-11T08:00:00Z"})
        self.assertEqual(code, 0, (answers, err))
        out = self.extract(self.program, "case")
        self.assertEqual(self.changes(out, "nivaa"), [("0", "1"), ("1", "3"), ("3", "2"), ("2", "1")])
        self.assertIn("<nivaa>1</nivaa>", (out / "arkivstruktur.xml").read_text())

    def test_a_time_is_changed_from_what_it_was(self):
        target = self.id_of("LogOpened")
        before = [one["occurredAt"] for one in self.history(self.program) if one["id"] == target]
        self.corrects((target, {"occurredAt": "2026-01-23T08:00:00Z"}),
                      (target, {"occurredAt": "2026-01-23T09:00:00Z"}))
        self.assertEqual(self.changes(self.extract(self.program, "case"),
                                      f"hendelse {target} occurredAt"),
                         [(before[0], "2026-01-23T08:00:00Z"),
                          ("2026-01-23T08:00:00Z", "2026-01-23T09:00:00Z")])

    def test_what_xml_cannot_carry_keeps_nobody_from_reading_the_rest(self):
        self.corrects(("01970000-0000-7000-8000-000000000100",
                       {"changes": {"title": "end \ufffe of \uffff it \ufffc"}}))
        out = self.extract(self.program, "case")
        self.assertEqual(faults(out), [])
        titles = [one.text for one in
                  ElementTree.parse(out / "arkivstruktur.xml").getroot().iter(N5 + "tittel")]
        self.assertEqual(titles.count("end \ufffd of \ufffd it \ufffc"), 2)


class Printouts(WithPlace):
    def printout(self, program, *more, name="utskrift"):
        out = program.place / name
        program.ok("archive", "printout", program.log, str(out), "--case", "case", "--by", "gro",
                   *more)
        return out

    def test_it_tells_what_was_recorded_in_both_languages(self):
        program = self.played("case-a-ola")
        for language, words in (("nb", ("Stafettholder", "Ansvarlig", "Møte holdt")),
                                ("nn", ("Stafetthaldar", "Ansvarleg", "Møte halde"))):
            page = self.printout(program, "--html", "--lang", language, name=language).read_text()
            for word in (*words, "small-group play", "joins play in two breaks a day",
                         "goal reached; class teacher keeps an eye on it"):
                self.assertIn(word, page)
            self.assertNotIn("the big ones decide", page)  # level 0
        code, _, err = program.run("archive", "printout", program.log,
                                   str(program.place / "x"), "--case", "case", "--by", "gro",
                                   "--lang", "en")
        self.assertEqual((code, "nb or nn" in err), (2, True), err)

    def test_no_field_is_shown_by_its_name_in_the_program(self):
        for name in ("case-a-ola", "case-c-jonas", "closure-demanded", "rights"):
            page = self.printout(self.played(name), "--html").read_text()
            for word in re.findall(r"<dt[^>]*>([^<]*)</dt>", page):
                self.assertFalse(word[0].islower(), (name, word))

    @unittest.skipUnless(shutil.which("weasyprint") and shutil.which("pdftotext"), "no weasyprint")
    def test_the_pdf_is_pdf_a_and_has_the_text(self):
        program = self.played("case-a-ola")
        out = self.printout(program)
        data = out.read_bytes()
        self.assertTrue(data.startswith(b"%PDF-"))
        self.assertRegex(data, rb"pdfaid:part(>|=\")2")
        self.assertEqual(out.stat().st_mode & 0o077, 0)
        text = subprocess.run(["pdftotext", out, "-"], capture_output=True, text=True,
                              check=True).stdout
        self.assertIn("Stafettlogg for ola", text)
        sent = [one for one in self.history(program) if one["type"] == "ArchiveSent"][-1]
        self.assertEqual(sent["data"]["digest"], hashlib.sha256(data).hexdigest())

    def test_a_printout_that_does_not_reach_the_disk_is_not_told(self):
        program = self.played("case-a-ola")
        before = [one["type"] for one in self.history(program)].count("ArchiveSent")
        fake = program.place / "bin/weasyprint"
        fake.parent.mkdir()
        # Its last word is where the PDF goes: there, to something that cannot be synced.
        fake.write_text('#!/bin/sh\nfor out; do :; done\nln -sf /dev/null "$out"\n')
        fake.chmod(0o755)
        out = program.place / "utskrift"
        done = subprocess.run([BINARY, "archive", "printout", program.log, str(out), "--case",
                               "case", "--by", "gro"], capture_output=True, text=True, check=False,
                              env={**os.environ, "PATH": f"{fake.parent}:{os.environ['PATH']}"})
        self.assertEqual((done.returncode, "sync" in done.stderr), (1, True), done.stderr)
        self.assertFalse(out.is_symlink() or out.exists())
        after = [one["type"] for one in self.history(program)]
        self.assertEqual(after.count("ArchiveSent"), before)

    def test_without_weasyprint_it_says_so_and_nothing_is_there(self):
        program = self.played("case-a-ola")
        out = program.place / "utskrift"
        done = subprocess.run([BINARY, "archive", "printout", program.log, str(out), "--case",
                               "case", "--by", "gro"], capture_output=True, text=True,
                              env={**os.environ, "PATH": "/nowhere"}, check=False)
        self.assertEqual((done.returncode, "weasyprint" in done.stderr), (4, True), done.stderr)
        self.assertFalse(out.exists())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1)
