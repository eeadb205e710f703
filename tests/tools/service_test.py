#!/usr/bin/env python3
"""The server as a service: what systemd is told, what it judges of the unit, what the package has.

service_test.py STAFETT SOURCE BUILD
"""

import os
import pathlib
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import unittest

from configured import Configured
from program import Program

BINARY, SOURCE, BUILD = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
PACKAGING = SOURCE / "tools/packaging"
UNITS = ("stafett.service", "stafett-witness.service")


def ran(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                          timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


class Folder(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)


class Told(Folder):
    """Plays the manager: a socket to which the server sends datagrams."""

    def setUp(self):
        super().setUp()
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.manager.close)
        self.manager.bind(str(self.place / "notify"))
        self.manager.settimeout(60)
        self.program = Program(BINARY, self.place)
        self.program.ok("init", self.program.log, "--origin", "stafett.example/9901")
        self.file = self.place / "stafett.toml"
        self.file.write_text('[[listener]]\naddress = "127.0.0.1:0"\n'
                             '[[log]]\ndirectory = "log"\n')

    def start(self, **more):
        server = Configured(BINARY, self.file,
                            {"NOTIFY_SOCKET": str(self.place / "notify"), **more})
        self.addCleanup(server.stop)
        return server

    def told(self):
        return self.manager.recv(4096).decode().split("\n")

    def test_ready_reloading_and_stopping_are_told_in_turn(self):
        server = self.start()
        self.assertEqual(self.told(), ["READY=1", "STATUS=logs served: 1"])
        server.reload()
        reloading = self.told()
        self.assertEqual(reloading[0], "RELOADING=1")
        self.assertRegex(reloading[1], r"^MONOTONIC_USEC=\d+$")
        self.assertEqual(self.told()[0], "READY=1")
        self.assertEqual(server.stop(), 0)
        self.assertEqual(self.told()[0], "STOPPING=1")
        self.manager.setblocking(False)
        with self.assertRaises(BlockingIOError):  # nothing of life when nobody watches
            self.manager.recv(4096)

    def test_a_start_that_fails_is_never_ready(self):
        self.file.write_text("nonsense = 1\n")
        with self.assertRaises(AssertionError):
            self.start()
        self.manager.setblocking(False)
        with self.assertRaises(BlockingIOError):
            self.manager.recv(4096)

    def test_signs_of_life_come_while_it_is_watched(self):
        self.start(WATCHDOG_USEC="200000")
        self.assertEqual(self.told()[0], "READY=1")
        self.assertEqual([self.told() for _ in range(3)], [["WATCHDOG=1"]] * 3)

    def test_without_a_file_a_terminal_that_goes_is_a_stop(self):
        process = subprocess.Popen([BINARY, "serve", self.program.log, "--listen", "127.0.0.1:0"],
                                   stderr=subprocess.PIPE, text=True)
        while "serving" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGHUP)
        said = process.communicate(timeout=60)[1]
        self.assertEqual((process.returncode, '"stopped"' in said), (0, True))

    def test_starts_and_stops_are_in_its_own_log(self):
        server = self.start()
        server.stop()
        events = re.findall(r'^\{"event":"([a-z-]+)"', "\n".join(server.lines), re.M)
        self.assertEqual(events, ["started", "stopping", "stopped"])


@unittest.skipUnless(shutil.which("systemd-analyze"), "needs systemd")
class Unit(Folder):
    def test_systemd_finds_nothing_wrong_with_the_units(self):
        for name in UNITS:
            unit = self.place / name
            text = (PACKAGING / name).read_text(encoding="utf-8")
            unit.write_text(text.replace("/usr/bin/stafett", BINARY), encoding="utf-8")
            code, said = ran("systemd-analyze", "verify", "--man=no", unit)
            self.assertEqual((code, [line for line in said.splitlines() if "stafett" in line]),
                             (0, []))

    def test_their_exposure_is_small(self):
        for name in UNITS:
            code, said = ran("systemd-analyze", "security", "--offline=true", "--threshold=15",
                             "--no-pager", PACKAGING / name)
            self.assertEqual(code, 0, said)


