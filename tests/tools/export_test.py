#!/usr/bin/env python3
"""What others' tools make of exports.  export_test.py STAFETT SOURCE"""

import json
import os
import sys
import unittest

try:
    from prov.model import (ProvActivity, ProvAgent, ProvAssociation, ProvCommunication,
                            ProvDelegation, ProvDerivation, ProvDocument, ProvEntity,
                            ProvGeneration, ProvUsage)
except ImportError:  # the package that is installed is for the system's own Python
    if sys.executable == "/usr/bin/python3":
        raise
    os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])

import balp
from exports import (NODE, ORIGIN, SCENARIOS, WithPlace, golden, node, options, until,
                     without_what_changes)


class Fhir(WithPlace):
    def export(self, program, *words):
        return [json.loads(line) for line
                in program.ok("export", "fhir", program.log, *words).splitlines()]

    def listed(self, program, case, moment):
        access = json.loads(program.ok("access", program.log, case, *moment, "--json"))
        return access["list"]

    def faults(self, audits):
        for audit in audits:
            is_read = audit["subtype"][-1]["code"] == "EntryRead"
            yield from (balp.read_faults if is_read else balp.base_faults)(audit)

    def test_reads_refusals_and_emergencies_are_all_there_and_in_order(self):
        program = self.play("two-persons")
        moment = until(program)
        audits = self.export(program, "--case", "case", *moment)
        listed = self.listed(program, "case", moment)
        self.assertEqual([audit["subtype"][-1]["code"] for audit in
                          sorted(audits, key=lambda one: one["period"]["start"])],
                         [item["type"] for item in listed])
        kinds = {audit["subtype"][-1]["code"] for audit in audits}
        self.assertEqual(kinds, {"EntryRead", "ReadDenied", "BreakGlassUsed", "BreakGlassApproved",
                                 "AuditAccessGranted", "AuditAccessApproved"})
        self.assertEqual(list(self.faults(audits)), [])
        positions = [next(int(one["valueString"]) for one in audit["entity"][0]["detail"]
                          if one["type"] == "position") for audit in audits]
        self.assertEqual(positions, sorted(positions))
        for audit in audits:
            kind, outcome = audit["subtype"][-1]["code"], audit["outcome"]
            self.assertEqual(outcome, "4" if kind == "ReadDenied" else "0")
            self.assertEqual(audit["entity"][1]["what"]["identifier"],
                             {"system": f"urn:stafett:person:{ORIGIN}", "value": "ola"})
        denied = [audit["outcomeDesc"] for audit in audits if audit["outcome"] == "4"]
        self.assertEqual(set(denied), {"read-no-relation", "role-not-held"})
        glass = [audit for audit in audits if audit["subtype"][-1]["code"] == "BreakGlassUsed"]
        self.assertEqual({(one["type"]["code"], one["subtype"][0]["code"],
                           one["purposeOfEvent"][0]["coding"][0]["code"]) for one in glass},
                         {("110113", "110127", "BTG")})
        self.assertEqual(glass[0]["agent"][2]["name"], "siri")
        # Somebody else recorded it.
        self.assertEqual([agent["who"]["identifier"]["value"] for agent in glass[-1]["agent"]
                          if not agent["requestor"] and "network" not in agent],
                         ["schoolHealth", "mona"])
        self.assertNotIn("child missing", json.dumps(audits))

    def test_the_assertions_tell_what_is_missing(self):
        program = self.play("two-persons")
        read = next(one for one in self.export(program, "--case", "case") if "meta" in one)
        self.assertEqual(balp.read_faults(read), [])
        for change, fault in (
                (lambda one: one.pop("recorded"), "recorded 1..1, with offset"),
                (lambda one: one.update(recorded="2026-01-01T00:00:00"),
                 "recorded 1..1, with offset"),
                (lambda one: one["agent"].pop(0), "agent[client] 1..1"),
                (lambda one: one["agent"][1].pop("network"), "agent[server].network 1..1"),
                (lambda one: one["entity"].pop(1), "entity[patient] 1..1"),
                (lambda one: one["agent"][2].pop("purposeOfUse"), "agent[user].purposeOfUse 1..*"),
                (lambda one: one.pop("purposeOfEvent"), "purposeOfEvent 1..*"),
                (lambda one: one["subtype"].pop(0), "subtype[anyRead] 1..1")):
            changed = json.loads(json.dumps(read))
            change(changed)
            self.assertIn(fault, balp.read_faults(changed))

    def test_a_bundle_holds_the_same(self):
        program = self.play("two-persons")
        moment = until(program)
        lines = self.export(program, "--case", "case", *moment)
        bundle, = self.export(program, "--case", "case", "--bundle", *moment)
        self.assertEqual((bundle["resourceType"], bundle["type"]), ("Bundle", "collection"))
        self.assertEqual([entry["resource"] for entry in bundle["entry"]], lines)
        urls = [entry["fullUrl"] for entry in bundle["entry"]]
        self.assertEqual(len(set(urls)), len(urls))
        empty, = self.export(program, "--case", "case", "--bundle", "--known-at", "15")
        self.assertNotIn("entry", empty)

    def test_the_export_is_recorded_before_and_is_in_the_next(self):
        program = self.play("two-persons")
        before = program.size()
        first = self.export(program, "--case", "case")
        self.assertEqual(program.size(), before + 1)
        last = self.export(program, "--case", "case")[-1]
        self.assertEqual(len(first) + 1, len(self.export(program, "--case", "case")) - 1)
        self.assertEqual((last["agent"][0]["who"]["identifier"]["value"],
                          last["agent"][2]["role"][0]["coding"][0]["code"]),
                         ("export fhir", "operator"))

    def test_what_is_not_there_is_told_and_nothing_is_recorded(self):
        program = self.play("two-persons")
        self.assertIn("nowhere", self.refused(program, 4, "fhir", program.log, "--case", "case",
                                              "--case", "nowhere"))
        self.refused(program, 2, "fhir", program.log)
        self.refused(program, 2, "fhir", program.log, "--case", "case", "--known-at", "100000")

    def test_of_a_town(self):
        program, cases = self.town(12)
        audits = self.export(program, *options(cases))
        self.assertGreater(len(audits), 12)
        self.assertEqual(list(self.faults(audits)), [])
        self.assertEqual(len({audit["id"] for audit in audits}), len(audits))

    def test_it_is_as_it_was(self):
        program = self.play("two-persons")
        moment = until(program)
        text = program.ok("export", "fhir", program.log, "--case", "case", *moment)
        everything = program.lines("log", program.log, "--case", "case", "--json")
        everything += [one for kind in ("AuditAccessGranted", "AuditAccessApproved")
                       for one in program.lines("log", program.log, "--type", kind, "--json")]
        golden(self, "fhir.ndjson", without_what_changes(text, everything))


