#!/usr/bin/env python3
"""The native stream of the server as a client of another make meets it.

native_test.py STAFETT SOURCE
"""

import base64
import json
import pathlib
import random
import signal
import socket
import ssl
import subprocess
import sys
import unittest

sys.path.append(str(pathlib.Path(sys.argv[2]) / "tests/engine/format"))
import serve_test  # first: it finds the Python that has the package
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from configured import Authority, Configured
from native_client import Client, key_from_file
from program import Server
from rounds import SEED, by_rounds
from serve_test import OPENING, WITHDRAWN, noted

BINARY = sys.argv[1]


class CutSocket:
    """Gives a random number of bytes, and then is gone."""

    def __init__(self, address, timeout, left):
        self.socket, self.left = socket.create_connection(address, timeout), left

    def recv(self, count):
        if self.left == 0:
            self.socket.close()
            return b""
        piece = self.socket.recv(min(count, self.left))
        self.left -= len(piece)
        return piece

    def sendall(self, data):
        self.socket.sendall(data)

    def close(self):
        self.socket.close()


class WithStream(serve_test.WithPeople):
    """Whoever can read the keys that are kept beside the log signs in with them."""

    def serve(self, *more):
        server = Server(BINARY, self.log, *more, native=True).__enter__()
        self.addCleanup(server.stop)
        return server

    def beginning(self, program):
        super().beginning(program)
        self.append(*OPENING)

    def prepare(self):
        super().prepare()
        listed = [json.loads(line) for line
                  in self.program.ok("keys", "list", self.log, "--json").splitlines()]
        kept = [one["key"] for one in listed if one["custody"] == "custodial"]
        # In the order in which they were registered.
        names = ["admin", "lise", "eva", "odd", "kari", "ola", "uma", "rune", "dag"]
        self.keys = {name: key_from_file(pathlib.Path(f"{self.log}.keys/actors/{key}.key"))
                     for name, key in zip(names, kept, strict=True)}

    def client(self, person, **more):
        client = Client(self.server.native_urls[0], self.keys[person], **more)
        self.addCleanup(client.close)
        return client

    def key_file(self, person):
        path = self.program.place / (person + ".key")
        seed = self.keys[person].private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        path.touch(mode=0o600)
        path.write_text(seed.hex() + "\n")
        return str(path)


