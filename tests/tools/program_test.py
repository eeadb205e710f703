#!/usr/bin/env python3
"""Drives the real program.  program_test.py STAFETT SOURCE_DIR"""

import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import program
from program import EVENT_ID, LISE, NOTE, RAISED, SCHOOL, Program

BINARY, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])


class WithLog(unittest.TestCase):
    def setUp(self):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.place = tempfile.TemporaryDirectory(dir=shm)
        self.program = Program(BINARY, self.place.name)
        self.program.make()
        self.log = self.program.log

    def tearDown(self):
        self.place.cleanup()


class Appending(WithLog):
    def test_the_same_id_and_content_gets_the_same_receipt(self):
        first = self.program.append(RAISED)
        self.assertEqual(first[0], 0)
        self.assertEqual(self.program.append(RAISED), first)
        self.assertEqual(first[1][0]["id"], EVENT_ID)

    def test_the_same_id_with_other_content_is_a_conflict(self):
        other = {**RAISED, "data": {**RAISED["data"], "summary": "something else"}}
        code, answers, _ = self.program.append(other)
        self.assertEqual((code, answers[0]["error"]["code"]), (5, "conflict"))

    def test_a_bad_line_stops_nothing_and_answers_come_in_order(self):
        code, answers, _ = self.program.append("{", NOTE, "[]", {**NOTE, "actor": "nobody"})
        self.assertEqual(code, 5)
        codes = [a["error"]["code"] if "error" in a else a["grade"] for a in answers]
        self.assertEqual(codes, ["malformed", "accepted", "malformed", "unknown-actor"])

    def test_a_line_without_its_newline_and_an_empty_line_are_understood(self):
        out = self.program.ok("append", self.log, "-", text="\n\n" + json.dumps(NOTE))
        self.assertEqual(len(out.splitlines()), 1)

    def test_a_receipt_comes_while_the_input_stays_open(self):
        with subprocess.Popen([BINARY, "append", self.log], stdin=subprocess.PIPE, text=True,
                              stdout=subprocess.PIPE) as writer:
            writer.stdin.write(json.dumps(NOTE) + "\n")
            writer.stdin.flush()
            self.assertEqual(json.loads(writer.stdout.readline())["grade"], "accepted")
            # A second writer is refused; readers are not.
            self.assertEqual(self.program.run("append", self.log, text="")[0], 5)
            self.assertTrue(json.loads(self.program.ok("status", self.log, "--json"))["writer"])
            for words in (["verify"], ["stats"], ["log"], ["keys", "list"], ["guard", "show"]):
                self.program.ok(*words, self.log)
            self.program.ok("proof", self.log, "0")
            writer.stdin.close()
            self.assertEqual(writer.wait(timeout=60), 0)
        self.assertFalse(json.loads(self.program.ok("status", self.log, "--json"))["writer"])


    def test_a_document_is_attached_to_its_event(self):
        document = self.program.place / "document"
        content = os.urandom(3_000_000)
        document.write_bytes(content)
        note_id = "01970000-0000-7000-8000-000000000002"
        attached = program.event("AttachmentAdded", "lise",
                                 {"attachment": "a1", "kind": "report", "title": "a report",
                                  "digest": hashlib.sha256(content).hexdigest(),
                                  "bytes": len(content), "mediaType": "application/pdf"},
                                 id=note_id, case="case-1")
        out = self.program.ok("append", self.log, "-", "--attach", f"{note_id}={document}",
                              text=json.dumps(attached) + "\n")
        entry = self.program.lines("log", self.log, "--json", "--from",
                                   str(json.loads(out)["position"]), "--limit", "1")[0]
        self.assertIn({"class": "attachment", "length": len(content)}, entry["parts"])
        self.program.ok("verify", self.log)

    def test_each_of_several_documents_is_attached_to_its_event(self):
        words, lines = [], []
        for number, length in ((3, 10), (4, 2_000_000), (5, 0)):
            document = self.program.place / f"document-{number}"
            content = os.urandom(length)
            document.write_bytes(content)
            event_id = f"01970000-0000-7000-8000-00000000000{number}"
            words += ["--attach", f"{event_id}={document}"]
            lines.append(json.dumps(program.event(
                "AttachmentAdded", "lise",
                {"attachment": f"a{number}", "kind": "report", "title": "a report",
                 "digest": hashlib.sha256(content).hexdigest(), "bytes": length,
                 "mediaType": "application/pdf"}, id=event_id, case="case-1")))
        # The option takes one word each time: FILE may follow it.
        events = self.program.place / "events"
        events.write_text("\n".join(lines) + "\n")
        out = self.program.ok("append", *words, self.log, str(events))
        lengths = []
        for line in out.splitlines():
            entry = self.program.lines("log", self.log, "--json", "--from",
                                       str(json.loads(line)["position"]), "--limit", "1")[0]
            lengths += [part["length"] for part in entry["parts"] if part["class"] == "attachment"]
        self.assertEqual(lengths, [10, 2_000_000, 0])
        self.program.ok("verify", self.log)