class Recorded(WithPlace):
    def test_each_form_records_one_read_in_each_case_and_none_of_a_case_that_is_not_asked_for(self):
        program, cases = self.town(3)
        for form in ("fhir", "cloudevents", "prov"):
            asked = cases[:1] if form == "prov" else cases[:2]
            before = program.size()
            program.ok("export", form, program.log, *options(asked))
            self.assertEqual(program.size(), before + len(asked))
            for case in asked:
                last = program.lines("log", program.log, "--case", case, "--json")[-1]
                self.assertEqual((last["type"], last["data"]["capacity"], last["data"]["visit"]),
                                 ("EntryRead", "operator", f"export {form}"))


class CloudEvents(WithPlace):
    def export(self, program, *words):
        return program.lines("export", "cloudevents", program.log, *words)

    def same(self, events, history, case):
        self.assertEqual([one["data"] for one in events], history)
        for one, recorded in zip(events, history, strict=True):
            self.assertEqual({key: value for key, value in one.items() if key != "data"},
                             {"specversion": "1.0", "id": recorded["id"], "source": ORIGIN,
                              "type": f"no.stafett.{recorded['type']}.v1", "subject": case,
                              "time": recorded["occurredAt"],
                              "sequence": f"{recorded['position']:020}",
                              "datacontenttype": "application/json"})

    def test_they_are_the_history(self):
        for name in ("two-persons", "protection-flag", "corrections"):
            program = self.play(name)
            moment = until(program)
            history = program.lines("history", program.log, "case", *moment, "--json")
            self.same(self.export(program, "--case", "case", *moment), history, "case")
            for viewer in json.loads((SCENARIOS / f"{name}.json").read_text())["people"]:
                seen = program.lines("history", program.log, "case", *moment, "--viewer", viewer,
                                     "--json")
                # What is de-identified is no CloudEvent: it has no id and no place.
                seen = [one for one in seen if "id" in one]
                self.same(self.export(program, "--case", "case", "--viewer", viewer, *moment), seen,
                          "case")

    def test_it_is_as_it_was(self):
        program = self.play("two-persons")
        moment = until(program)
        text = program.ok("export", "cloudevents", program.log, "--case", "case", *moment)
        history = program.lines("history", program.log, "case", *moment, "--json")
        golden(self, "cloudevents.jsonl", without_what_changes(text, history))