class TheNativeStream(WithStream):
    def test_a_client_of_another_make_gets_what_the_history_has_and_can_check_it(self):
        history = [json.loads(line) for line
                   in self.read("lise", "/cases/case-1/history")[1].splitlines()]
        client = self.client("lise")
        client.subscribe(case="case-1")
        events, caught_up = client.until("caughtUp")
        self.assertEqual([(e.position, base64.b64encode(e.checked(client.origin).leaf).decode())
                          for e in events], [(e["position"], e["leafHash"]) for e in history])
        self.assertEqual(caught_up.checkpoint.split("\n")[0], "stafett.example/9901")
        self.assertGreater(caught_up.size, history[-1]["position"])
        self.assertTrue(all(e.openings[0][0] == 1 for e in events))

    def test_what_is_recorded_later_comes_by_itself(self):
        client = self.client("lise")
        client.subscribe(case="case-1")
        client.until("caughtUp")
        for name in ("n1", "n2"):
            self.assertEqual(self.post("lise", json.dumps(noted(name)))[0], 201)
        found = [client.get("event") for _ in range(2)]
        for one in found:
            self.assertIn(b"a talk", b"".join(part[2] for part in one.openings))

    def test_a_reader_who_is_cut_off_anywhere_misses_nothing_and_gets_nothing_twice(self):
        chance, got = random.Random(SEED), []
        for number in range(by_rounds(few=20, small=60, full=1000)):
            if number % 3 == 0:
                self.assertEqual(self.post("lise", json.dumps(noted(f"n{number}")))[0], 201)
            left = chance.randrange(1, 8000)
            try:
                client = self.client("lise", connect=lambda *where: CutSocket(*where, left))
                client.subscribe(after=got[-1] if got else None, case="case-1",
                                 events=chance.randrange(1, 5))
                client.socket.socket.settimeout(0.2)
                while (one := client.next()) is not None:
                    if one.kind == "event":
                        one.checked(client.origin)
                        got.append(one.position)
            except (ConnectionError, TimeoutError):
                pass
            finally:
                client.close()
        client = self.client("lise")
        client.subscribe(after=got[-1] if got else None, case="case-1")
        got += [one.position for one in client.until("caughtUp")[0]]
        history = self.read("lise", "/cases/case-1/history")[1].splitlines()
        self.assertEqual(got, [json.loads(line)["position"] for line in history], f"seed {SEED}")

    def test_a_consent_that_is_withdrawn_ends_the_subscription_before_the_next_event(self):
        bup, school = self.client("eva"), self.client("lise")
        for client in (bup, school):
            client.subscribe(case="case-1")
            client.until("caughtUp")
        self.assertEqual(self.post("lise", json.dumps(noted("n1")))[0], 201)
        self.assertIn(b"a talk", bup.get("event").openings[1][2])
        self.assertEqual(self.post("kari", json.dumps(WITHDRAWN))[0], 201)
        self.assertEqual(self.post("lise", json.dumps(noted("n2")))[0], 201)
        missed, ended = bup.until("ended")
        self.assertEqual((missed, ended.what, ended.why), ([], "access-ended", "read-not-covered"))
        self.assertEqual(len([school.get("event") for _ in range(3)]), 3)

    def test_of_all_cases_the_end_of_one_is_told_also_where_something_was_ready(self):
        bup = self.client("eva")
        number = bup.subscribe(size=600)  # more is found than may be sent
        first = bup.get("event")
        self.assertEqual(self.post("kari", json.dumps(WITHDRAWN))[0], 201)
        self.assertEqual(self.post("lise", json.dumps(noted("n1")))[0], 201)
        bup.grant(number, 0, 1 << 20)
        missed, ended = bup.until("caseEnded")
        self.assertEqual((missed, ended.case), ([], first.case))

    def test_whoever_may_not_read_is_not_told_whether_there_is_a_case(self):
        client = self.client("ola")
        for case in ("case-1", "case-2"):
            client.subscribe(case=case)
            ended = client.until("ended")[1]
            self.assertEqual((ended.what, ended.why), ("access-ended", "read-no-relation"))

    def test_classes_and_types_are_what_was_asked_for(self):
        client = self.client("lise")
        client.subscribe(case="case-1", kind="ConcernRaised", classes=b"\1")
        events, _ = client.until("caughtUp")
        self.assertEqual([[part[0] for part in e.openings] for e in events], [[1]])
        client.subscribe(case="case-1", kind="NoSuchType")
        self.assertEqual(client.get("fault").what, "bad-subscription")

    def test_all_entries_are_for_auditors_with_a_grant(self):
        client = self.client("lise")
        client.subscribe(classes=None, purpose="control")
        self.assertEqual(client.until("ended")[1].why, "entries-need-grant")
        self.grant("uma")
        auditor = self.client("uma")
        auditor.subscribe(classes=None, purpose="control")
        events, caught_up = auditor.until("caughtUp")
        self.assertEqual([e.position for e in events], list(range(caught_up.size)))
        self.assertFalse(any(e.openings for e in events))

    def test_of_all_cases_one_gets_those_that_one_may_read(self):
        client = self.client("lise")
        client.subscribe()
        events, _ = client.until("caughtUp")
        self.assertEqual(len({e.case for e in events}), 1)
        self.assertGreaterEqual(len(events), len(OPENING))
        stranger = self.client("ola")
        stranger.subscribe()
        self.assertEqual(stranger.until("caughtUp")[0], [])

    def test_an_event_that_was_signed_elsewhere_is_recorded_once_and_has_a_receipt(self):
        self.grant("uma")
        auditor = self.client("uma")
        auditor.subscribe(classes=None, purpose="control")
        # An enrolment: signed alone, its one part in the entry itself, so that it can be handed in
        # again as whoever signed it would.
        found = next(entry for entry in (e.checked(auditor.origin) for e in
                                         auditor.until("caughtUp")[0][1:])
                     if entry.public and entry.count == 1)
        submission = (found.intent.bytes, [(5, bytes(32), found.public)])
        client = self.client("lise")
        answer = client.append(found.signature, [submission]).outcomes[0]
        self.assertEqual((answer.accepted, answer.leaf, answer.event),
                         (True, found.leaf, found.intent.event))
        broken = client.append(bytes(64), [submission]).outcomes[0]
        self.assertEqual((broken.accepted, broken.again, broken.code),
                         (False, False, "bad-signature"))
        cut = client.append(found.signature, [(bytes(16), [])]).outcomes[0]
        self.assertEqual(cut.code, "malformed-intent")

    def test_a_key_of_nobody_is_refused(self):
        self.keys["nobody"] = Ed25519PrivateKey.generate()
        with self.assertRaisesRegex(AssertionError, "sign-in-refused"):
            self.client("nobody")
        self.client("lise").subscribe(case="case-1")
        text = serve_test.curl(self.server.base + "/metrics")[2].decode()
        self.assertIn("\nstafett_native_sign_ins_refused_total 1\n", text)
        self.assertIn("\nstafett_native_connections 1\n", text)
        notes = [line for line in self.server.stop() if "sign-in-refused" in line]
        self.assertEqual(len(notes), 1)
        self.assertIn('"native no valid key of anybody known signed this"', notes[0])

    def test_a_server_that_stops_tells_its_clients(self):
        client = self.client("lise")
        client.subscribe(case="case-1")
        client.until("caughtUp")
        self.server.process.send_signal(signal.SIGTERM)
        self.assertEqual(client.get("fault").what, "stopping")
        self.assertIsNone(client.next())
        client.close()
        self.server.stop()
        self.assertEqual(self.server.code, 0)


