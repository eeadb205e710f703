#!/usr/bin/env python3
"""The rest of the HTTP API as its users meet it.  api_test.py STAFETT SOURCE"""

import base64
import gzip
import hashlib
import hmac
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import serve_test
import own_keys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from program import NOTE, RAISED, event
from serve_test import OPENING, WITHDRAWN, curl, happened, noted, now

ORIGIN = "stafett.example/9901"
DOCUMENT_ID = "01970000-0000-7000-8000-0000000000d0"


class Asking(serve_test.WithPeople):
    def json(self, person, path, *words):
        status, _, body = self.ask(person, path, *words)
        return status, json.loads(body)

    def said(self, purpose="followUp", visit="v1"):
        return "-H", f"Stafett-Purpose: {purpose}", "-H", f"Stafett-Visit: {visit}"


class Cases(Asking):
    def listed(self, person, query=""):
        status, answer = self.json(person, "/cases" + query)
        self.assertEqual(status, 200, answer)
        return answer

    def test_whoever_has_a_part_in_a_case_finds_it_and_nobody_else(self):
        for person, want in (("lise", ["preLogReader"]), ("odd", ["preLogReader", "homeLeader"]),
                             ("dag", ["dpo"]), ("eva", None), ("ola", None), ("kari", None),
                             ("uma", None), ("rune", None), ("admin", None)):
            with self.subTest(person):
                cases = [] if want is None else [{"case": "case-1", "as": want}]
                self.assertEqual(self.listed(person), {"cases": cases, "next": None})
        self.assertEqual(self.reads(), [])  # no content was shown

    def test_a_case_is_listed_while_something_of_it_is_shown(self):
        self.assertEqual(self.post("lise", json.dumps(OPENING[0]))[0], 201)
        self.assertEqual(self.listed("kari")["cases"], [])  # linked, and without access
        for one in OPENING[1:]:
            self.assertEqual(self.post(one["actor"], json.dumps(one))[0], 201)
        self.assertEqual(self.listed("kari")["cases"], [{"case": "case-1", "as": ["guardian"]}])
        self.assertEqual(self.listed("eva")["cases"], [{"case": "case-1", "as": ["participant"]}])
        self.assertEqual(self.post("kari", json.dumps(WITHDRAWN))[0], 201)
        self.assertEqual(self.listed("eva")["cases"], [])

    def test_whoever_has_left_is_listed_nothing_from_then_on(self):
        self.assertEqual(len(self.listed("odd")["cases"]), 1)
        gone = event("PersonRegistered", "admin", {"person": "odd", "roles": ["leader"],
                                                   "service": "school", "active": False})
        self.assertEqual(self.post("admin", json.dumps({**gone, "occurredAt": now()}))[0], 201)
        self.assertEqual(self.listed("odd")["cases"], [])

    def test_pages_hold_every_case_once_in_the_order_in_which_they_began(self):
        self.listed("lise")  # so that what comes now is added to what is known
        for number in range(2, 9):
            raised = {**RAISED, "case": f"case-{number}"}
            del raised["id"]
            self.assertEqual(self.post("lise", json.dumps(raised))[0], 201)
        pages, after = [], ""
        while after is not None:
            page = self.listed("lise", "?limit=3" + (f"&after={after}" if after else ""))
            self.assertLessEqual(len(page["cases"]), 3)
            pages += [one["case"] for one in page["cases"]]
            after = page["next"]
        self.assertEqual(pages, [f"case-{number}" for number in range(1, 9)])
        for query in ("?limit=0", "?limit=201", "?limit=x", "?after=x", "?after=-1"):
            self.assertEqual(self.json("lise", "/cases" + query)[1]["code"], "bad-parameter")


