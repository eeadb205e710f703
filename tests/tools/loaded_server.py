"""`stafett serve` under load: what it writes is read as it comes, so that it never waits for us."""

import collections
import json
import os
import pathlib
import resource
import signal
import subprocess
import threading


def raise_file_limit():
    """To what the system allows; a server begun after it has it too. Returns it."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class Loaded:
    """A server with `words` behind `serve`. Its answers are counted by route and status."""

    def __init__(self, binary, *words, natives=0):
        self.process = subprocess.Popen([binary, "serve", *words], stderr=subprocess.PIPE,
                                        text=True)
        self.news, self.ended, self.code = threading.Condition(), False, None
        self.urls, self.native_urls, self.said = [], [], []
        self.answers = collections.Counter()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        with self.news:
            self.news.wait_for(lambda: self.ended or self.urls and len(self.native_urls) >= natives,
                               timeout=120)
        if not self.urls:
            self.stop()
            raise AssertionError(f"the server has not begun: {self.said}")
        self.base = self.urls[0].rsplit("/", 1)[0]
        self.port = int(self.base.rsplit(":", 1)[1])

    def read(self):
        for line in self.process.stderr:
            with self.news:
                self.take(line)
                self.news.notify_all()
        with self.news:
            self.ended = True
            self.news.notify_all()

    def take(self, line):
        if line.startswith("{"):
            said = json.loads(line)
            if said["event"] == "request":
                self.answers[said["route"], said["status"]] += 1
                return
        elif ": serving http" in line:
            self.urls.append(line.split()[-1].rstrip("/"))
        elif ": native stafett" in line:
            self.native_urls.append(line.split()[-1].rstrip("/"))
        self.said.append(line)

    def failures(self):
        """Answers that say that the server failed, and not its client."""
        return {key: count for key, count in self.answers.items() if key[1] == 500}

    def resident_kib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines()
                    if line.startswith("VmRSS:"))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def kill(self):
        """As the kernel does it: nothing of the server runs any more when this returns."""
        self.process.kill()
        self.wait()

    def wait(self):
        self.code = self.process.wait(timeout=120)
        self.reader.join()
        self.process.stderr.close()

    def stop(self):
        if self.code is None:
            self.process.send_signal(signal.SIGTERM)
            self.wait()
        return self.said
