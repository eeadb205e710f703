#!/usr/bin/env python3
"""Time stamps of checkpoints, by openssl as the authority.  timestamp_test.py STAFETT SOURCE"""

import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from configured import openssl
from program import NOTE, Program

BINARY = sys.argv[1]

CONFIG = """
oid_section = oids
[oids]
policy1 = 1.2.3.4.1
[tsa]
default_tsa = one
[one]
serial = {place}/serial
crypto_device = builtin
signer_cert = {place}/{name}.pem
certs = {place}/{name}.pem
signer_key = {place}/{name}.key
signer_digest = sha256
default_policy = policy1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class Authority:
    """A certificate authority, a signer of time stamps below it, and that signer over HTTP."""

    def __init__(self, place, name, usage="critical,timeStamping"):
        self.place, self.name = pathlib.Path(place) / name, name
        self.place.mkdir()
        self.root = self.place / "root.pem"
        new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        openssl("req", "-x509", *new, "-keyout", self.place / "root.key", "-out", self.root,
                "-days", 90, "-subj", f"/CN={name} root")
        (self.place / "extensions").write_text(
            f"extendedKeyUsage={usage}\nkeyUsage=critical,digitalSignature\n"
            "basicConstraints=CA:FALSE\n")
        openssl("req", *new, "-keyout", self.place / f"{name}.key", "-out", self.place / "csr",
                "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", self.place / "csr", "-CA", self.root, "-CAkey",
                self.place / "root.key", "-CAcreateserial", "-days", 90, "-extfile",
                self.place / "extensions", "-out", self.place / f"{name}.pem")
        (self.place / "serial").write_text("01\n")
        (self.place / "tsa.cnf").write_text(CONFIG.format(place=self.place, name=name))

    def reply(self, query):
        file, out = self.place / "query", self.place / "reply"
        file.write_bytes(query)
        openssl("ts", "-reply", "-config", self.place / "tsa.cnf", "-queryfile", file, "-out", out)
        return out.read_bytes()


    def sign(self, info, days, usage="critical,timeStamping"):
        """A response about this TSTInfo, by a signer of its own, whose certificate is good between
        these days from now on and for this usage. openssl's own authority refuses to be such."""
        key, certificate = self.place / "own.key", self.place / "own.pem"
        self.issue_own(certificate, key, days, usage)
        text, token = self.place / "info", self.place / "token"
        text.write_bytes(info)
        openssl("cms", "-sign", "-cades", "-binary", "-nodetach", "-nosmimecap", "-in", text,
                "-signer", certificate, "-inkey", key, "-md", "sha256", "-econtent_type",
                "1.2.840.113549.1.9.16.1.4", "-outform", "DER", "-out", token)
        granted = bytes.fromhex("3003020100") + token.read_bytes()
        return b"\x30" + der_length(len(granted)) + granted

    def issue_own(self, certificate, key, days, usage):
        """With validity of any kind, which `openssl x509` cannot give."""
        (self.place / "index").write_text("")
        (self.place / "ca.cnf").write_text(CA_CONFIG.format(place=self.place))
        (self.place / "own.ext").write_text(
            f"extendedKeyUsage={usage}\nkeyUsage=critical,digitalSignature\n"
            "basicConstraints=CA:FALSE\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                key, "-out", self.place / "own.csr", "-subj", "/CN=own")
        begin, end = (time.strftime("%y%m%d%H%M%SZ", time.gmtime(time.time() + day * 86_400))
                      for day in days)
        openssl("ca", "-batch", "-notext", "-config", self.place / "ca.cnf", "-in",
                self.place / "own.csr", "-extfile", self.place / "own.ext", "-startdate", begin,
                "-enddate", end, "-out", certificate)


CA_CONFIG = """
[ca]
default_ca = one
[one]
database = {place}/index
new_certs_dir = {place}
rand_serial = yes
certificate = {place}/root.pem
private_key = {place}/root.key
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
"""


def der_length(size):
    if size < 0x80:
        return bytes([size])
    size = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(size)]) + size


