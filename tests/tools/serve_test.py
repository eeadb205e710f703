#!/usr/bin/env python3
"""The server as its users meet it, asked with curl, Go and promtool.  serve_test.py STAFETT SOURCE"""

import base64
import datetime
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

try:
    from cryptography.hazmat.primitives.asymmetric import ec, utils
    from cryptography.hazmat.primitives.hashes import SHA256
    import traffic
except ImportError:  # the package that is installed is for the system's own Python
    if sys.executable == "/usr/bin/python3":
        raise
    os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])

import program
from program import NOTE, RAISED, Program, Server, begin, event
from serve_http import curl

BINARY, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])


class WithLog(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        mine = Program(BINARY, place.name)
        begin(self.beginning, mine)
        self.work_with(mine)

    def beginning(self, program):
        """What is there when each of the tests of a class begins."""
        self.work_with(program)
        program.make()

    def work_with(self, program):
        self.program, self.log = program, program.log

    def serve(self, *more, options=()):
        server = Server(BINARY, self.log, *more, more=options).__enter__()
        self.addCleanup(server.stop)
        return server


class Unread(WithLog):
    """What the server does when nobody reads its stderr."""

    REQUESTS = 8_000  # far more lines than a pipe and the server's own queue have room for

    def ask(self, server, count):
        host = server.base.removeprefix("http://")
        for _ in range(0, count, 1_000):
            connection = http.client.HTTPConnection(host, timeout=60)
            for _ in range(1_000):
                connection.request("GET", "/healthz")
                answer = connection.getresponse()
                answer.read()
                self.assertEqual(answer.status, 200)
            connection.close()

    def dropped(self, server):
        text = curl(server.base + "/metrics")[2].decode()
        return next(int(float(line.split()[1])) for line in text.splitlines()
                    if line.startswith("stafett_log_lines_dropped_total"))

    def test_it_goes_on_and_tells_how_many_lines_were_dropped(self):
        server = self.serve()
        self.assertEqual(self.dropped(server), 0)
        self.ask(server, self.REQUESTS)
        dropped = self.dropped(server)
        self.assertGreater(dropped, 1_000)
        # Now somebody reads.
        lines, news = [], threading.Condition()
        def read():
            for line in server.process.stderr:
                with news:
                    lines.append(json.loads(line))
                    news.notify_all()
        reading = threading.Thread(target=read)
        reading.start()
        with news:
            self.assertTrue(news.wait_for(
                lambda: any(line["event"] == "lines-dropped" for line in lines), 60))
        server.process.terminate()
        reading.join()
        server.code = server.process.wait(60)
        self.assertEqual(server.code, 0)
        told = [int(line["detail"]) for line in lines if line["event"] == "lines-dropped"]
        requests = [line for line in lines if line["event"] == "request"]
        self.assertGreaterEqual(sum(told), dropped)
        # Every request is there, or told of: two asked for the metrics.
        self.assertEqual(len(requests) + sum(told), self.REQUESTS + 2)
        self.assertEqual(lines[-1]["event"], "stopped")
        server.process.stderr.close()

    def test_it_stops_all_the_same(self):
        server = self.serve()
        self.ask(server, self.REQUESTS)
        server.process.terminate()
        server.code = server.process.wait(60)
        self.assertEqual(server.code, 0)
        server.process.stderr.close()


class ForAnybody(WithLog):
    def test_checkpoint_tiles_and_proofs_are_what_the_log_has(self):
        verified = json.loads(self.program.ok("verify", self.log, "--json"))
        entries = self.program.lines("log", self.log, "--json")
        url = self.serve().urls[0]
        self.assertTrue(url.endswith("/9901"))
        status, headers, note = curl(url + "/checkpoint")
        self.assertEqual((status, headers["content-type"]), (200, "text/plain; charset=utf-8"))
        origin, size, root = note.decode().split("\n")[:3]
        self.assertEqual((origin, int(size), root),
                         ("stafett.example/9901", verified["size"], verified["root"]))
        status, headers, tile = curl(f"{url}/tile/0/000.p/{size}")
        self.assertEqual((status, headers["content-type"]), (200, "application/octet-stream"))
        self.assertIn("immutable", headers["cache-control"])
        leaves = [base64.b64decode(entry["leafHash"]) for entry in entries]
        self.assertEqual(tile, b"".join(leaves))
        for entry in entries:
            text = curl(f"{url}/v1/proofs/{entry['position']}")[2].decode()
            index, path, _, proof_size, proof_root = program.parse_proof(text)
            self.assertEqual(program.root_from(leaves[index], index, proof_size, path), proof_root)
            self.assertEqual(base64.b64encode(proof_root).decode(), root)

    @unittest.skipUnless(program.HAS_GO, "needs Go and golang.org/x/mod")
    def test_gos_own_client_agrees_over_http(self):
        self.program.append(*[{**NOTE, "data": {**NOTE["data"], "note": f"n{i}"}}
                              for i in range(300)])
        verified = json.loads(self.program.ok("verify", self.log, "--json"))
        found = program.verify_with_go(SOURCE, self.serve().urls[0],
                                       str(self.program.place / "go-cache"))
        self.assertEqual(found, f"size {verified['size']} root {verified['root']}")

    def test_what_is_not_there_or_not_public_is_a_problem(self):
        server = self.serve()
        url = server.urls[0]
        for path, status, code in (("/tile/entries/000.p/1", 403, "entries-not-public"),
                                   ("/tile/0/000", 404, "not-found"),
                                   ("/tile/0/0", 404, "not-found"),
                                   ("/v1/proofs/9999", 404, "not-found"),
                                   ("/v1/proofs/-1", 400, "bad-parameter"),
                                   ("/v1/proofs/1e3", 400, "bad-parameter"),
                                   ("/v1/events", 401, "no-token"),
                                   ("/../checkpoint", 400, "bad-target")):
            with self.subTest(path):
                got, headers, body = curl("--path-as-is", url + path)
                problem = json.loads(body)
                self.assertEqual((got, problem["status"], problem["code"]), (status, status, code))
                self.assertEqual(headers["content-type"], "application/problem+json")
                self.assertEqual(problem["instance"], "urn:uuid:" + headers["x-request-id"])
        self.assertEqual(curl(server.base + "/1234/checkpoint")[0], 404)
        self.assertEqual(curl("-X", "DELETE", url + "/checkpoint")[1]["allow"], "GET, HEAD")

    def test_what_the_client_has_is_not_sent_again(self):
        url = self.serve().urls[0] + "/checkpoint"
        tag = curl(url)[1]["etag"]
        status, _, body = curl("-H", f"If-None-Match: {tag}", url)
        self.assertEqual((status, body), (304, b""))
        self.assertEqual(curl("-I", url)[1]["etag"], tag)

    def test_health_is_told_to_whoever_watches(self):
        server = self.serve()
        self.assertEqual(json.loads(curl(server.base + "/healthz")[2]), {"status": "ok"})
        status, _, body = curl(server.base + "/readyz")
        self.assertEqual((status, json.loads(body)),
                         (200, {"ready": True, "logs": [{"log": "9901", "ready": True,
                                                         "state": "recording"}]}))

    def test_a_log_that_is_read_only_is_not_ready_and_shows_nothing(self):
        guard = pathlib.Path(self.log + ".guard")
        self.assertTrue(guard.exists())
        shutil.rmtree(guard) if guard.is_dir() else guard.unlink()
        server = self.serve()
        status, headers, body = curl(server.base + "/readyz")
        self.assertEqual((status, json.loads(body)["logs"][0]["state"]), (503, "read-only"))
        self.assertIn("retry-after", headers)
        status, headers, body = curl(server.urls[0] + "/checkpoint")
        self.assertEqual((status, json.loads(body)["code"]), (503, "not-ready"))
        self.assertIn("retry-after", headers)

    @unittest.skipUnless(shutil.which("promtool"), "needs promtool")
    def test_promtool_finds_nothing_wrong_with_the_metrics(self):
        server = self.serve()
        for path in ("/checkpoint", "/checkpoint", "/none"):
            curl(server.urls[0] + path)
        status, headers, body = curl(server.base + "/metrics")
        self.assertEqual((status, headers["content-type"]),
                         (200, "text/plain; version=0.0.4; charset=utf-8"))
        checked = subprocess.run(["promtool", "check", "metrics"], input=body, capture_output=True,
                                 check=False)
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, b"", b""))
        lines = body.decode().splitlines()
        asked = ('stafett_http_requests_total{method="GET",route="/{log}/checkpoint",'
                 'status="200"} 2')
        self.assertIn(asked, lines)
        size = json.loads(self.program.ok("verify", self.log, "--json"))["size"]
        self.assertIn(f'stafett_log_entries{{log="9901"}} {size}', lines)
        self.assertIn("stafett_native_connections 0", lines)
        self.assertNotIn("none", body.decode().replace('route="none"', ""))

    def test_its_own_log_names_routes_and_never_paths(self):
        server = self.serve()
        curl("-H", "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             server.urls[0] + "/v1/proofs/0")
        curl(server.base + "/lise?person=ola")
        lines = server.stop()
        said = [json.loads(line) for line in lines if line.startswith("{")]
        requests = [line for line in said if line["event"] == "request"]
        self.assertEqual([(r["route"], r["status"], r.get("trace")) for r in requests],
                         [("/{log}/v1/proofs/{position}", 200, "4bf92f3577b34da6a3ce929d0e0e4736"),
                          ("", 404, None)])
        self.assertNotIn("lise", "".join(lines))
        self.assertNotIn("ola", "".join(lines))

    def test_a_stop_ends_well_and_leaves_the_log_to_others(self):
        server = self.serve()
        note = {**NOTE, "data": {**NOTE["data"], "note": "while"}}
        self.assertEqual(self.program.append(note)[0], 5)  # the server has the lock
        server.stop()
        self.assertEqual(server.code, 0)
        self.assertEqual(self.program.append(note)[0], 0)

    def test_several_logs_each_under_its_own_path(self):
        other = str(self.program.place / "other")
        self.program.ok("init", other, "--origin", "stafett.example/9902")
        server = self.serve(other)
        self.assertEqual([url.rsplit("/", 1)[1] for url in server.urls], ["9901", "9902"])
        for url in server.urls:
            origin = curl(url + "/checkpoint")[2].decode().split("\n")[0]
            self.assertEqual(origin, "stafett.example/" + url.rsplit("/", 1)[1])

    def test_what_cannot_be_served_is_said(self):
        same = str(self.program.place / "same")
        self.program.ok("init", same, "--origin", "elsewhere.example/9901")
        self.assertEqual(self.program.run("serve", self.log, same)[0], 5)
        self.assertEqual(self.program.run("serve", str(self.program.place / "none"))[0], 4)
        self.assertEqual(self.program.run("serve", self.log, "--listen", "0.0.0.0:0")[0], 2)
        self.assertEqual(self.program.run("serve", self.log, "--listen", "8080")[0], 2)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            code, _, err = self.program.run("serve", self.log, "--listen",
                                            f"127.0.0.1:{taken.getsockname()[1]}")
            self.assertEqual((code, "in use" in err), (1, True))


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed(jwk, claims, **header):
    """A token made by nothing of ours: the private key from its JWK, the rest by hand."""
    key = ec.derive_private_key(int.from_bytes(decoded(jwk["d"]), "big"), ec.SECP256R1())
    head = {"alg": "ES256", "typ": "at+jwt", "kid": jwk["kid"], **header}
    text = ".".join(encoded(json.dumps(part).encode()) for part in (head, claims))
    r, s = utils.decode_dss_signature(key.sign(text.encode(), ec.ECDSA(SHA256())))
    return text + "." + encoded(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def now(minutes=0):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


TODAY = now()[:10]


def happened(kind, actor, data):
    return {**event(kind, actor, data), "case": "case-1", "occurredAt": now(-1)}


# From the concern to a log in which bup takes part, by everybody's consent.
OPENING = [
    happened("GuardianLinked", "lise", {"guardian": "kari", "relation": "mother",
                                        "responsibility": True}),
    happened("GuardianAccessGranted", "lise", {"guardian": "kari", "channel": "digital"}),
    happened("Level0Decided", "odd", {"outcome": "level2", "reason": "x"}),
    happened("ConsentGranted", "kari", {"consent": "c1", "consenter": "kari",
                                        "services": ["school", "bup"], "openLog": True,
                                        "form": "digital", "from": TODAY, "recipient": "service"}),
    happened("LogOpened", "lise", {"level": 2, "holder": "lise", "service": "school",
                                   "consents": ["c1"]}),
    happened("ParticipantAdded", "lise", {"participant": "p1", "service": "bup", "task": "x"}),
]
WITHDRAWN = happened("ConsentWithdrawn", "kari", {"consent": "c1", "services": ["bup"],
                                                  "how": "digital"})


def noted(name):
    return happened("NoteAdded", "lise", {"note": name, "kind": "general", "text": "a talk"})


class WithPeople(WithLog):
    def beginning(self, made):
        super().beginning(made)
        people = [event("ServiceRegistered", "admin",
                        {"service": "bup", "kind": "bup", "names": program.names("bup")})]
        people += [event("PersonRegistered", "admin",
                         {"person": person, "active": True, **more})
                   for person, more in (("eva", {"roles": ["employee"], "service": "bup"}),
                                        ("odd", {"roles": ["leader"], "service": "school"}),
                                        ("kari", {"roles": ["guardian"]}),
                                        ("ola", {"roles": ["child"]}),
                                        ("uma", {"roles": ["auditor"]}),
                                        ("rune", {"roles": ["reporter"]}),
                                        ("dag", {"roles": ["dpo"]}))]
        self.append(*people)

    def setUp(self):
        super().setUp()
        self.tokens = {}
        self.prepare()
        self.server = self.serve()
        self.url = self.server.urls[0] + "/v1"

    def prepare(self):
        """What else is done before the log is served."""

    def append(self, *events):
        code, answers, _ = self.program.append(*events)
        self.assertEqual(code, 0, answers)

    def token(self, person):
        """The same for each test, which takes less than the 15 minutes that it is good for."""
        if person not in self.tokens:
            self.tokens[person] = self.program.ok("token", self.log, person).strip()
        return self.tokens[person]

    def ask(self, person, path, *words, token=None):
        bearer = ("-H", "Authorization: Bearer " + (token or self.token(person)))
        return curl(*bearer, *words, self.url + path)

    def read(self, person, path="/cases/case-1", visit="v1", purpose="followUp"):
        status, _, body = self.ask(person, path, "-H", f"Stafett-Purpose: {purpose}", "-H",
                                   f"Stafett-Visit: {visit}")
        return status, body

    def post(self, person, body, kind="application/json"):
        status, _, answer = self.ask(person, "/events", "-H", f"Content-Type: {kind}",
                                     "--data-binary", body)
        return status, answer

    def grant(self, auditor):
        """Access to all cases for an auditor, approved by another."""
        until = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
        grant = happened("AuditAccessGranted", "admin",
                         {"grant": "g1", "auditor": auditor, "allCases": True, "from": TODAY,
                          "to": until, "ground": "x"})
        del grant["case"]
        status, receipt = self.post("admin", json.dumps(grant))
        self.assertEqual(status, 201, receipt)
        approval = event("AuditAccessApproved", "dag", {"target": json.loads(receipt)["id"]})
        approval["occurredAt"] = now()
        status, receipt = self.post("dag", json.dumps(approval))
        self.assertEqual(status, 201, receipt)

    def reads(self):
        """The access stream, once the server has stopped."""
        self.server.stop()
        return [entry for entry in self.program.lines("log", self.log, "--case", "case-1", "--json")
                if entry["type"] in ("EntryRead", "ReadDenied")]


class ForWhoeverSignsIn(WithPeople):
    def test_a_token_is_what_its_specification_says(self):
        head, claims, signature = self.token("lise").split(".")
        self.assertEqual(json.loads(decoded(head))["alg"], "ES256")
        claims = json.loads(decoded(claims))
        self.assertEqual((claims["sub"], claims["aud"], claims["exp"] - claims["iat"]),
                         ("lise", "stafett.example/9901", 900))
        self.assertEqual(len(decoded(signature)), 64)
        key = pathlib.Path(self.log + ".keys/local-issuer.jwk")
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)

    def test_whoever_has_no_good_token_is_not_let_in(self):
        self.token("lise")
        jwk = json.loads(pathlib.Path(self.log + ".keys/local-issuer.jwk").read_text())
        now = int(time.time())
        good = {"iss": "urn:stafett:local:stafett.example/9901", "aud": "stafett.example/9901",
                "sub": "lise", "iat": now, "exp": now + 600}
        purpose = ("-H", "Stafett-Purpose: followUp", "-H", "Stafett-Visit: v")
        self.assertEqual(self.ask("", "/cases/case-1", *purpose, token=signed(jwk, good))[0], 200)
        for why, token in (("expired", signed(jwk, {**good, "iat": now - 700, "exp": now - 100})),
                           ("other audience", signed(jwk, {**good, "aud": "elsewhere"})),
                           ("other issuer", signed(jwk, {**good, "iss": "elsewhere"})),
                           ("an unknown person", signed(jwk, {**good, "sub": "nobody"})),
                           ("an id token", signed(jwk, good, typ="JWT")),
                           ("no token at all", "x")):
            with self.subTest(why):
                status, headers, body = self.ask("", "/cases/case-1", *purpose, token=token)
                self.assertEqual((status, json.loads(body)["code"]), (401, "invalid-token"))
                self.assertEqual(headers["www-authenticate"], 'Bearer error="invalid_token"')
                self.assertNotIn("detail", json.loads(body))
        status, headers, body = curl(self.url + "/cases/case-1")
        self.assertEqual((status, json.loads(body)["code"]), (401, "no-token"))
        self.assertEqual(headers["www-authenticate"], "Bearer")
        basic = ("-H", "Authorization: Basic bGlzZTp4")
        self.assertEqual(curl(*basic, self.url + "/cases/case-1")[0], 401)
        self.assertEqual(len(self.reads()), 1)

    def test_a_read_is_recorded_once_a_visit_before_it_is_answered(self):
        status, body = self.read("lise")
        self.assertEqual((status, json.loads(body)["phase"]), (200, "clarifying"))
        self.assertEqual(self.read("lise", "/cases/case-1/history")[0], 200)
        self.assertEqual(self.read("lise", visit="v2")[0], 200)
        self.assertEqual(self.read("lise", visit="v2", purpose="meeting")[0], 200)
        self.assertEqual([(read["type"], read["actor"], read["data"]["reader"],
                           read["data"]["capacity"], read["data"]["service"],
                           read["data"]["purpose"], read["data"]["visit"])
                          for read in self.reads()],
                         [("EntryRead", "lise", "lise", "staff", "school", purpose, visit)
                          for purpose, visit in (("followUp", "v1"), ("followUp", "v2"),
                                                 ("meeting", "v2"))])

    def test_a_read_without_a_purpose_is_not_begun(self):
        for words in ((), ("-H", "Stafett-Purpose: followUp"), ("-H", "Stafett-Visit: v1")):
            status, _, body = self.ask("lise", "/cases/case-1", *words)
            self.assertEqual((status, json.loads(body)["code"]), (400, "purpose-required"))
        status, body = self.read("lise", purpose="curiosity")
        self.assertEqual((status, json.loads(body)["code"]), (400, "bad-parameter"))
        self.assertEqual([read["type"] for read in self.reads()
                          if read["type"] == "EntryRead"], [])

    def test_whoever_has_no_relation_is_refused_and_the_attempt_is_recorded(self):
        status, body = self.read("eva")
        self.assertEqual((status, json.loads(body)["code"], json.loads(body)["rule"]),
                         (403, "read-refused", "read-no-relation"))
        self.assertEqual([(read["type"], read["data"]["reader"], read["data"]["code"])
                          for read in self.reads()],
                         [("ReadDenied", "eva", "read-no-relation")])

    def test_whether_there_is_a_case_is_not_told_by_any_refusal(self):
        def answer(case, *words, person="eva"):
            status, _, body = self.ask(person, f"/cases/{case}", *words)
            return status, {k: v for k, v in json.loads(body).items() if k != "instance"}
        said = ("-H", "Stafett-Purpose: followUp", "-H", "Stafett-Visit: v")
        for words, person in ((said, "eva"), (said, "admin"), (said, "ola"),
                              ((), "eva"), (("-H", "Stafett-Purpose: x", *said[2:]), "eva"),
                              ((*said[:2], "-H", "Stafett-Visit: " + 300 * "v"), "eva"),
                              ((*said, "-H", "Stafett-Service: nosuch"), "eva"),
                              ((*said, "-H", "Stafett-Service: school"), "eva")):
            with self.subTest(person=person, words=words):
                self.assertEqual(answer("case-1", *words, person=person),
                                 answer("case-2", *words, person=person))

    def test_whoever_may_see_facts_gets_facts(self):
        events = [json.loads(line) for line
                  in self.read("dag", "/cases/case-1/history")[1].splitlines()]
        raised = events[0]
        self.assertEqual(raised["type"], "ConcernRaised")
        self.assertEqual((raised["data"]["source"], raised["data"]["summary"]), ("employee", None))
        self.assertEqual([read["data"]["capacity"] for read in self.reads()], ["dpo"])

    def test_the_past_is_for_auditors_within_a_grant(self):
        size = json.loads(self.program.ok("verify", self.log, "--json"))["size"]
        self.assertEqual(self.post("lise", json.dumps(NOTE))[0], 201)
        status, body = self.read("lise", f"/cases/case-1?knownAt={size}")
        self.assertEqual((status, json.loads(body)["code"]), (403, "past-needs-grant"))
        status, body = self.read("uma", visit="v0")
        self.assertEqual((status, json.loads(body)["rule"]), (403, "read-no-relation"))
        self.grant("uma")
        present = json.loads(self.read("uma")[1])
        past = json.loads(self.read("uma", f"/cases/case-1?knownAt={size}")[1])
        self.assertEqual((present["notes"], past["notes"]), (1, 0))
        for query in ("?knownAt=999999", "?asOf=yesterday", "?knownAt=-1"):
            self.assertIn(self.read("uma", "/cases/case-1" + query)[0], (400, 404))

    def test_an_event_is_recorded_as_its_sender_and_nobody_else(self):
        note = {**NOTE, "id": "01970000-0000-7000-8000-00000000000a"}
        status, first = self.post("lise", json.dumps(note))
        self.assertEqual((status, json.loads(first)["grade"]), (201, "accepted"))
        self.assertEqual(self.post("lise", json.dumps(note)), (201, first))
        del note["actor"]
        self.assertEqual(self.post("lise", json.dumps(note)), (201, first))
        other = {**note, "data": {**note["data"], "text": "another"}}
        refusals = [(self.post("lise", json.dumps(other)), 409, "conflict", "conflict"),
                    (self.post("eva", json.dumps(NOTE)), 403, "not-you", "not-you"),
                    (self.post("eva", json.dumps({**NOTE, "actor": "eva"})), 422, "event-refused",
                     "role-not-held"),
                    (self.post("lise", json.dumps({**RAISED, "id": note["id"][:-1] + "b"})), 422,
                     "event-refused", "case-exists"),
                    (self.post("lise", "{"), 400, "malformed-event", None),
                    (self.post("lise", "[]"), 400, "malformed-event", "malformed"),
                    (self.post("lise", "{}", kind="text/plain"), 415, "unsupported-type", None)]
        for (status, body), want, code, rule in refusals:
            problem = json.loads(body)
            self.assertEqual((status, problem["code"], problem.get("rule")), (want, code, rule))

    def test_many_events_are_answered_line_by_line(self):
        good = [{**NOTE, "data": {**NOTE["data"], "note": f"m{i}"}} for i in range(3)]
        lines = [json.dumps(good[0]), "{", "", json.dumps({**NOTE, "actor": "eva"}),
                 json.dumps(good[1]), json.dumps(good[1]), json.dumps(good[2])]
        status, body = self.post("lise", "\n".join(lines), kind="application/jsonl")
        answers = [json.loads(line) for line in body.splitlines()]
        self.assertEqual(status, 200)
        self.assertEqual([a["error"]["code"] if "error" in a else a["grade"] for a in answers],
                         ["accepted", "malformed", "not-you", "accepted", "duplicate-id",
                          "accepted"])
        many = "\n".join("{}" for _ in range(1001))
        last = self.post("lise", many, kind="application/x-ndjson")[1].splitlines()[-1]
        self.assertEqual(json.loads(last)["error"]["code"], "too-many")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
