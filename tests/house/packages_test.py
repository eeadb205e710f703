#!/usr/bin/env python3
"""Packages that are unpacked and not installed: whole or not at all (tools/packages.sh)."""

import pathlib
import subprocess
import tempfile
import unittest

import repository

SCRIPT = pathlib.Path(repository.ROOT) / "tools/packages.sh"


class Unpacking(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)
        self.unpacked = self.place / "build/unpacked"

    def make_package(self):
        tree = self.place / "tree"
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "DEBIAN/control").write_text(
            "Package: thing\nVersion: 1\nArchitecture: all\nMaintainer: x <x@stafett.example>\n"
            "Description: x\n")
        (tree / "usr").mkdir()
        (tree / "usr/new").write_text("x")
        subprocess.run(["dpkg-deb", "--build", tree, self.place / "thing.deb"], check=True,
                       capture_output=True)

    def unpack(self, download):
        script = f'. "{SCRIPT}"; download_package() {{ {download}; }}; unpack_package thing'
        return subprocess.run(["bash", "-c", script], cwd=self.place, capture_output=True,
                              timeout=60, check=False).returncode

    def files(self):
        return sorted(str(one.relative_to(self.unpacked)) for one in self.unpacked.rglob("*")
                      if one.is_file())

    def test_what_a_killed_call_left_behind_is_not_taken_for_the_package(self):
        self.make_package()
        left = self.unpacked / "thing.partial/usr"
        left.mkdir(parents=True)
        (left / "old").write_text("x")
        self.assertEqual(self.unpack(f'cp "{self.place}/thing.deb" .'), 0)
        self.assertEqual(self.files(), ["thing/usr/new"])

    def test_a_download_that_fails_leaves_nothing(self):
        for download in ("false", "echo broken > thing.deb"):
            self.assertNotEqual(self.unpack(download), 0)
            self.assertFalse((self.unpacked / "thing").exists())
            self.assertFalse((self.unpacked / "thing.partial").exists())
        self.make_package()
        self.assertEqual(self.unpack(f'cp "{self.place}/thing.deb" .'), 0)


if __name__ == "__main__":
    unittest.main()