class Findings(Asking):
    def beginning(self, program):
        super().beginning(program)
        # Raised in winter and never decided: overdue by now.
        self.append(*OPENING[:2])

    def findings(self, person, case="case-1"):
        status, _, body = self.ask(person, f"/cases/{case}/findings", *self.said())
        if status != 200:
            return status, json.loads(body)["code"]
        return status, [json.loads(line) for line in body.splitlines()]

    def test_they_are_those_of_the_program_for_whoever_is_told_all(self):
        status, found = self.findings("odd")
        self.assertEqual(status, 200)
        self.assertIn("F01", [one["rule"] for one in found])
        officer = self.findings("dag")[1]
        self.server.stop()
        told = self.program.lines("findings", self.log, "--case", "case-1", "--json")
        self.assertEqual(found, [one for one in told if one["rule"] in
                                 {rule["rule"] for rule in found}])
        self.assertEqual([one for one in officer if one["rule"] == "F01"],
                         [one for one in told if one["rule"] == "F01"])
        self.assertEqual([(read["actor"], read["type"]) for read in self.reads()][:2],
                         [("odd", "EntryRead"), ("dag", "EntryRead")])

    def test_whoever_is_shown_less_is_told_what_follows_from_that_alone(self):
        ben = event("PersonRegistered", "admin", {"person": "ben", "active": True,
                                                  "roles": ["leader"], "service": "bup"})
        opened = {**OPENING[4], "data": {**OPENING[4]["data"], "holder": "eva",
                                         "service": "bup"}}
        for one in (ben, *OPENING[2:4], opened):
            self.assertEqual(self.post(one["actor"], json.dumps(one))[0], 201)
        # Of what came before the log the holder is shown everything, her leader nothing.
        self.assertEqual([one["rule"] for one in self.findings("eva")[1]], ["F01", "F04", "F56"])
        self.assertEqual(self.findings("ben"), (200, []))

    def test_whom_no_rule_names_is_told_none(self):
        for person, want in (("lise", (403, "not-given")), ("eva", (403, "read-refused")),
                             ("kari", (403, "not-given")), ("rune", (403, "not-given"))):
            with self.subTest(person):
                self.assertEqual(self.findings(person), want)
        self.assertEqual(self.findings("eva", "case-2"), (403, "read-refused"))


class Figures(Asking):
    def beginning(self, program):
        super().beginning(program)
        program.ok("statistics", self.log, "--from", "2026-02-01", "--to", "2026-02-28",
                        "--publish", "--json")

    def figures(self, person, query, *words):
        return self.json(person, "/statistics?" + query, *words)

    def test_published_figures_are_for_everybody_and_others_for_few(self):
        february = "from=2026-02-01&to=2026-02-28"
        for person in ("lise", "rune", "kari"):
            status, published = self.figures(person, february)
            self.assertEqual((status, published["suppressed"]), (200, True))
            self.assertIsNotNone(published["published"])
            self.assertIsNone(published["figures"]["raised"]["total"])
            status, answer = self.figures(person, "from=2026-02-01&to=2026-02-27")
            self.assertEqual((status, answer["code"]), (404, "not-published"))
        for person in ("admin", "uma", "dag"):
            status, counted = self.figures(person, "from=2026-02-01&to=2026-02-27")
            self.assertEqual((status, counted["suppressed"], counted["published"]),
                             (200, False, None))
            self.assertEqual(counted["figures"]["raised"]["total"], 1)
        for query in ("", "from=2026-02-01", "from=2026-02-02&to=2026-02-01", "from=x&to=y"):
            self.assertEqual(self.figures("dag", query)[1]["code"], "bad-parameter")

    def test_the_form_is_what_the_client_takes(self):
        february = "/statistics?from=2026-02-01&to=2026-02-28"
        status, headers, body = self.ask("lise", february, "-H", "Accept: text/csv")
        self.assertEqual((status, headers["content-type"]), (200, "text/csv; charset=utf-8"))
        self.assertEqual(headers["vary"], "Accept, Accept-Encoding")
        self.assertEqual(body.decode().splitlines()[0], "table,key,value")
        headers, body = self.ask("lise", february, "-H", "Accept: application/jsonl")[1:]
        self.assertEqual(headers["content-type"], "application/jsonl")
        self.assertIn("raised", [json.loads(line)["figure"] for line in body.splitlines()])


class Receipts(Asking):
    def test_a_receipt_is_told_again_to_whoever_recorded_the_event(self):
        note = {**NOTE, "id": DOCUMENT_ID}
        receipt = json.loads(self.post("lise", json.dumps(note))[1])
        self.assertEqual(self.json("lise", f"/receipts/{DOCUMENT_ID}"), (200, receipt))
        for person, name, want in (("odd", DOCUMENT_ID, "not-found"),
                                   ("lise", DOCUMENT_ID[:-1] + "9", "not-found"),
                                   ("lise", "x", "bad-parameter")):
            self.assertEqual(self.json(person, f"/receipts/{name}")[1]["code"], want)