class Reading(WithLog):
    def test_a_case_and_its_history_are_read_and_the_reads_recorded(self):
        state = json.loads(self.program.ok("case", self.log, "case-1", "--json"))
        self.assertEqual((state["phase"], state["subject"]["person"]), ("clarifying", "ola"))
        history = self.program.lines("history", self.log, "case-1", "--json")
        self.assertEqual([e["type"] for e in history], ["ConcernRaised", "EntryRead"])
        self.assertEqual(history[1]["data"]["capacity"], "operator")
        self.assertEqual(history[0]["data"], RAISED["data"])
        self.assertTrue({"position", "stream", "version", "recordedAt", "leafHash", "key",
                         "custody", "erased"} <= history[0].keys())

    def test_a_case_is_read_as_it_was(self):
        early = ["--known-at", "1"]
        self.assertEqual(self.program.lines("history", self.log, "case-1", "--json", *early), [])
        before = json.loads(
            self.program.ok("case", self.log, "case-1", "--json", "--as-of", "2026-02-01"))
        self.assertIsNone(before["phase"])

    def test_what_was_known_later_than_the_log_is_not_known(self):
        for words in (["findings", self.log], ["case", self.log, "case-1"],
                      ["history", self.log, "case-1"], ["access", self.log, "case-1"],
                      ["case", self.log, "case-1", "--viewer", "lise"]):
            code, _, err = self.program.run(*words, "--known-at", "99999999")
            self.assertEqual(code, 2, err)
            self.assertIn("past the end of the log", err)

    def test_entries_without_keys_tell_nothing_of_people(self):
        out = self.program.ok("log", self.log, "--json")
        for word in ("ola", "lise", "alone", "ConcernRaised", "school"):
            self.assertNotIn(word, out)
        entries = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([e["position"] for e in entries], list(range(len(entries))))
        self.assertEqual(entries[0]["event"]["origin"], "stafett.example/9901")
        some = self.program.lines("log", self.log, "--json", "--from", "2", "--limit", "1")
        self.assertEqual(some, entries[2:3])

    def test_opened_events_of_one_type_are_listed_after_their_read_is_recorded(self):
        events = self.program.lines("log", self.log, "--type", "ConcernRaised", "--json")
        self.assertEqual([e["id"] for e in events], [EVENT_ID])
        reads = self.program.lines("log", self.log, "--case", "case-1", "--json")
        self.assertEqual([e["type"] for e in reads], ["ConcernRaised", "EntryRead"])

    def test_following_shows_what_a_writer_adds_until_interrupted(self):
        size = self.program.size()
        with subprocess.Popen([BINARY, "log", self.log, "--follow", "--json", "--from",
                               str(size - 1)], stdout=subprocess.PIPE, text=True) as reader:
            self.assertEqual(json.loads(reader.stdout.readline())["position"], size - 1)
            self.program.append(NOTE)
            self.assertEqual(json.loads(reader.stdout.readline())["position"], size)
            reader.send_signal(signal.SIGINT)
            reader.stdout.read()
            self.assertEqual(reader.wait(timeout=60), 0)


