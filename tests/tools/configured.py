"""`stafett serve --config`, and certificates for it, made by openssl when a test runs."""

import os
import pathlib
import signal
import subprocess
import threading

DAYS = 90


def openssl(*words, text=None):
    return subprocess.run(["openssl", *map(str, words)], input=text, capture_output=True, text=True,
                          timeout=60, check=True).stdout


class Authority:
    """Signs certificates of localhost, one after the other, as `NAME.pem` and `NAME.key`."""

    def __init__(self, place):
        self.place = pathlib.Path(place)
        self.certificate = self.place / "authority.pem"
        self.key = self.place / "authority.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", self.key, "-out", self.certificate, "-days", DAYS,
                "-subj", "/CN=An authority for tests")

    def issue(self, name, days=DAYS):
        key, request, certificate = (self.place / f"{name}{end}" for end in (".key", ".csr", ".pem"))
        extensions = self.place / "extensions"
        extensions.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n"
                              "extendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n"
                              "crlDistributionPoints=URI:http://stafett.example/revoked\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key,
                "-CAcreateserial", "-days", days, "-extfile", extensions, "-out", certificate)
        os.chmod(key, 0o600)
        return certificate, key


class Configured:
    """A server that runs from a file; its lines on stderr are read as they come."""

    def __init__(self, binary, file, env=None):
        self.lines, self.news, self.ended = [], threading.Condition(), False
        self.process = subprocess.Popen([binary, "serve", "--config", str(file)],
                                        stderr=subprocess.PIPE, text=True,
                                        env={**os.environ, **(env or {})})
        self.reader = threading.Thread(target=self.read)
        self.reader.start()
        try:
            first = self.line_with("serving http")
        except AssertionError:
            self.stop()
            raise
        self.base = first.split()[-1].rstrip("/").rsplit("/", 1)[0]
        self.port = int(self.base.rsplit(":", 1)[1])

    def read(self):
        for line in self.process.stderr:
            with self.news:
                self.lines.append(line.rstrip("\n"))
                self.news.notify_all()
        with self.news:
            self.ended = True
            self.news.notify_all()

    def line_with(self, text, after=0):
        """The first line with this text from that one on, as soon as it is there."""
        def found():
            return next((line for line in self.lines[after:] if text in line), None)
        with self.news:
            self.news.wait_for(lambda: found() or self.ended, timeout=60)
            assert found(), (text, self.lines)
            return found()

    def reload(self):
        """What it said while it read its file again, by lines of JSON."""
        with self.news:
            before = len(self.lines)
        self.process.send_signal(signal.SIGHUP)
        with self.news:
            self.news.wait_for(lambda: self.ended or any(
                '"reloaded"' in line or '"reload-failed"' in line for line in self.lines[before:]),
                timeout=60)
            return [line for line in self.lines[before:] if line.startswith("{")]

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        self.reader.join()
        self.process.stderr.close()
        return code