class Keeping(Asking):
    """Somebody keeps the key: the test has it, the server never."""

    KEEPER = None

    def prepare(self):
        self.key = own_keys.enrol(self.program, self.KEEPER)

    def send(self, person, step, body):
        text = body if isinstance(body, str) else json.dumps(body)
        status, _, answer = self.ask(person, "/events/" + step, "-H",
                                     "Content-Type: application/json", "--data-binary", text)
        return status, json.loads(answer)

    def sign(self, prepared, key=None):
        message = base64.b64decode(prepared["message"])
        intent = base64.b64decode(prepared["intent"])
        # What is signed follows from the intent: nobody has to believe the server.
        leaf = hashlib.sha256(b"\0" + intent).digest()
        origin = hashlib.sha256(ORIGIN.encode()).digest()
        self.assertEqual(message, b"stafett/intents/v1\0" + origin + b"\1\0\0\0" + leaf)
        return {"id": prepared["id"],
                "signature": base64.b64encode((key or self.key).sign(message)).decode()}


class OwnKeys(Keeping):
    KEEPER = "lise"

    def test_an_event_is_signed_outside_and_counts_as_its_persons_own(self):
        self.assertEqual(json.loads(self.post("lise", json.dumps(NOTE))[1])["rule"], "no-key")
        status, prepared = self.send("lise", "prepare", NOTE)
        self.assertEqual(status, 200, prepared)
        self.assertIn(b"a talk", base64.b64decode(
            next(part for part in prepared["parts"] if part["class"] == "narrative")["content"]))
        signed = self.sign(prepared)
        status, receipt = self.send("lise", "commit", signed)
        self.assertEqual((status, receipt["id"], receipt["grade"]),
                         (201, prepared["id"], "accepted"))
        self.assertEqual(self.send("lise", "commit", signed), (201, receipt))
        self.server.stop()
        entry = self.program.lines("log", self.log, "--json", "--case", "case-1")[-1]
        self.assertEqual((entry["id"], entry["custody"]), (prepared["id"], "own"))
        verified = json.loads(self.program.ok("verify", self.log, "--json"))
        self.assertEqual((verified["ok"], verified["signatures"]["own"]), (True, 1))

    def test_a_parts_commitment_follows_from_what_was_prepared(self):
        prepared = self.send("lise", "prepare", NOTE)[1]
        event_id = bytes.fromhex(prepared["id"].replace("-", ""))
        for number, part in enumerate(prepared["parts"]):
            content = base64.b64decode(part["content"])
            kind = {"fact": 1, "narrative": 2, "identity": 3}[part["class"]]
            commitment = hmac.new(base64.b64decode(part["salt"]), b"stafett/part/v1\0" + event_id +
                                  bytes([kind]) + len(content).to_bytes(4, "little") + content,
                                  hashlib.sha256).digest()
            self.assertIn(commitment, base64.b64decode(prepared["intent"]), number)

    def test_what_is_not_signed_with_the_key_is_refused_and_may_be_signed_again(self):
        prepared = self.send("lise", "prepare", NOTE)[1]
        wrong = self.sign(prepared, Ed25519PrivateKey.generate())
        status, answer = self.send("lise", "commit", wrong)
        self.assertEqual((status, answer["code"], answer["rule"]),
                         (422, "event-refused", "bad-signature"))
        self.assertEqual(self.send("odd", "commit", self.sign(prepared))[1]["code"],
                         "not-prepared")
        self.assertEqual(self.send("lise", "commit", self.sign(prepared))[0], 201)
        self.assertEqual(self.send("lise", "commit", wrong)[1]["code"], "not-prepared")

    def test_what_a_rule_refuses_is_not_prepared(self):
        for body, code, rule in ((RAISED, "event-refused", "case-exists"),
                                 ({**NOTE, "type": "Nothing"}, "event-refused", "schema-invalid"),
                                 ({**NOTE, "actor": "eva"}, "not-you", "not-you"),
                                 ("{", "malformed-event", None)):
            answer = self.send("lise", "prepare", body)[1]
            self.assertEqual((answer["code"], answer.get("rule")), (code, rule))
        self.assertEqual(self.send("odd", "prepare", {**NOTE, "actor": "odd"})[1]["code"],
                         "no-own-key")
        for body in ("{}", "[]", '{"id": 1, "signature": ""}',
                     json.dumps({"id": DOCUMENT_ID, "signature": "AA=="})):
            self.assertEqual(self.send("lise", "commit", body)[1]["code"], "malformed-event")

    def test_a_case_that_moved_on_asks_for_a_new_preparation(self):
        prepared = self.send("lise", "prepare", {**noted("n1"), "occurredAt": now()})[1]
        for one in OPENING[:5]:
            if one["actor"] == "lise":
                signed = self.sign(self.send("lise", "prepare", one)[1])
                self.assertEqual(self.send("lise", "commit", signed)[0], 201)
            else:
                self.assertEqual(self.post(one["actor"], json.dumps(one))[0], 201)
        status, answer = self.send("lise", "commit", self.sign(prepared))
        self.assertEqual((status, answer["code"]), (409, "stream-moved"))
        self.assertEqual(self.send("lise", "commit", self.sign(prepared))[1]["code"],
                         "not-prepared")

    def test_only_so_many_wait(self):
        answers = [self.send("lise", "prepare", NOTE)[0] for _ in range(33)]
        self.assertEqual(answers, 32 * [200] + [429])