class Views(WithLog):
    def views(self):
        code, out, _ = self.program.run("status", self.log, "--json")
        return code, {v["name"]: v for v in json.loads(out)["views"] or []}

    def test_views_are_rebuilt_compared_and_kept_up_by_appends(self):
        self.assertEqual(self.views(), (0, {}))
        first = json.loads(self.program.ok("rebuild", self.log, "--json"))
        self.assertTrue(first["ok"])
        by_name = {p["name"]: p for p in first["projections"]}
        self.assertEqual(by_name["state"]["cases"], 1)
        self.assertEqual(by_name["state"]["compared"]["result"], "nothing-recorded")
        code, views = self.views()
        self.assertEqual(code, 0)
        self.assertEqual({v["role"] for v in views.values()}, {"serving"})
        self.assertEqual({v["lag"]["events"] for v in views.values()}, {0})
        self.assertEqual(self.program.append(NOTE)[0], 0)
        self.assertEqual({v["lag"]["events"] for v in self.views()[1].values()}, {0})
        again = json.loads(self.program.ok("rebuild", self.log, "--projection", "state", "--json"))
        state, = again["projections"]
        self.assertEqual(state["compared"]["result"], "equal")
        self.assertEqual(state["live"]["result"], "equal")
        self.assertNotEqual(state["digest"], by_name["state"]["digest"])
        self.assertEqual(self.program.run("rebuild", self.log, "--projection", "no-such")[0], 4)

    def test_appends_leave_views_that_were_thrown_away_to_a_rebuild(self):
        self.program.ok("rebuild", self.log)
        (pathlib.Path(self.log + ".views") / "CURRENT").write_text("MANIFEST-000000\n")
        _, _, err = self.program.append(NOTE)
        self.assertIn("the views could not be used; stafett rebuild makes them anew", err)
        _, _, err = self.program.append({**NOTE, "data": {**NOTE["data"], "note": "n2"}})
        self.assertIn("there are no views", err)
        self.assertEqual(self.views(), (0, {}))

    def test_views_that_are_damaged_or_gone_are_made_anew(self):
        self.program.ok("rebuild", self.log)
        views = pathlib.Path(self.log + ".views")
        (views / "CURRENT").write_text("MANIFEST-000000\n")
        self.assertEqual(self.program.run("status", self.log)[0], 1)
        code, _, err = self.program.run("rebuild", self.log)
        self.assertEqual(code, 0, err)
        self.assertIn("thrown away", err)
        self.assertEqual(self.views()[0], 0)
        shutil.rmtree(views)
        self.assertEqual(self.views(), (0, {}))
        self.program.ok("rebuild", self.log)
        self.assertEqual(len(self.views()[1]), 3)