class TheProgramAsClient(WithStream):
    def words(self, person, *more):
        return ["log", self.server.native_urls[0], "--key", self.key_file(person), "--purpose",
                "followUp", "--visit", "v1", *more]

    def test_it_shows_entries_and_the_content_given(self):
        shown = self.program.lines(*self.words("lise", "--case", "case-1", "--json"))
        history = [json.loads(line) for line
                   in self.read("lise", "/cases/case-1/history")[1].splitlines()]
        self.assertEqual([(e["position"], e["id"], e["type"], e["leafHash"]) for e in shown],
                         [(e["position"], e["id"], e["type"], e["leafHash"]) for e in history])
        self.assertEqual(shown[0]["data"]["summary"], "alone in the breaks")
        some = self.program.lines(*self.words("lise", "--case", "case-1", "--json", "--from",
                                              str(shown[1]["position"]), "--limit", "1"))
        self.assertEqual(some, shown[1:2])

    def test_it_follows_until_it_is_interrupted(self):
        words = self.words("lise", "--case", "case-1", "--json", "--follow", "--type", "NoteAdded")
        with subprocess.Popen([BINARY, *words], stdout=subprocess.PIPE, text=True) as reader:
            for name in ("n1", "n2"):
                self.assertEqual(self.post("lise", json.dumps(noted(name)))[0], 201)
                self.assertEqual(json.loads(reader.stdout.readline())["data"]["note"], name)
            reader.send_signal(signal.SIGINT)
            reader.stdout.read()
            self.assertEqual(reader.wait(timeout=60), 0)

    def test_it_says_what_is_wrong(self):
        code, _, err = self.program.run(*self.words("ola", "--case", "case-1"))
        self.assertEqual((code, "read-no-relation" in err), (5, True))
        self.keys["nobody"] = Ed25519PrivateKey.generate()
        code, _, err = self.program.run(*self.words("nobody"))
        self.assertEqual((code, "sign-in-refused" in err), (5, True))
        code, _, err = self.program.run(*self.words("lise", "--origin", "other.example/9901"))
        self.assertEqual((code, "stafett.example/9901" in err), (5, True))
        self.assertEqual(self.program.run("log", "stafett://127.0.0.1:1/9901")[0], 2)
        self.assertEqual(self.program.run("log", self.log, "--key", "x")[0], 2)