class OwnKeyOfALeader(Keeping):
    KEEPER = "odd"

    def test_what_names_an_event_of_the_access_stream_is_prepared(self):
        self.assertEqual(self.read("lise")[0], 200)
        history = self.read("dag", "/cases/case-1/history")[1].splitlines()
        read = next(one for one in map(json.loads, history) if one["type"] == "EntryRead")
        restricted = {**event("EntryRestricted", "odd",
                              {"target": read["id"], "ground": "objection"}),
                      "case": "case-1", "occurredAt": now(1)}
        status, prepared = self.send("odd", "prepare", restricted)
        self.assertEqual(status, 200, prepared)
        self.assertEqual(self.send("odd", "commit", self.sign(prepared))[0], 201)
        # What names nothing that there is, is not prepared.
        wrong = {**restricted, "data": {**restricted["data"], "target": DOCUMENT_ID}}
        self.assertEqual(self.send("odd", "prepare", wrong)[1]["rule"], "unknown-ref")


class OwnKeyOfAStranger(Keeping):
    KEEPER = "eva"

    def test_what_there_would_be_to_sign_does_not_tell_whether_there_is_a_case(self):
        for data in ({"type": "EntryRead", "data": {"reader": "eva", "capacity": "staff",
                                                    "purpose": "control", "visit": "v1"}},
                     {"type": "EntryCorrected", "data": {"target": RAISED["id"],
                                                         "void": True, "reason": "x"}}):
            answers = []
            for case in ("case-1", "case-99"):
                asked = {**event(data["type"], "eva", data["data"]), "case": case,
                         "occurredAt": now()}
                status, answer = self.send("eva", "prepare", asked)
                answers.append((status, answer["code"], answer.get("rule"), answer.get("detail")))
            self.assertEqual(answers[0], answers[1])
            self.assertEqual(answers[0][2], "no-such-case")