class Viewing(WithLog):
    def setUp(self):
        super().setUp()
        for person, role, service in (("odd", "leader", "school"), ("dag", "dpo", None)):
            data = {"person": person, "roles": [role], "active": True}
            if service:
                data["service"] = service
            self.program.append(program.event("PersonRegistered", "admin", data))

    def history(self, *words):
        return self.program.lines("history", self.log, "case-1", "--json", "--viewer", *words)

    def test_a_viewer_gets_the_events_and_classes_given(self):
        self.assertEqual([e["data"]["summary"] for e in self.history("lise")],
                         [RAISED["data"]["summary"]])
        raised, read = self.history("dag")
        self.assertEqual((raised["actor"], raised["key"]), (None, None))
        self.assertEqual((raised["data"]["summary"], raised["data"]["subject"]), (None, None))
        self.assertEqual((read["type"], read["data"]["capacity"], read["data"]["reader"]),
                         ("EntryRead", "operator", None))
        self.assertEqual(self.history("lise", "--as-of", "2026-02-01"), [])
        self.assertEqual(self.history("admin"), [])

    def test_a_viewer_gets_a_state_of_what_is_given(self):
        def state(viewer):
            return json.loads(
                self.program.ok("case", self.log, "case-1", "--json", "--viewer", viewer))
        self.assertEqual(state("lise")["subject"]["person"], "ola")
        self.assertEqual((state("dag")["phase"], state("dag")["subject"]["person"]),
                         ("clarifying", None))
        self.assertIsNone(state("admin")["phase"])
        self.assertEqual(
            self.program.run("case", self.log, "case-1", "--viewer", "nobody")[0], 4)

    def test_who_has_access_is_told_with_rows(self):
        access = json.loads(self.program.ok("access", self.log, "case-1", "--json"))
        rows = {r["person"]: [row["row"] for row in r["rows"]] for r in access["readers"]}
        self.assertEqual(rows["lise"], ["preLogReader"])
        self.assertEqual(rows["odd"], ["preLogReader", "homeLeader"])
        self.assertEqual((rows["dag"], rows["admin"]), (["dpo"], ["operator"]))
        self.assertEqual(access["list"], [])
        later = json.loads(
            self.program.ok("access", self.log, "case-1", "--json", "--viewer", "odd"))
        self.assertEqual([item["capacity"] for item in later["list"]], ["operator"])
        self.assertNotIn("readers", later)
        text = self.program.ok("access", self.log, "case-1")
        self.assertIn("lise  school  ok  preLogReader\n    level0 fact+narrative+identity 1 of 1",
                      text)

    def test_a_work_list_is_of_all_cases_and_its_reads_are_recorded(self):
        items = self.program.lines("worklist", self.log, "odd", "--json", "--as-of", "2026-02-03")
        self.assertEqual([(i["case"], i["rule"], i["ref"], i["due"], i["overdue"], i["for"])
                          for i in items],
                         [("case-1", rule, EVENT_ID, "2026-02-16", False, "leader")
                          for rule in ("F01", "F04")])
        reads = self.program.lines("history", self.log, "case-1", "--json")
        self.assertEqual([e["data"]["visit"] for e in reads[1:]], ["worklist"])
        self.assertIn("Ikke avgjort på nivå 0 i tide",
                      self.program.ok("worklist", self.log, "odd", "--as-of", "2026-02-03"))
        self.assertEqual(self.program.ok("worklist", self.log, "lise"), "")
        self.assertEqual(self.program.run("worklist", self.log, "odd", "--lang", "fr")[0], 2)


