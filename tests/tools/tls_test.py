#!/usr/bin/env python3
"""TLS as other people's programs find it (openssl, curl, testssl.sh), and what attackers get
(slowhttptest, and sockets that stall).  tls_test.py STAFETT SOURCE
"""

import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.error
import urllib.request

from configured import Authority, Configured, openssl
from program import Program, is_sanitized

BINARY = sys.argv[1]
SANITIZED = is_sanitized(BINARY)
QUICK = 'header_time = "2s"\nbody_time = "2s"\nwrite_time = "2s"\nidle_time = "2s"\n'


class WithServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(place.cleanup)
        cls.place = pathlib.Path(place.name)
        cls.program = Program(BINARY, cls.place)
        cls.program.ok("init", cls.program.log, "--origin", "stafett.example/9901")
        cls.authority = Authority(cls.place)

    def write(self, certificate, key, http="", more=""):
        file = self.place / "stafett.toml"
        file.write_text(f'[http]\n{http}\n[[listener]]\naddress = "127.0.0.1:0"\n'
                        f'certificate = "{certificate}"\nkey = "{key}"\n{more}'
                        f'[[log]]\ndirectory = "log"\npublic_grid = "0s"\n')
        return file

    def serve(self, http=""):
        self.certificate, self.key = self.authority.issue("first")
        server = Configured(BINARY, self.write(self.certificate, self.key, http))
        self.addCleanup(server.stop)
        return server

    def trusting(self):
        return ssl.create_default_context(cafile=str(self.authority.certificate))

    def connected(self, server, context=None):
        raw = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        secured = (context or self.trusting()).wrap_socket(raw, server_hostname="localhost")
        self.addCleanup(secured.close)
        return secured

    def stalled(self, server, said=b""):
        raw = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        self.addCleanup(raw.close)
        raw.sendall(said)
        return raw

    def is_served(self, server):
        with urllib.request.urlopen(server.base + "/healthz", context=self.trusting(),
                                    timeout=10) as answer:
            return json.loads(answer.read()) == {"status": "ok"}


def asked(connection, path="/healthz"):
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return connection.recv(65536).split(b"\r\n", 1)[0]


def is_closed(connection):
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        pass
    return True


def serial_of(connection):
    return ssl.DER_cert_to_PEM_cert(connection.getpeercert(binary_form=True))


def memory_has(process, text):
    """Whether it is anywhere that this process could write to. What is too large for any heap is
    the sanitizer's shadow, terabytes that hold no byte of the program."""
    with open(f"/proc/{process}/maps", encoding="utf-8") as maps, \
            open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
        for line in maps:
            place, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            first, end = (int(number, 16) for number in place.split("-"))
            if end - first > 4 << 30:
                continue
            try:
                memory.seek(first)
                if text in memory.read(end - first):
                    return True
            except OSError:  # not to be read, or gone by now
                pass
    return False