class Encrypted(WithStream):
    def serve(self, *more):
        del more
        self.authority = Authority(self.program.place)
        certificate, key = self.authority.issue("first")
        self.file = self.program.place / "stafett.toml"
        self.file.write_text(f'''
[[listener]]
address = "127.0.0.1:0"
[[listener]]
address = "127.0.0.1:0"
protocol = "native"
certificate = "{certificate}"
key = "{key}"
[[log]]
directory = "{self.log}"
''')
        server = Configured(BINARY, self.file)
        self.addCleanup(server.stop)
        server.urls = [server.base + "/9901"]
        server.native_urls = [server.line_with("native stafetts").split()[-1]]
        return server

    def connect(self, where, timeout):
        trusting = ssl.create_default_context(cafile=str(self.authority.certificate))
        trusting.minimum_version = ssl.TLSVersion.TLSv1_3
        return trusting.wrap_socket(socket.create_connection(where, timeout),
                                    server_hostname="localhost")

    def client(self, person, **more):
        address = self.server.native_urls[0].replace("stafetts", "stafett")
        client = Client(address, self.keys[person], connect=self.connect, **more)
        self.addCleanup(client.close)
        return client

    def test_the_same_stream_goes_through_tls(self):
        client = self.client("lise")
        client.subscribe(case="case-1")
        before = client.until("caughtUp")[0]
        self.assertGreaterEqual(len(before), len(OPENING))
        self.assertEqual(self.post("lise", json.dumps(noted("n1")))[0], 201)
        self.assertIn(b"a talk", client.get("event").openings[1][2])

    def test_what_speaks_in_clear_is_closed_and_the_next_is_served(self):
        host, port = self.server.native_urls[0].split("/")[2].split(":")
        with socket.create_connection((host, int(port)), 30) as plain:
            plain.sendall(b"x" * 64)
            try:
                while plain.recv(4096):
                    pass
            except ConnectionResetError:
                pass
        self.client("lise")

    def log_from(self, url, *words):
        return self.program.run("log", url, "--key", self.key_file("lise"), "--purpose", "followUp",
                                "--visit", "v1", "--case", "case-1", "--json", *words)

    def test_the_programs_own_client_believes_no_certificate_of_others(self):
        url = self.server.native_urls[0]
        code, out, err = self.log_from(url, "--ca", str(self.authority.certificate))
        self.assertEqual(code, 0, err)
        self.assertGreaterEqual(len(out.splitlines()), len(OPENING))
        by_name = url.replace("127.0.0.1", "localhost")
        self.assertEqual(self.log_from(by_name, "--ca", str(self.authority.certificate))[0], 0)
        code, out, err = self.log_from(url)
        self.assertEqual((code, out, "TLS" in err), (5, "", True), err)
        other = self.program.place / "other"
        other.mkdir()
        stranger = Authority(other)
        self.assertEqual(self.log_from(url, "--ca", str(stranger.certificate))[0], 5)

    def test_a_new_certificate_is_shown_to_whoever_comes_then(self):
        client = self.client("lise")
        client.subscribe(case="case-1")
        client.until("caughtUp")
        certificate, key = self.authority.issue("second")
        (self.program.place / "first.pem").write_text(certificate.read_text())
        (self.program.place / "first.key").write_text(key.read_text())
        told = self.server.reload()
        self.assertTrue(any("certificate-taken" in line for line in told), told)
        subject = dict(one[0] for one in self.client("lise").socket.getpeercert()["subject"])
        self.assertEqual(subject["commonName"], "second")
        self.assertEqual(self.post("lise", json.dumps(noted("n1")))[0], 201)
        self.assertEqual(client.get("event").kind, "event")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
