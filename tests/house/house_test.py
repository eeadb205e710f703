#!/usr/bin/env python3
"""The house rules themselves: each catches what it is for, and lets the rest be."""

import unittest
from unittest import mock

import attacks_test
import house_rules
import include_arrows
import repository


def faults(rule, files):
    """The faults of one rule over a repository of these files."""
    with mock.patch.object(repository, "files", lambda: sorted(files)), \
         mock.patch.object(repository, "read", lambda name: files[name]):
        return list(rule())


class HouseRules(unittest.TestCase):
    def banned(self, code, name="server/x.cc"):
        return faults(house_rules.banned_words, {name: code})

    def test_words_are_banned_in_code_and_free_in_comments_and_strings(self):
        for code in ("auto t = std::chrono::system_clock::now();", "auto* p = new Thing;",
                     "co_spawn(io, run(), net::detached);", "std::this_thread::sleep_for(1s);",
                     "usleep(3);", "thread.detach();", "delete p;"):
            self.assertEqual(len(self.banned(code)), 1, code)
        for code in ("// a new thing", 'say("new detached system_clock");', "/* usleep */",
                     "#include <x/system_clock.h>",
                     "X(const X&) = delete;", "std::unique_ptr<X> x{new X{1}};",
                     "return std::unique_ptr<X>{new X{a}};", "int renewed = 0;"):
            self.assertEqual(self.banned(code), [], code)
        self.assertEqual(self.banned("system_clock", "engine/base/clock.cc"), [])

    def test_a_long_line_is_named(self):
        found = faults(house_rules.lines, {"tools/x.cc": "a\n" + "b" * 101, "docs/a.md": "c" * 200})
        self.assertEqual(found, ["tools/x.cc:2: 101 columns, at most 100"])

    def test_a_source_that_no_list_names_is_found(self):
        files = {"server/CMakeLists.txt": "SRCS a.cc sub/c.cc", "server/a.cc": "",
                 "server/b.cc": "", "server/sub/c.cc": "", "server/xa.cc": ""}
        self.assertEqual(faults(house_rules.listed_sources, files),
                         ["server/b.cc: in no CMakeLists.txt",
                          "server/xa.cc: in no CMakeLists.txt"])

    @staticmethod
    def person_number(day, month):
        """The first number of that day with right check digits."""
        for rest in range(100000):
            digits = f"{day:02}{month:02}90{rest:05}"
            d = [int(c) for c in digits]
            if sum(a * b for a, b in zip(d, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1))) % 11 == 0 and \
               sum(a * b for a, b in zip(d, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1))) % 11 == 0:
                return digits
        return None

    def test_a_real_identity_number_is_found_and_a_synthetic_one_is_not(self):
        def found(text):
            return len(faults(house_rules.person_numbers, {"a.json": text}))
        for day, month in ((1, 1), (31, 12), (41, 6)):
            number = self.person_number(day, month)
            self.assertEqual(found(f'"{number}"'), 1)
            self.assertEqual(found(f"{number[:6]} {number[6:]}."), 1)
            self.assertEqual(found(f"a{number} {number}1 0.{number}"), 0)
            wrong = number[:10] + str((int(number[10]) + 1) % 10)
            self.assertEqual(found(wrong), 0)
        self.assertEqual(found(self.person_number(1, 81)), 0)

    def test_a_part_that_a_fold_reads_and_nobody_opens_is_found(self):
        listed = ("bool is_narrative_folded(T t) {\n  case EventType::GOAL_SET:\n}\n"
                  "bool is_identity_folded(T t) {\n  case EventType::LOG_OPENED:\n}\n")
        fold = "event.narratives<schema::GoalSet>(); event.identities<schema::LogOpened>();"

        def found(code):
            return faults(house_rules.folded_parts, {"projections/rebuild/folded_parts.cc": listed,
                                                     "projections/state/fold.cc": code})
        self.assertEqual(found(fold), [])
        self.assertEqual(len(found(fold + "event.narratives<schema::LogOpened>();")), 1)
        self.assertEqual(len(found("event.narratives<schema::GoalSet>();")), 1)

    def test_a_registry_is_found(self):
        host = ".".join(("docker", "io"))
        self.assertEqual(len(faults(house_rules.registries, {"a": f"FROM {host}/x"})), 1)


class Attacks(unittest.TestCase):
    PAGE = ("| | attack | noticed by | test | what remains |\n|---|---|---|---|---|\n"
            "| 1 | editing | `entry-hash` | `an_edit` | nothing |\n")

    def found(self, page, tests):
        return list(attacks_test.faults(page, tests))

    def test_a_row_needs_a_test_that_names_its_codes_and_a_test_needs_a_row(self):
        good = {"an_edit": 'has(report, "entry-hash")'}
        self.assertEqual(self.found(self.PAGE, good), [])
        self.assertEqual(len(self.found(self.PAGE, {"an_edit": "nothing"})), 1)
        self.assertEqual(len(self.found(self.PAGE, {})), 2)
        self.assertEqual(len(self.found(self.PAGE, {**good, "another": ""})), 1)
        self.assertEqual(len(self.found(self.PAGE.replace("`an_edit`", "none"), {})), 1)
        self.assertEqual(len(self.found("no table", {})), 1)


class IncludeArrows(unittest.TestCase):
    def run_on(self, files):
        caught = []
        with mock.patch.object(repository, "sources", lambda: sorted(files)), \
             mock.patch.object(repository, "read", lambda name: files[name]), \
             mock.patch.object(repository, "finish", caught.extend):
            include_arrows.main()
        return caught

    def test_an_arrow_upward_or_aside_is_a_fault(self):
        files = {"engine/base/a.h": "", "engine/log/b.h": "", "engine/storage/s.h": "",
                 "projections/state/c.h": "",
                 "engine/base/x.cc": '#include "engine/log/b.h"\n',
                 "engine/format/y.cc": '#include "engine/storage/s.h"\n',
                 "engine/transparency/z.cc": '#include "projections/state/c.h"\n',
                 "projections/state/ok.cc": '#include "engine/log/b.h"\n#include <vector>\n'}
        self.assertEqual([f.split(":")[0] for f in self.run_on(files)],
                         ["engine/base/x.cc", "engine/format/y.cc", "engine/transparency/z.cc"])

    def test_a_third_party_header_outside_its_place_is_a_fault(self):
        files = {"engine/log/a.cc": "#include <rocksdb/db.h>\n",
                 "projections/state/b.cc": "#include <unistd.h>\n",
                 "server/c.cc": "#include <unknown/thing.hpp>\n",
                 "engine/storage/d.cc": "#include <rocksdb/db.h>\n#include <fcntl.h>\n"}
        self.assertEqual([f.split(":")[0] for f in self.run_on(files)],
                         ["engine/log/a.cc", "projections/state/b.cc", "server/c.cc"])

    def test_a_cycle_of_folders_is_a_fault(self):
        files = {"projections/a/x.h": '#include "projections/b/y.h"\n',
                 "projections/b/y.h": '#include "projections/a/z.h"\n',
                 "projections/a/z.h": ""}
        self.assertEqual(self.run_on(files), ["a cycle of folders: projections/a -> projections/b"
                                              " -> projections/a"])

    def test_a_header_not_named_from_the_root_is_a_fault(self):
        files = {"engine/log/a.h": "", "engine/log/a.cc": '#include "a.h"\n'}
        self.assertEqual(len(self.run_on(files)), 1)


if __name__ == "__main__":
    unittest.main()
