#!/usr/bin/env python3
"""What a person of a family gets in one document.  export_family_test.py STAFETT SOURCE"""

import json
import sys
import unittest

from bundles import happening
from exports import SCENARIOS, WithPlace, golden, until, without_what_changes
from rounds import by_rounds, some


class Family(WithPlace):
    MEMBERS = ["format", "version", "origin", "case", "person", "rows", "language", "asOf", "size",
               "times", "consents", "state", "stateWords", "events", "accesses", "findings"]

    def document(self, program, case, viewer, *words):
        out = program.ok("export", "family", program.log, "--case", case, "--viewer", viewer,
                         *words)
        self.assertEqual(out.count("\n"), 1)
        return json.loads(out)

    def same_as_told_otherwise(self, program, case, viewer, moment):
        words = ("--viewer", viewer, *moment)
        document = self.document(program, case, viewer, *moment)
        self.assertEqual(list(document), self.MEMBERS)
        for event in document["events"]:
            self.assertTrue(event.pop("typeName"))
        self.assertEqual(document["events"],
                         program.lines("history", program.log, case, *words, "--json"))
        for item in document["accesses"]:
            self.assertTrue(item.pop("typeName"))
            self.assertEqual(item.pop("capacityName") is None, item["capacity"] is None)
            self.assertEqual(item.pop("purposeName") is None, item["purpose"] is None)
        access = json.loads(program.ok("access", program.log, case, *words, "--json"))
        self.assertEqual(document["accesses"], access["list"])
        self.assertEqual(document["state"],
                         json.loads(program.ok("case", program.log, case, *words, "--json")))
        consents = {one.pop("consent"): one for one in document["consents"]}
        for one in consents.values():
            self.assertTrue(one.pop("statusName"))
        self.assertEqual(consents, document["state"]["consents"])

    def test_each_person_of_each_scenario_gets_what_she_may_see_and_nothing_else(self):
        families = others = 0
        two = SCENARIOS / "two-persons.json"
        for path in some(sorted(SCENARIOS.glob("*.json")), few=3, small=9, always=[two]):
            scenario = json.loads(path.read_text())
            program = self.play(path.stem)
            moment = until(program)
            cases = sorted({one.get("case", "case") for one in scenario["events"]
                            if one["type"] == "ConcernRaised"})
            for case in cases:
                rows = {one["person"]: {row["row"] for row in one["rows"]} for one in
                        json.loads(program.ok("access", program.log, case, *moment, "--json"))
                        ["readers"]}
                refused = 0
                for person in scenario["people"]:
                    with self.subTest(scenario=path.stem, case=case, person=person):
                        if rows.get(person, set()) & {"guardian", "subject"}:
                            families += 1
                            self.same_as_told_otherwise(program, case, person, moment)
                        elif refused < 2:  # each takes a while
                            refused += 1
                            others += 1
                            self.refused(program, 5, "family", program.log, "--case", case,
                                         "--viewer", person, *moment)
        self.assertGreaterEqual(families, by_rounds(few=1, small=1, full=16))
        self.assertGreaterEqual(others, by_rounds(few=1, small=1, full=6))

    def test_its_words_are_in_the_language_asked_for(self):
        program = self.play("two-persons")
        moment = until(program)
        words = {}
        for language in ("nb", "nn", "en"):
            document = self.document(program, "case", "kari", "--language", language, *moment)
            self.assertEqual(document["language"], language)
            words[language] = (document["events"][0]["typeName"],
                               document["consents"][0]["statusName"],
                               document["stateWords"],
                               [one["purposeName"] for one in document["accesses"]
                                if one["purpose"] == "supervision"][0])
        self.assertEqual(words["nb"], ("Bekymring meldt", "gjelder",
                                       {"phase": "Aktiv", "level": "Enkelt tverrfaglig samarbeid"},
                                       "tilsyn"))
        self.assertEqual(words["nn"][1], "gjeld")
        self.assertEqual(words["en"][0], "Concern raised")
        self.refused(program, 2, "family", program.log, "--case", "case", "--viewer", "kari",
                     "--language", "sv")

    def test_findings_are_for_whom_they_are_told(self):
        program = self.play("two-persons")
        self.assertIsNone(self.document(program, "case", "kari")["findings"])

    def test_it_is_listed_for_the_family(self):
        program = self.play("two-persons")
        self.document(program, "case", "kari")
        last = self.document(program, "case", "kari")["accesses"][-1]
        self.assertEqual((last["type"], last["capacity"], last["purpose"]),
                         ("EntryRead", "operator", "control"))

    def test_whoever_is_not_of_the_family_is_refused(self):
        program = self.play("two-persons")
        for person, code in (("lise", 5), ("alf", 5), ("nobody", 4)):
            self.refused(program, code, "family", program.log, "--case", "case", "--viewer", person)
        self.refused(program, 2, "family", program.log, "--case", "case")

    def test_the_past_gives_nothing_that_is_not_given_now(self):
        program = self.play("two-persons")
        moment = until(program)
        event = [one for one in self.document(program, "case", "kari", *moment)["events"]
                 if one["type"] == "LogOpened"][0]
        leaders = [label for label, one in json.loads((SCENARIOS / "two-persons.json").read_text())
                   ["people"].items() if "leader" in one["roles"]]
        code, answers, err = program.append(happening(
            "EntryRestricted", leaders[0], {"target": event["id"], "ground": "accuracyContested"},
            case="case"))
        self.assertEqual(code, 0, (answers, err))
        self.assertIn("by now", self.refused(program, 5, "family", program.log, "--case", "case",
                                             "--viewer", "kari", *moment))
        self.refused(program, 5, "family", program.log, "--case", "case", "--viewer", "kari",
                     "--known-at", moment[1])
        ids = {one["id"] for one in self.document(program, "case", "kari")["events"]}
        self.assertNotIn(event["id"], ids)
        self.document(program, "case", "kari", "--known-at", str(program.size()))

    def test_it_is_as_it_was(self):
        program = self.play("two-persons")
        moment = until(program)
        text = program.ok("export", "family", program.log, "--case", "case", "--viewer", "kari",
                          *moment)
        everything = program.lines("log", program.log, "--case", "case", "--json")
        golden(self, "family.json", without_what_changes(text, everything))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