class Proving(WithLog):
    def test_a_proof_leads_from_the_leaf_to_the_signed_root(self):
        verified = json.loads(self.program.ok("verify", self.log, "--json"))
        for entry in self.program.lines("log", self.log, "--json"):
            proof = program.parse_proof(self.program.ok("proof", self.log,
                                                        str(entry["position"])))
            index, path, origin, size, root = proof
            leaf = base64.b64decode(entry["leafHash"])
            self.assertEqual((index, origin, size), (entry["position"], "stafett.example/9901",
                                                     verified["size"]))
            self.assertEqual(program.root_from(leaf, index, size, path), root)
            self.assertEqual(base64.b64encode(root).decode(), verified["root"])

    @unittest.skipUnless(program.HAS_GO, "needs Go and golang.org/x/mod")
    def test_gos_own_verifier_agrees_on_the_exported_tiles(self):
        self.program.append(*[{**NOTE, "data": {**NOTE["data"], "note": f"n{i}"}}
                              for i in range(300)])
        out = str(self.program.place / "out")
        self.program.ok("export-tiles", self.log, out)
        verified = json.loads(self.program.ok("verify", self.log, "--json"))
        self.assertGreater(verified["size"], 300)
        self.assertEqual(program.verify_with_go(SOURCE, out, str(self.program.place / "go-cache")),
                         f"size {verified['size']} root {verified['root']}")
        self.assertEqual(self.program.run("export-tiles", self.log, out)[0], 5)

    @unittest.skipUnless(shutil.which("ldb") and shutil.which("capnp"), "needs ldb and capnp")
    def test_a_stored_entry_is_read_by_other_peoples_tools(self):
        scan = subprocess.run(["ldb", f"--db={self.log}", "--column_family=entries", "scan",
                               "--hex"], capture_output=True, text=True, check=True).stdout
        entries = self.program.lines("log", self.log, "--json")
        for line, entry in zip(scan.splitlines(), entries, strict=True):
            stored = bytes.fromhex(line.split(" : 0x")[1])
            leaf = hashlib.sha256(b"\x00" + stored).digest()
            self.assertEqual(base64.b64encode(leaf).decode(), entry["leafHash"])
            # A stored message is its one segment; the tool wants the segment table before it.
            framed = (b"\0\0\0\0" + (len(stored) // 8).to_bytes(4, "little") + stored)
            text = subprocess.run(["capnp", "decode", f"-I{SOURCE}", "-I/usr/include",
                                   SOURCE / "engine/format/entry.capnp", "Entry"],
                                  input=framed, capture_output=True, check=True).stdout.decode()
            self.assertIn("recordedAt", text)


class Restoring(WithLog):
    def test_a_restored_old_copy_is_named_and_takes_nothing_until_accepted(self):
        old = str(self.program.place / "old")
        shutil.copytree(self.log, old)
        size = self.program.size()
        self.assertEqual(self.program.append(NOTE)[0], 0)
        shutil.rmtree(self.log)
        shutil.copytree(old, self.log)
        missing = f"positions {size} to {size} are missing"
        code, answers, err = self.program.append(NOTE)
        self.assertEqual((code, answers), (1, []))
        self.assertIn(missing, err)
        code, out, _ = self.program.run("status", self.log, "--json")
        self.assertEqual(code, 1)
        self.assertIn(missing, json.loads(out)["readOnly"])
        code, out, _ = self.program.run("verify", self.log, "--json")
        self.assertEqual((code, {e["code"] for e in json.loads(out)["errors"]}), (3, {"guard"}))

        self.assertEqual(self.program.run("guard", "accept", self.log)[0], 2)
        self.program.ok("guard", "accept", self.log, "--yes")
        restored = self.program.lines("log", self.log, "--json")[-1]["event"]
        self.assertEqual((restored["type"], restored["size"], restored["guardSize"]),
                         ("LogRestored", size, size + 1))
        self.assertEqual(self.program.append(NOTE)[0], 0)
        self.program.ok("verify", self.log)
        self.assertEqual(self.program.run("guard", "accept", self.log, "--yes")[0], 5)


class Keys(WithLog):
    def states(self):
        return [(k["custody"], k["state"]) for k in self.program.lines("keys", "list", self.log,
                                                                       "--json")]

    def test_a_rotated_key_is_succeeded_and_a_revoked_one_signs_nothing(self):
        start = [("custodial", "valid"), ("system", "valid"), ("custodial", "valid")]
        self.assertEqual(self.states(), start)
        self.program.ok("keys", "rotate", self.log, "lise")
        self.assertEqual(self.states(), start[:2] + [("custodial", "revoked"),
                                                     ("custodial", "valid")])
        self.assertEqual(self.program.append(NOTE)[0], 0)
        self.program.ok("keys", "revoke", self.log, "lise")
        code, answers, _ = self.program.append({**NOTE, "data": {**NOTE["data"], "note": "n2"}})
        self.assertEqual((code, answers[0]["error"]["code"]), (5, "no-key"))
        self.program.ok("verify", self.log)


class Words(WithLog):
    def test_every_command_that_help_lists_is_there_by_its_name(self):
        listed = re.findall(r"^  ([a-z-]+)  ", self.program.ok("--help").split("Subcommands:")[1],
                            re.M)
        self.assertGreater(len(listed), 30)
        for name in listed:
            with self.subTest(name):
                self.assertIn(f"Usage: stafett {name} ", self.program.ok(name, "--help"))

    def test_exit_codes_are_those_of_the_table(self):
        nowhere = str(self.program.place / "nowhere")
        for want, words in ((2, []), (2, ["nonsense"]), (2, ["log"]), (2, ["log", self.log, "--x"]),
                            (2, ["case", self.log, "case-1", "--as-of", "soon"]),
                            (2, ["log", self.log, "--type", "Nonsense"]),
                            (2, ["log", self.log, "--limit", "-3"]),
                            (2, ["findings", self.log, "--as-of", ""]),
                            (2, ["statistics", self.log, "--from", "2026-01-01", "--to",
                                 "2026-01-31", "--json", "--format", "csv"]),
                            (0, ["--help"]), (0, ["log", "--help"]),
                            (4, ["case", self.log, "no-such-case"]), (4, ["log", nowhere]),
                            (4, ["append", nowhere, "/dev/null"]), (4, ["verify", nowhere]),
                            (4, ["proof", self.log, "1000"]),
                            (5, ["init", self.log, "--origin", "stafett.example/9901"])):
            code, _, err = self.program.run(*words)
            self.assertEqual(code, want, (words, err))

    def test_a_command_that_is_none_is_named(self):
        self.assertIn("no command 'nonsense'", self.program.run("nonsense")[2])

    def test_errors_name_no_person(self):
        _, _, err = self.program.run("case", self.log, "ola-nordmann")
        self.assertNotIn("ola", err)


class Simulation(unittest.TestCase):
    RATES = SOURCE / "tests/projections/simulate/breaches.toml"

    def setUp(self):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.place = tempfile.TemporaryDirectory(dir=shm)
        self.program = Program(BINARY, self.place.name)

    def tearDown(self):
        self.place.cleanup()

    def simulate(self, *words):
        truth = self.program.place / "truth.jsonl"
        self.program.ok("simulate", self.program.log, "--cases", "60", "--seed", "4", "--truth",
                        str(truth), *words)
        return [json.loads(line) for line in truth.read_text().splitlines()]

    def found(self):
        return [{key: one[key] for key in ("case", "rule", "ref")} for one in
                self.program.lines("findings", self.program.log, "--as-of", "2025-12-31", "--json")]

    def test_what_is_planted_is_found_and_nothing_else(self):
        planted = self.simulate("--breaches", str(self.RATES))
        self.assertGreater(len(planted), 10)
        self.assertEqual(self.found(), planted)

    @unittest.skipUnless(shutil.which("ldb"), "needs ldb")
    def test_a_damaged_part_is_a_finding_and_hides_no_others(self):
        self.simulate("--breaches", str(self.RATES))
        sound = self.found()
        ldb = ["ldb", f"--db={self.program.log}", "--column_family=parts"]
        rows = subprocess.run([*ldb, "scan", "--hex", "--key_hex", "--value_hex"], check=True,
                              capture_output=True, text=True).stdout.splitlines()
        case = sound[0]["case"]
        position = self.program.lines("history", self.program.log, case,
                                      "--json")[0]["position"]
        # The key of a part: its position and its class.
        key, value = next(row.split(" : ") for row in rows
                          if row.startswith(f"0x{position:016X}"))
        flipped = value[:-1] + f"{int(value[-1], 16) ^ 1:X}"
        subprocess.run([*ldb, "put", "--hex", key, flipped], check=True, capture_output=True)
        report = self.program.place / "report.json"
        report.write_text(self.program.run("verify", self.program.log, "--json")[1])
        code, out, err = self.program.run("findings", self.program.log, "--as-of", "2025-12-31",
                                          "--report", str(report), "--json")
        found = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(code, 1)
        self.assertIn(f"damaged: {case}", err)
        # A report of another log, or of more than there is, says nothing about this one.
        more = self.program.place / "more.json"
        more.write_text(re.sub(r'"position":\d+', '"position":99999999', report.read_text()))
        code, _, err = self.program.run("findings", self.program.log, "--report", str(more))
        self.assertEqual(code, 2)
        self.assertIn("entries that are not here", err)
        other = self.program.place / "other.json"
        other.write_text(report.read_text().replace("stafett.example/9901", "stafett.example/9902"))
        code, _, err = self.program.run("findings", self.program.log, "--report", str(other))
        self.assertEqual(code, 2)
        self.assertIn("not this log", err)
        self.assertEqual([one["ref"] for one in found if one["rule"] == "F58"],
                         [f"pos:{position}"])
        self.assertEqual([{key: one[key] for key in ("case", "rule", "ref")} for one in found
                          if one["rule"] != "F58"],
                         [one for one in sound if one["case"] != case])
        # Figures that lack a case would be wrong ones; a work list that lacks one says so.
        code, out, err = self.program.run("statistics", self.program.log, "--from", "2025-01-01",
                                          "--to", "2025-12-31")
        self.assertEqual((code, out), (1, ""))
        self.assertRegex(err, r"corrupt: case [0-9a-f-]{36}: ")
        code, _, err = self.program.run("worklist", self.program.log, "admin")
        self.assertEqual(code, 1)
        self.assertIn("damaged: 1 cases", err)

    def test_without_breaches_nothing_is_found(self):
        self.assertEqual(self.simulate(), [])
        self.assertEqual(self.found(), [])

    def test_rates_that_mean_nothing_are_refused(self):
        for name, text in (("a.toml", "F58 = 1"), ("b.toml", "F1 = 1"), ("c.toml", "F01 = 10001"),
                           ("d.toml", "F01 = 0.5"), ("e.toml", "F01 = "), ("f.toml", "F63 = 1"),
                           ("g.json", '{"default": -1}'), ("h.json", "[1]")):
            path = self.program.place / name
            path.write_text(text)
            code, _, err = self.program.run("simulate", self.program.log, "--cases", "1",
                                            "--breaches", str(path))
            self.assertEqual((code, (self.program.place / "log").exists()), (2, False), (text, err))


    def test_a_truth_that_cannot_be_written_is_found_out_before_the_log_is_made(self):
        code, _, err = self.program.run("simulate", self.program.log, "--cases", "1", "--truth",
                                        str(self.program.place / "nowhere" / "truth.jsonl"))
        self.assertEqual((code, pathlib.Path(self.program.log).exists()), (1, False), err)


class Scenarios(unittest.TestCase):
    FILES = sorted((SOURCE / "tests/projections/scenarios").glob("*.json"))

    def run_program(self, *words):
        return subprocess.run([BINARY, *words], capture_output=True, text=True, check=False)

    def test_every_scenario_is_met(self):
        done = self.run_program("scenario", *self.FILES, "--json")
        reports = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([r for r in reports if not r["ok"]], [])
        self.assertEqual((done.returncode, len(reports)), (0, len(self.FILES)))

    def test_the_example_of_the_reference_is_met(self):
        page = (SOURCE / "docs/reference/scenarios.md").read_text()
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(page.partition("```json\n")[2].partition("```")[0])
            file.flush()
            done = self.run_program("scenario", file.name, "--json")
        report = json.loads(done.stdout)
        self.assertEqual((done.returncode, report["failures"], report["checks"]), (0, [], 6))

    def spoiled(self, change):
        scenario = json.loads((SOURCE / "tests/projections/scenarios/baton.json").read_text())
        change(scenario)
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(scenario, file)
            file.flush()
            return self.run_program("scenario", file.name, "--json")

    def test_an_expectation_that_is_not_met_is_told(self):
        done = self.spoiled(lambda s: s["expect"]["rejected"].pop())
        self.assertEqual(done.returncode, 1)
        self.assertEqual(json.loads(done.stdout)["failures"][0]["expect"], "rejected")

    def test_a_file_that_is_not_of_the_form_is_refused_with_the_place(self):
        def unknown_key(s): s["events"][1]["dya"] = 1
        def backwards(s): s["events"][1]["recordedDay"] = -1
        def twice(s): s["events"][1]["id"] = s["events"][0]["id"]
        def missing(s): del s["people"]
        for change, place in ((unknown_key, "/events/1/dya"), (backwards, "/events/1"),
                              (twice, "/events/1/id"), (missing, "/people")):
            done = self.spoiled(change)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn(place + ":", done.stderr)

    def test_printing_judges_nothing(self):
        done = self.run_program("scenario", self.FILES[0], "--print", "--json")
        printed = json.loads(done.stdout)
        self.assertEqual(sorted(printed), ["cases", "rejected"])
        self.assertEqual(printed["cases"]["case"]["state"]["case"], "case")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