class Prov(WithPlace):
    def export(self, program, case, *words):
        text = program.ok("export", "prov", program.log, "--case", case, *words)
        return text, ProvDocument.deserialize(content=text, format="json")

    def check(self, program, case, moment):
        text, document = self.export(program, case, *moment)
        history = program.lines("history", program.log, case, *moment, "--json")
        own = [one for one in history if one["stream"] != "access"]

        def all_of(kind):
            return list(document.get_records(kind))

        def ids(kind):
            return {str(one.identifier) for one in all_of(kind)}
        self.assertEqual(ids(ProvActivity), {f"event:{one['id']}" for one in history})
        self.assertEqual(ids(ProvEntity), {f"state:{case}.{i + 1}" for i in range(len(own))})
        self.assertLessEqual({f"person:{one['actor']}" for one in history}, ids(ProvAgent))
        made = {(str(entity), str(activity)) for entity, activity in
                (one.args[:2] for one in all_of(ProvGeneration))}
        self.assertEqual(made, {(f"state:{case}.{i + 1}", f"event:{one['id']}")
                                for i, one in enumerate(own)})
        derived = {(str(one.args[0]), str(one.args[1])) for one in all_of(ProvDerivation)}
        self.assertEqual(derived, {(f"state:{case}.{i + 2}", f"state:{case}.{i + 1}")
                                   for i in range(len(own) - 1)})
        did = {(str(one.args[0]), str(one.args[1])) for one in all_of(ProvAssociation)}
        self.assertEqual(did, {(f"event:{one['id']}", f"person:{one['actor']}")
                               for one in history})
        used = [str(one.args[0]) for one in all_of(ProvUsage)]
        self.assertEqual(used, [f"event:{one['id']}" for one in history
                                if one["type"] == "EntryRead"])
        informed = {(str(one.args[0]), str(one.args[1])) for one in all_of(ProvCommunication)}
        self.assertEqual(informed, {(f"event:{one['id']}", f"event:{one['data']['target']}")
                                    for one in history if one["type"] == "EntryCorrected"})
        names = ids(ProvActivity) | ids(ProvEntity) | ids(ProvAgent)
        for kind in (ProvDelegation, ProvUsage, ProvGeneration, ProvAssociation):
            for one in all_of(kind):
                self.assertLessEqual({str(arg) for arg in one.args if arg is not None and
                                      ":" in str(arg) and " " not in str(arg)}, names)
        times = {str(one.identifier): one.get_startTime() for one in all_of(ProvActivity)}
        self.assertTrue(all(at.utcoffset() is not None for at in times.values()))
        return text, document, all_of(ProvDelegation)

    def test_a_reader_of_prov_finds_the_same_counts_and_relations(self):
        for name in ("two-persons", "corrections", "case-a-ola"):
            program = self.play(name)
            moment = until(program)
            text, document, delegations = self.check(program, "case", moment)
            people = json.loads((SCENARIOS / f"{name}.json").read_text())["people"]
            self.assertTrue(delegations)
            for one in delegations:
                person, service = (str(arg).split(":")[1] for arg in one.args[:2])
                self.assertEqual(people[person]["service"], service)
            # The same in another form of the standard.
            again = ProvDocument.deserialize(content=document.serialize(format="xml"),
                                             format="xml")
            self.assertEqual(len(list(again.get_records())), len(list(document.get_records())))
            for one in program.lines("history", program.log, "case", *moment, "--json"):
                for key in ("summary", "text", "observations", "reason", "ground", "note"):
                    if key in one["data"] and len(str(one["data"][key])) > 8:
                        self.assertNotIn(one["data"][key], text)

    def test_of_a_town(self):
        program, cases = self.town(3)
        for case in cases:
            self.check(program, case, until(program))

    def test_it_is_of_one_case(self):
        program = self.play("two-persons")
        self.refused(program, 2, "prov", program.log, "--case", "case", "--case", "other")

    def test_it_is_as_it_was(self):
        program = self.play("two-persons")
        moment = until(program)
        text = program.ok("export", "prov", program.log, "--case", "case", *moment)
        history = program.lines("history", program.log, "case", *moment, "--json")
        golden(self, "prov.json", without_what_changes(text, history))


@unittest.skipUnless(NODE.exists(), "tests/run puts the peers below build/peers")
class InNode(WithPlace):
    def test_the_definitions_of_r4_have_no_fault_to_find(self):
        program, cases = self.town(8)
        scenario = self.play("two-persons")
        text = (program.ok("export", "fhir", program.log, *options(cases)) +
                scenario.ok("export", "fhir", scenario.log, "--case", "case") +
                scenario.ok("export", "fhir", scenario.log, "--case", "case", "--bundle"))
        said = json.loads(node("fhir_check.mjs", text))
        self.assertEqual((said["count"], said["faults"]), (text.count("\n"), []))
        broken = json.loads(text.splitlines()[0])
        del broken["recorded"]
        broken["action"] = "Q"
        said = json.loads(node("fhir_check.mjs", json.dumps(broken)))
        self.assertGreaterEqual(len(said["faults"]), 2)

    def test_the_sdk_reads_every_cloud_event(self):
        program, cases = self.town(4)
        text = program.ok("export", "cloudevents", program.log, *options(cases))
        read = [json.loads(line) for line in node("cloudevents_check.mjs", text).splitlines()]
        written = [json.loads(line) for line in text.splitlines()]
        self.assertEqual([one["id"] for one in read], [one["id"] for one in written])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