class Peers(WithServer):
    def s_client(self, server, *words):
        done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}",
                               "-CAfile", str(self.authority.certificate), *words],
                              input="", capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr

    def test_openssl_gets_1_3_and_nothing_older(self):
        server = self.serve()
        code, said = self.s_client(server, "-alpn", "http/1.1", "-verify_return_error")
        self.assertEqual(code, 0, said)
        for expected in ("TLSv1.3", "X25519", "ALPN protocol: http/1.1", "Verify return code: 0",
                         "Compression: NONE", "Early data was not sent"):
            self.assertIn(expected, said)
        self.assertNotIn("New Session Ticket", said)
        for words, alert in ((["-tls1_2"], "protocol version"),
                             (["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], "protocol version"),
                             (["-alpn", "h2"], "no application protocol"),
                             (["-groups", "P-521"], "handshake failure"),
                             (["-ciphersuites", "TLS_AES_128_CCM_SHA256"], "handshake failure")):
            with self.subTest(words):
                code, said = self.s_client(server, *words)
                self.assertNotEqual(code, 0)
                self.assertIn(alert, said)
        self.assertTrue(self.is_served(server))

    def test_curl_is_answered_and_told_to_come_back_encrypted_only(self):
        server = self.serve()
        done = subprocess.run(["curl", "-sS", "-i", "--max-time", "30", "--cacert",
                               str(self.authority.certificate), server.base + "/9901/checkpoint"],
                              capture_output=True, text=True, check=True)
        self.assertIn("HTTP/1.1 200", done.stdout)
        self.assertIn("Strict-Transport-Security: max-age=31536000", done.stdout)
        self.assertIn("stafett.example/9901", done.stdout)

    def test_what_speaks_in_clear_is_closed(self):
        server = self.serve()
        plain = self.stalled(server, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertNotIn(b"HTTP", plain.recv(65536))  # an alert, or nothing
        self.assertTrue(is_closed(plain))

    def test_an_answer_ends_with_a_word_of_its_end(self):
        connection = self.connected(self.serve())
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        while connection.recv(65536):  # would raise on an end that is not told
            pass
        connection.unwrap()

    def test_the_metrics_tell_until_when_the_certificate_is_valid(self):
        server = self.serve()
        until = openssl("x509", "-in", self.certificate, "-noout", "-enddate").strip()
        with urllib.request.urlopen(server.base + "/metrics", context=self.trusting()) as answer:
            text = answer.read().decode()
        self.assertIn('stafett_tls_certificate_expiry_seconds{listener="127.0.0.1:0"} '
                      + str(int(ssl.cert_time_to_seconds(until.removeprefix("notAfter=")))), text)
        self.assertIn('stafett_tls_handshakes_total{result="done"} 1\n', text)

    @unittest.skipUnless(shutil.which("testssl"), "needs testssl.sh")
    def test_testssl_finds_nothing_above_low(self):
        server = self.serve()
        found = self.place / "testssl.json"
        done = subprocess.run(
            ["testssl", "--quiet", "--color", "0", "--warnings", "off", "--fast", "--nodns", "none",
             "--ip", "127.0.0.1", "--add-ca", str(self.authority.certificate), "-p", "-S", "-P",
             "-h", "-f", "--jsonfile", str(found), f"https://localhost:{server.port}/"],
            capture_output=True, text=True, timeout=300, check=False)
        rows = json.loads(found.read_text())
        # It reports a worse verdict of itself, or no verdict at all, in other ways.
        by_id = {row["id"]: row for row in rows}
        self.assertEqual(by_id["TLS1_3"]["severity"], "OK", done.stdout)
        self.assertEqual(by_id["TLS1_2"]["finding"], "not offered")
        bad = [row for row in rows if row["severity"] in ("MEDIUM", "HIGH", "CRITICAL", "FATAL")]
        self.assertEqual(bad, [], done.stdout)


class Reload(WithServer):
    def test_new_handshakes_take_the_new_certificate_and_open_connections_go_on(self):
        server = self.serve()
        old = self.connected(server)
        self.assertIn(b"200", asked(old))
        first = serial_of(old)
        second = self.authority.issue("first")  # the same files
        lines = server.reload()
        self.assertIn("certificate-taken", "".join(lines))
        new = self.connected(server)
        self.assertEqual(serial_of(new), second[0].read_text())
        self.assertNotEqual(serial_of(new), first)
        self.assertIn(b"200", asked(old))
        self.assertIn(b"200", asked(new))

    def test_the_file_may_name_other_paths_by_then(self):
        server = self.serve()
        certificate, key = self.authority.issue("other")
        self.write(certificate, key)
        server.reload()
        self.assertEqual(serial_of(self.connected(server)), certificate.read_text())

    def test_one_that_has_expired_is_not_taken(self):
        server = self.serve()
        before = serial_of(self.connected(server))
        expired, key = self.authority.issue("expired", days=0)
        self.write(expired, key)
        told = "".join(server.reload())
        self.assertIn("certificate-kept", told)
        self.assertIn("expired.pem has expired", told)
        self.assertEqual(serial_of(self.connected(server)), before)

    @unittest.skipUnless(os.geteuid() == 0, "another process's memory is read by root only")
    def test_nothing_is_left_of_a_key_that_could_not_be_used(self):
        server = self.serve()
        nonsense = self.place / "nonsense.pem"
        nonsense.write_text("nonsense")
        mark = self.place / "mark.key"
        mark.write_bytes(b"-----BEGIN PRIVATE KEY-----\n" + 100 * b"stafettkeymark+" + b"\n")
        os.chmod(mark, 0o600)
        self.write(nonsense, mark)
        self.assertIn("no usable certificate", "".join(server.reload()))
        self.assertFalse(memory_has(server.process.pid, 3 * b"stafettkeymark+"))
        self.assertTrue(memory_has(server.process.pid, b"stafett.example/9901"))

    def test_what_cannot_be_used_keeps_the_old_and_is_said(self):
        server = self.serve()
        before = serial_of(self.connected(server))
        other, other_key = self.authority.issue("other")
        wide = self.place / "wide.key"
        shutil.copy(self.key, wide)
        os.chmod(wide, 0o644)
        locked = self.place / "locked.key"
        openssl("ec", "-in", self.key, "-aes128", "-passout", "pass:secret", "-out", locked)
        os.chmod(locked, 0o600)
        nonsense = self.place / "nonsense.pem"
        nonsense.write_text("nonsense")
        os.chmod(nonsense, 0o600)
        for certificate, key, why in (
                (self.certificate, other_key, "is not the key of"),
                (self.certificate, wide, "open to others"),
                (self.certificate, locked, "no usable private key"),
                (self.certificate, nonsense, "no usable private key"),
                (nonsense, self.key, "no usable certificate"),
                (self.place / "none.pem", self.key, "none.pem"),
                (self.certificate, self.place, "no plain file")):
            with self.subTest(why):
                self.write(certificate, key)
                told = "".join(server.reload())
                self.assertIn("certificate-kept", told)
                self.assertIn(why, told)
                self.assertEqual(serial_of(self.connected(server)), before)
        self.write(other, other_key, "nonsense = 1")
        self.assertIn("http.nonsense: there is no such key", "".join(server.reload()))
        self.assertEqual(serial_of(self.connected(server)), before)
        self.assertTrue(self.is_served(server))

    def test_what_waits_for_a_restart_is_named(self):
        server = self.serve()
        file = self.write(self.certificate, self.key, "connections_max = 7",
                          '[[listener]]\naddress = "127.0.0.1:0"\n')
        told = [json.loads(line) for line in server.reload()]
        self.assertEqual([line["detail"] for line in told if line["event"] == "waits-for-restart"],
                         ["http.connections_max = 7", 'listener[1].address = "127.0.0.1:0"',
                          "listener[1].certificate = absent", "listener[1].key = absent",
                          'listener[1].protocol = "http"'])
        server.stop()
        server = Configured(BINARY, file)
        self.addCleanup(server.stop)
        self.write(self.certificate, self.key, "connections_max = 7")
        told = [json.loads(line) for line in server.reload()]
        self.assertEqual([line["detail"] for line in told if line["event"] == "waits-for-restart"],
                         [f"listener[1].{key} is gone"
                          for key in ("address", "certificate", "key", "protocol")])

    def test_a_start_with_what_cannot_be_used_fails(self):
        certificate, key = self.authority.issue("wide")
        os.chmod(key, 0o644)
        code, _, err = self.program.run("serve", "--config", str(self.write(certificate, key)))
        self.assertNotEqual(code, 0)
        self.assertIn("open to others", err)


class Tokens(WithServer):
    def status_with_token(self, server):
        token = self.program.ok("token", self.program.log, "admin").strip()
        request = urllib.request.Request(
            server.base.replace("0.0.0.0", "127.0.0.1") + "/9901/v1/cases/none",
            headers={"Authorization": "Bearer " + token, "Stafett-Purpose": "followUp",
                     "Stafett-Visit": "monday"})
        with self.assertRaises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(request, context=self.trusting(), timeout=30)
        answer.exception.close()
        return answer.exception.code

    def test_those_of_the_local_issuer_are_taken_on_loopback_only(self):
        loopback = self.serve()
        self.assertEqual(self.status_with_token(loopback), 403)  # known, and may not
        loopback.stop()  # it has the lock
        file = self.write(self.certificate, self.key)
        file.write_text(file.read_text().replace("127.0.0.1", "0.0.0.0"))
        server = Configured(BINARY, file)
        self.addCleanup(server.stop)
        self.assertEqual(self.status_with_token(server), 401)


class Hostile(WithServer):
    def test_whoever_stalls_in_a_handshake_is_let_go(self):
        server = self.serve('header_time = "1s"')
        for said in (b"", b"\x16", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"r" * 40):
            with self.subTest(said):
                self.assertTrue(is_closed(self.stalled(server, said)))
        silent = self.connected(server)  # has shaken hands, and says nothing
        self.assertTrue(is_closed(silent))

    def test_handshakes_in_progress_are_bounded(self):
        server = self.serve("handshakes_max = 3")
        stalled = [self.stalled(server, b"\x16") for _ in range(3)]
        refused = 0
        while refused < 5:  # those three may not have begun yet
            one = socket.create_connection(("127.0.0.1", server.port), timeout=3)
            self.addCleanup(one.close)
            try:
                one.recv(1)
                refused += 1
            except TimeoutError:
                stalled.append(one)
                self.assertLessEqual(len(stalled), 6)
            except ConnectionResetError:
                refused += 1
        for one in stalled:
            one.close()
        while True:  # the server notices in its own time
            try:
                self.assertTrue(self.is_served(server))
                break
            except (OSError, ssl.SSLError):
                pass

    def test_one_connection_too_many_is_closed_and_the_others_are_served(self):
        server = self.serve("connections_max = 2")
        served = [self.connected(server) for _ in range(2)]
        for one in served:
            self.assertIn(b"200", asked(one))
        with self.assertRaises((OSError, ssl.SSLError)):
            asked(self.connected(server))
        for one in served:
            self.assertIn(b"200", asked(one))

    def test_one_too_many_in_clear_is_told_so(self):
        certificate, key = self.authority.issue("first")
        server = Configured(BINARY, self.write(certificate, key, "connections_max = 1",
                                               '[[listener]]\naddress = "127.0.0.1:0"\n'))
        self.addCleanup(server.stop)
        plain = int(re.search(r":(\d+)/", server.line_with("serving http:")).group(1))
        first, second = (socket.create_connection(("127.0.0.1", plain), timeout=30)
                         for _ in range(2))
        self.addCleanup(first.close)
        self.addCleanup(second.close)
        self.assertIn(b"503", second.recv(65536))
        self.assertIn(b"200", asked(first))

    @unittest.skipIf(SANITIZED, "a sanitizer keeps what is freed")
    def test_a_flood_costs_bounded_memory(self):
        server = self.serve("connections_max = 50\nhandshakes_max = 20\n" + QUICK)
        self.assertTrue(self.is_served(server))
        before = resident_kib(server)
        for _ in range(10):
            flood = []
            for i in range(200):
                try:
                    one = socket.create_connection(("127.0.0.1", server.port), timeout=5)
                    one.sendall((b"\x16\x03\x01\x3f\xff\x01" + b"x" * 8192) if i % 2 else b"G")
                except OSError:
                    pass
                flood.append(one)
            for one in flood:
                one.close()
        self.assertLess(resident_kib(server) - before, 32 * 1024)
        while True:
            try:
                self.assertTrue(self.is_served(server))
                break
            except (OSError, ssl.SSLError):
                pass

    @unittest.skipUnless(shutil.which("slowhttptest"), "needs slowhttptest")
    def test_slow_clients_keep_nobody_else_from_being_served(self):
        server = self.serve(QUICK)
        answered = 0
        for _ in range(20):  # again, until some have been served beside them on a slow machine too
            attacks = [subprocess.Popen(
                ["slowhttptest", mode, "-c", "200", "-r", "200", "-l", "5", "-i", "1",
                 "-u", server.base + path, *more],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                for mode, path, more in (("-H", "/healthz", []),
                                         ("-B", "/9901/v1/events", ["-s", "8192"]),
                                         ("-X", "/metrics", ["-k", "3", "-w", "1", "-y", "8"]))]
            for attack in attacks:
                self.addCleanup(attack.wait)
                self.addCleanup(attack.kill)
            while any(attack.poll() is None for attack in attacks):
                self.assertTrue(self.is_served(server))
                answered += 1
            if answered > 5:
                break
        self.assertGreater(answered, 5)
        with urllib.request.urlopen(server.base + "/metrics", context=self.trusting()) as answer:
            text = answer.read().decode()
        done = int(re.search(r'^stafett_tls_handshakes_total{result="done"} (\d+)$', text,
                             re.M).group(1))
        self.assertGreater(done - answered, 300)  # the attackers did come


def resident_kib(server):
    for line in pathlib.Path(f"/proc/{server.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError("no VmRSS")


class Listeners(WithServer):
    def test_a_stop_lets_what_is_encrypted_finish_too(self):
        server = self.serve()
        idle = self.connected(server)
        self.assertIn(b"200", asked(idle))
        stopped = threading.Thread(target=server.stop)
        stopped.start()
        self.assertTrue(is_closed(idle))
        stopped.join()
        self.assertEqual(server.process.returncode, 0)

    def test_it_may_be_one_listener_of_several_on_loopback(self):
        certificate, key = self.authority.issue("first")
        server = Configured(BINARY, self.write(certificate, key, more='[[listener]]\n'
                                               'address = "127.0.0.1:0"\n'))
        self.addCleanup(server.stop)
        plain = server.line_with("serving http:").split()[-1]
        with urllib.request.urlopen(plain + "checkpoint", timeout=30) as answer:
            self.assertIsNone(answer.headers["Strict-Transport-Security"])
        self.assertTrue(self.is_served(server))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