class Answers:
    """HTTP in front of a function from query to response."""

    def __init__(self, answer):
        answers = self
        self.answer, self.types = answer, []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                answers.types.append(self.headers["Content-Type"])
                reply = answers.answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200 if reply is not None else 500)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(reply or b"")))
                self.end_headers()
                self.wfile.write(reply or b"")

            def log_message(self, *_):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class TimeStamps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        place = tempfile.TemporaryDirectory(dir=shm)
        cls.addClassCleanup(place.cleanup)
        cls.authority = Authority(place.name, "stamps")
        cls.other = Authority(place.name, "other")

    def setUp(self):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        place = tempfile.TemporaryDirectory(dir=shm)
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)
        self.program = Program(BINARY, self.place)
        self.program.make()
        self.log = self.program.log
        self.ca = ("--ca", str(self.authority.root))

    def answers(self, answer):
        made = Answers(answer)
        self.addCleanup(made.stop)
        return made

    def ask(self, answer, *ca):
        url = self.answers(answer).url
        return self.program.run("timestamp", "ask", self.log, "--url", url, *(ca or self.ca))

    def kept(self):
        place = pathlib.Path(self.log + ".timestamps")
        return sorted(place.iterdir()) if place.exists() else []

    def verified(self, *ca):
        code, out, _ = self.program.run("timestamp", "verify", self.log, "--json",
                                        *(ca or self.ca))
        return code, [json.loads(line) for line in out.splitlines()]

    def test_a_stamp_is_kept_and_openssl_agrees(self):
        answers = self.answers(self.authority.reply)
        self.program.ok("timestamp", "ask", self.log, "--url", answers.url, *self.ca)
        self.assertEqual(answers.types, ["application/timestamp-query"])
        code, stamps = self.verified()
        size = json.loads(self.program.ok("status", self.log, "--json"))["checkpoint"]["size"]
        self.assertEqual((code, [(s["size"], s["error"]) for s in stamps]), (0, [(size, None)]))
        proof = self.program.ok("proof", self.log, "0")
        text = self.place / "text"
        text.write_text("\n".join(proof.split("\n\n")[1].split("\n")[:3]) + "\n")
        done = subprocess.run(["openssl", "ts", "-verify", "-in", self.kept()[0], "-data", text,
                               "-CAfile", self.authority.root], capture_output=True, text=True,
                              check=False)
        self.assertIn("Verification: OK", done.stdout + done.stderr)

    def test_it_is_asked_by_file_too(self):
        query = self.place / "query"
        with query.open("wb") as out:
            subprocess.run([BINARY, "timestamp", "request", self.log], stdout=out, check=True)
        self.assertIn("Certificate required: yes",
                      openssl("ts", "-query", "-in", query, "-text"))
        size = json.loads(self.program.ok("status", self.log, "--json"))["size"]
        self.program.append(NOTE)
        reply = self.place / "reply"
        reply.write_bytes(self.authority.reply(query.read_bytes()))
        words = ("timestamp", "accept", self.log, str(reply), *self.ca)
        self.assertEqual(self.program.run(*words)[0], 5)  # it is not of the newest
        self.program.ok(*words, "--size", str(size))
        self.assertEqual(self.program.run(*words, "--size", str(size))[0], 5)  # the first is kept
        self.assertEqual([s["size"] for s in self.verified()[1]], [size])

    def test_what_is_no_stamp_of_this_is_not_kept(self):
        old = {}

        def first(query):
            old["reply"] = self.authority.reply(query)
            return None

        self.assertEqual(self.ask(first)[0], 1)
        code, _, err = self.ask(lambda _: old["reply"])  # of another nonce
        self.assertEqual(code, 5, err)
        self.assertEqual(self.ask(self.other.reply)[0], 1)
        self.assertEqual(self.ask(lambda _: b"junk")[0], 1)
        self.assertEqual(self.ask(lambda _: b"")[0], 1)
        self.assertEqual(self.ask(lambda _: old["reply"] + b"\0")[0], 1)
        self.assertEqual(self.ask(lambda _: bytes(100_000))[0], 1)
        spoiled = bytearray(old["reply"])
        spoiled[-1] ^= 1
        self.assertNotEqual(self.ask(lambda _: bytes(spoiled))[0], 0)
        self.assertEqual(self.kept(), [])

    def test_a_rejection_is_told(self):
        # The authority takes no other digest than SHA-256; what it answers then is a rejection.
        other = self.place / "other.tsq"
        openssl("ts", "-query", "-digest", "00" * 64, "-sha512", "-out", other)
        rejection = self.authority.reply(other.read_bytes())
        code, _, err = self.ask(lambda _: rejection)
        self.assertEqual(code, 5)
        self.assertIn("grants no time stamp", err)

    def test_a_log_that_is_another_now_does_not_match_its_stamps(self):
        for kind in ("", ".guard", ".keys"):
            shutil.copytree(self.log + kind, str(self.place / "old") + kind)
        self.program.append(NOTE)
        self.assertEqual(self.ask(self.authority.reply)[0], 0)
        for kind in ("", ".guard", ".keys"):
            shutil.rmtree(self.log + kind)
            shutil.copytree(str(self.place / "old") + kind, self.log + kind)
        self.assertEqual(self.verified()[0], 3)
        self.program.append({**NOTE, "data": {**NOTE["data"], "text": "another"}},
                            {**NOTE, "data": {**NOTE["data"], "note": "n2"}})
        code, stamps = self.verified()
        self.assertEqual((code, stamps[0]["time"]), (3, None))

    def info(self):
        """What the authority says of the newest checkpoint, and its time as it stands there."""
        query, reply, token, info = (self.place / name for name in ("q", "r", "t", "i"))
        with query.open("wb") as out:
            subprocess.run([BINARY, "timestamp", "request", self.log], stdout=out, check=True)
        reply.write_bytes(self.authority.reply(query.read_bytes()))
        openssl("ts", "-reply", "-in", reply, "-token_out", "-out", token)
        openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", token, "-out", info)
        content = info.read_bytes()
        return content, re.search(rb"20\d{12}Z", content).group()

    def accept(self, reply):
        file = self.place / "own"
        file.write_bytes(reply)
        return self.program.run("timestamp", "accept", self.log, str(file), *self.ca)

    def test_a_certificate_that_is_not_for_time_stamping_stamps_nothing(self):
        info, _ = self.info()
        for usage in ("critical,clientAuth", "timeStamping", "critical,timeStamping,clientAuth"):
            code, _, err = self.accept(self.authority.sign(info, (-1, 1), usage))
            self.assertEqual((code, self.kept()), (1, []), (usage, err))
        self.assertEqual(self.accept(self.authority.sign(info, (-1, 1)))[0], 0)
        self.assertEqual(self.verified()[0], 0)

    def test_a_stamp_outlives_its_signers_certificate_and_none_is_made_after_it(self):
        info, now = self.info()
        code, _, err = self.accept(self.authority.sign(info, (-20, -10)))
        self.assertEqual((code, self.kept()), (1, []), err)
        # Fifteen days ago the certificate was good, and its root is as of then, too.
        then = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() - 15 * 86_400)).encode()
        early = self.authority.sign(info.replace(now, then), (-20, -10))
        old_root = self.place / "old-root.pem"
        self.renew_root(old_root)
        self.ca = ("--ca", str(old_root))
        code, _, err = self.accept(early)
        self.assertEqual(code, 0, err)
        code, stamps = self.verified()
        self.assertEqual((code, stamps[0]["error"]), (0, None))
        self.assertEqual(stamps[0]["time"][:10].replace("-", "").encode(), then[:8])

    def renew_root(self, out):
        """The root's key under a certificate that is older than itself."""
        place = self.authority.place
        (place / "index").write_text("")
        (place / "ca.cnf").write_text(CA_CONFIG.format(place=place))
        openssl("req", "-new", "-key", place / "root.key", "-out", place / "root.csr", "-subj",
                "/CN=stamps root")
        (place / "root.ext").write_text("basicConstraints=critical,CA:TRUE\n")
        begin, end = (time.strftime("%y%m%d%H%M%SZ", time.gmtime(time.time() + day * 86_400))
                      for day in (-90, 90))
        openssl("ca", "-batch", "-notext", "-selfsign", "-config", place / "ca.cnf", "-in",
                place / "root.csr", "-keyfile", place / "root.key", "-extfile",
                place / "root.ext", "-startdate", begin, "-enddate", end, "-out", out)

    def test_stamps_of_an_authority_that_is_not_trusted_do_not_verify(self):
        self.assertEqual(self.ask(self.authority.reply)[0], 0)
        code, stamps = self.verified("--ca", str(self.other.root))
        self.assertEqual((code, stamps[0]["time"]), (3, None))
        empty = self.place / "empty.pem"
        empty.write_text("no certificate\n")
        self.assertEqual(self.ask(self.authority.reply, "--ca", str(empty))[0], 2)
        self.assertEqual(self.ask(self.authority.reply, "--ca", str(self.place / "none"))[0], 4)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