class Documents(Asking):
    CONTENT = os.urandom(3_000_000)

    def attached(self, content=None, **more):
        content = self.CONTENT if content is None else content
        return happened("AttachmentAdded", "lise", {
            "attachment": "a1", "kind": "report", "title": "a report",
            "digest": hashlib.sha256(content).hexdigest(), "bytes": len(content),
            "mediaType": "application/pdf", **more})

    def put(self, person, about, content=None, event_id=DOCUMENT_ID, *words):
        with tempfile.NamedTemporaryFile() as file:
            file.write(self.CONTENT if content is None else content)
            file.flush()
            header = base64.urlsafe_b64encode(json.dumps(about).encode()).rstrip(b"=").decode()
            return self.json(person, f"/attachments/{event_id}", "-T", file.name, "-H",
                             "Content-Type: application/octet-stream", "-H",
                             "Stafett-Event: " + header, *words)

    def get(self, person, event_id=DOCUMENT_ID):
        status, headers, body = self.ask(person, f"/attachments/{event_id}", *self.said())
        return status, headers["content-type"], body

    def test_a_document_comes_back_as_it_was_and_its_reading_is_recorded(self):
        about = self.attached()
        status, receipt = self.put("lise", about)
        self.assertEqual((status, receipt.get("grade")), (201, "accepted"), receipt)
        self.assertEqual(self.put("lise", about), (201, receipt))
        self.assertEqual(self.get("lise"), (200, "application/octet-stream", self.CONTENT))
        self.assertEqual(self.get("dag")[0], 403)  # facts are no documents
        self.assertEqual(self.get("eva")[0], 403)
        self.assertEqual(self.get("eva", DOCUMENT_ID[:-1] + "9")[0], 403)
        self.assertEqual([(read["actor"], read["type"]) for read in self.reads()],
                         [("lise", "EntryRead"), ("dag", "EntryRead"), ("system", "ReadDenied")])
        self.assertTrue(json.loads(self.program.ok("verify", self.log, "--json"))["ok"])

    def test_what_is_not_the_document_or_refused_leaves_nothing_and_can_come_again(self):
        for about, content, want in (
                (self.attached(), self.CONTENT[1:], "document-mismatch"),
                (self.attached(), self.CONTENT[1:] + b"x", "document-mismatch"),
                ({**self.attached(), "actor": "eva"}, None, "not-you"),
                ({**self.attached(), "type": "NoteAdded"}, None, "bad-parameter"),
                ({**self.attached(), "id": DOCUMENT_ID[:-1] + "9"}, None, "bad-parameter")):
            status, answer = self.put("lise", about, content)
            self.assertEqual(answer["code"], want, answer)
        large = b"\0" * (50 * 1024 * 1024 + 1)
        self.assertEqual(self.put("lise", self.attached(large), large)[1]["code"],
                         "body-too-large")
        # In chunks nobody knows before how much will come.
        self.assertEqual(self.put("lise", self.attached(large), large, DOCUMENT_ID, "-H",
                                  "Transfer-Encoding: chunked")[1]["code"], "body-too-large")
        refused = self.put("eva", {**self.attached(), "actor": "eva"},
                           event_id=DOCUMENT_ID[:-1] + "8")[1]
        self.assertEqual((refused["code"], refused["rule"]), ("event-refused", "role-not-held"))
        self.assertEqual(self.put("lise", self.attached())[0], 201)
        self.assertEqual(self.get("lise")[2], self.CONTENT)
        self.server.stop()
        stored = subprocess.run(["ldb", f"--db={self.log}", "--column_family=attachments", "scan",
                                 "--hex"], capture_output=True, text=True, check=True).stdout
        self.assertEqual([line[2:34].lower() for line in stored.splitlines()],
                         3 * [DOCUMENT_ID.replace("-", "")])
        self.assertTrue(json.loads(self.program.ok("verify", self.log, "--json"))["ok"])

    def test_ordinary_bodies_stay_small(self):
        status, answer = self.post("lise", "@" + str(self.large()))
        self.assertEqual((status, json.loads(answer)["code"]), (413, "body-too-large"))

    def large(self):
        path = pathlib.Path(self.program.place) / "large"
        path.write_bytes(b" " * 2_000_000)
        return path


class Described(Asking):
    def test_the_description_is_served_as_it_is(self):
        body = curl(self.server.base + "/openapi.json")[2]
        self.assertEqual(body, (serve_test.SOURCE / "server/routes/openapi.json").read_bytes())


class Compressed(Asking):
    def test_json_is_sent_as_gzip_to_whoever_takes_it(self):
        text = "\n".join(json.dumps({**NOTE, "data": {**NOTE["data"], "note": f"m{i}"}})
                         for i in range(30))
        self.assertEqual(self.post("lise", text, kind="application/jsonl")[0], 200)
        status, headers, plain = self.ask("lise", "/cases/case-1/history", *self.said())
        self.assertEqual((status, headers.get("content-encoding"), headers["vary"]),
                         (200, None, "Accept-Encoding"))
        for accept in ("gzip", "br, gzip;q=0.5", "*"):
            _, headers, packed = self.ask("lise", "/cases/case-1/history", *self.said(), "-H",
                                          "Accept-Encoding: " + accept)
            self.assertEqual(headers["content-encoding"], "gzip")
            self.assertLess(len(packed), len(plain) / 2)
            self.assertEqual(gzip.decompress(packed), plain)
        for accept in ("gzip;q=0", "br", "gzip; q=0.000, *"):
            headers = self.ask("lise", "/cases/case-1/history", *self.said(), "-H",
                               "Accept-Encoding: " + accept)[1]
            self.assertNotIn("content-encoding", headers)
        headers = self.ask("lise", "/cases/case-1", *self.said(), "-H", "Accept-Encoding: gzip",
                           "-I")[1]
        self.assertEqual(headers["vary"], "Accept-Encoding")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
