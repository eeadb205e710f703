#!/usr/bin/env python3
"""Emergency access over HTTP: who opens it, for how long, who approves, and who sees that it was
used.  break_glass_test.py STAFETT SOURCE"""

import datetime
import json
import sys
import time
import unittest

import serve_test
import stream_test
from program import event
from serve_test import OPENING, happened, noted, now

GROUND = "the child is missing"


def glass(actor, person=None, begun=0, until=600):
    """Emergency access for bup; minutes from now."""
    used = happened("BreakGlassUsed", actor, {"person": person or actor, "service": "bup",
                                              "ground": GROUND, "until": now(until)})
    return {**used, "occurredAt": now(begun)}


class BreakGlass(stream_test.WithStreams):
    def beginning(self, program):
        serve_test.WithPeople.beginning(self, program)
        # An administrator may approve, and sees no case.
        lea = event("PersonRegistered", "admin", {"person": "lea", "roles": ["employee", "admin"],
                                                  "service": "bup", "active": True})
        flag = happened("AnonymousConsultationHeld", "lise", {"service": "school"})
        self.append(lea, flag, *OPENING[:-1])  # bup is consented to, and takes no part

    def record(self, what):
        status, body = self.post(what["actor"], json.dumps(what))
        self.assertEqual(status, 201, body)
        return json.loads(body)["id"]

    def approve(self, actor, target):
        approval = happened("BreakGlassApproved", actor, {"target": target})
        return self.post(actor, json.dumps({**approval, "occurredAt": now()}))

    def refused(self, answer):
        status, body = answer
        self.assertIn(status, (403, 422), body)
        return json.loads(body)["rule"]

    def test_it_opens_at_once_and_as_much_as_the_table_says(self):
        self.assertEqual(self.refused(self.read("eva")), "read-no-relation")
        self.record(glass("eva"))
        status, body = self.read("eva", "/cases/case-1/history")
        self.assertEqual(status, 200, body)
        given = [json.loads(line) for line in body.splitlines()]
        self.assertEqual({one["stream"] for one in given}, {"open", "level0"})
        self.assertEqual(given[0]["data"]["summary"], "alone in the breaks")
        # For nobody else of the service.
        self.assertEqual(self.refused(self.read("lea")), "read-no-relation")
        self.assertEqual([(one["type"], one["data"].get("capacity")) for one in self.reads()],
                         [("ReadDenied", None), ("EntryRead", "breakGlass"), ("ReadDenied", None)])

    def test_the_family_sees_it_in_the_access_list(self):
        self.record(glass("eva"))
        self.assertEqual(self.read("eva", purpose="emergency")[0], 200)
        listed = [json.loads(line) for line
                  in self.read("kari", "/cases/case-1/access")[1].splitlines()]
        self.assertEqual([(one["type"], one["service"], one["capacity"], one["purpose"],
                           one["person"]) for one in listed if one["service"] == "bup"],
                         [("BreakGlassUsed", "bup", None, None, None),
                          ("EntryRead", "bup", "breakGlass", "emergency", None)])
        self.assertNotIn(GROUND, json.dumps(listed))

    def test_without_approval_it_ends_after_an_hour(self):
        self.record(glass("eva", begun=-61))
        self.assertEqual(self.refused(self.read("eva")), "read-no-relation")

    def test_the_hour_ends_within_a_visit_and_a_stream_too(self):
        at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=60,
                                                                               seconds=-12)
        begun = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        self.record({**glass("eva"), "occurredAt": begun})
        stream = self.stream("eva")
        stream.until("caughtup")
        deadline, answers = time.monotonic() + 60, []
        while not answers or answers[-1][0] == 200:
            answers.append(self.read("eva", visit="v2", purpose="emergency"))
            self.assertLess(time.monotonic(), deadline)
        self.assertGreater(len(answers), 1)  # it was open
        self.assertEqual(self.refused(answers[-1]), "read-no-relation")
        self.assertEqual(self.post("lise", json.dumps(noted("n1")))[0], 201)
        self.assertEqual(stream.until("access-ended"), ([], {"rule": "read-no-relation"}))

    def test_approved_by_a_second_person_it_lasts_until_its_end(self):
        used = self.record(glass("eva", begun=-90))
        self.assertEqual(self.refused(self.read("eva")), "read-no-relation")
        status, body = self.approve("odd", used)
        self.assertEqual(status, 201, body)
        self.assertEqual(self.read("eva")[0], 200)
        over = self.record(glass("lea", begun=-90, until=-1))
        self.assertEqual(self.approve("odd", over)[0], 201)
        self.assertEqual(self.refused(self.read("lea")), "read-no-relation")

    def test_nobody_approves_what_helps_or_comes_from_oneself(self):
        own = self.record(glass("lea", begun=-90))
        self.assertEqual(self.refused(self.approve("lea", own)), "two-persons")
        for_lea = self.record(glass("eva", person="lea", begun=-90))
        self.assertEqual(self.refused(self.approve("lea", for_lea)), "two-persons")
        self.assertEqual(self.refused(self.approve("eva", for_lea)), "role-not-held")
        self.assertEqual(self.refused(self.read("lea")), "read-no-relation")
        # Signed in as another, one's own word is not another's.
        as_odd = happened("BreakGlassApproved", "odd", {"target": own})
        self.assertEqual(self.refused(self.post("lea", json.dumps(as_odd))), "not-you")
        self.assertEqual(self.refused(self.read("lea")), "read-no-relation")
        self.assertEqual(self.approve("dag", for_lea)[0], 201)
        self.assertEqual(self.read("lea")[0], 200)

    def test_it_is_for_a_day_at_most_and_for_who_works_here(self):
        self.assertEqual(self.refused(self.post("eva", json.dumps(glass("eva", until=24 * 60 + 1)))),
                         "grant-too-long")
        kari = glass("kari")
        self.assertEqual(self.refused(self.post("kari", json.dumps(kari))), "role-not-held")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