@unittest.skipUnless(shutil.which("cpack") and shutil.which("dpkg-deb"), "needs cpack and dpkg-deb")
class Package(Folder):
    def test_the_package_has_what_a_machine_needs(self):
        code, said = ran("cpack", "-G", "DEB", "--config", pathlib.Path(BUILD) / "CPackConfig.cmake",
                         "-B", self.place / "made", "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip")
        self.assertEqual(code, 0, said)
        [package] = (self.place / "made").glob("*.deb")
        self.assertRegex(package.name, r"^stafett_[0-9.]+_[a-z0-9]+\.deb$")
        root, control = self.place / "root", self.place / "control"
        self.assertEqual(ran("dpkg-deb", "-x", package, root)[0], 0)
        self.assertEqual(ran("dpkg-deb", "-e", package, control)[0], 0)
        self.control_is_right(control)
        listed = ran("dpkg-deb", "-c", package)[1]
        self.assertEqual({line.split()[1] for line in listed.splitlines()}, {"root/root"})
        files = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
        for file in ("usr/bin/stafett", *(f"usr/lib/systemd/system/{one}" for one in UNITS),
                     "usr/lib/sysusers.d/stafett.conf", "usr/lib/tmpfiles.d/stafett.conf",
                     "usr/share/doc/stafett/examples/stafett.toml",
                     "usr/share/doc/stafett/copyright",
                     "usr/share/doc/stafett/how-to/operate.md",
                     "usr/share/doc/stafett/reference/configuration.md"):
            self.assertIn(file, files)
        self.assertEqual([file for file in files
                          if not file.startswith(("usr/bin/stafett", "usr/lib/systemd/",
                                                  "usr/lib/sysusers.d/", "usr/lib/tmpfiles.d/",
                                                  "usr/share/doc/stafett/"))], [])
        code, said = ran(root / "usr/bin/stafett", "config", "check",
                         root / "usr/share/doc/stafett/examples/stafett.toml")
        self.assertEqual((code, said), (0, ""))
        if os.geteuid() == 0 and shutil.which("systemd-sysusers"):
            self.user_and_folders_are_made(root)

    def control_is_right(self, control):
        fields = dict(re.findall(r"^([A-Z][A-Za-z-]+): (.*)$", (control / "control").read_text(),
                                 re.M))
        self.assertEqual(fields["Package"], "stafett")
        for needed in ("librocksdb", "libssl3", "libsodium", "systemd", "tzdata"):
            self.assertIn(needed, fields["Depends"])
        for script in ("postinst", "prerm", "postrm"):
            self.assertEqual(stat.S_IMODE((control / script).stat().st_mode), 0o755)
            self.assertEqual(ran("sh", "-n", control / script), (0, ""))

    def user_and_folders_are_made(self, root):
        (root / "etc").mkdir()
        for tool in (["systemd-sysusers"], ["systemd-tmpfiles", "--create"]):
            code, said = ran(tool[0], f"--root={root}", *tool[1:], "stafett.conf")
            self.assertEqual(code, 0, said)
        users = [line.split(":") for line in (root / "etc/passwd").read_text().splitlines()]
        self.assertEqual({(user[0], user[6]) for user in users},
                         {("stafett", "/usr/sbin/nologin"), ("stafett-witness", "/usr/sbin/nologin")})
        for name, _, user, group, *_ in users:
            etc = "etc/stafett/tls" if name == "stafett" else "etc/stafett-witness"
            for folder, mode, owner in ((etc, 0o750, 0), (f"var/lib/{name}", 0o700, int(user))):
                found = (root / folder).stat()
                self.assertEqual((stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid),
                                 (mode, owner, int(group)))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
