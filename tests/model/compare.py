#!/usr/bin/env python3
"""Plays random scenarios in the model and in the program, and names the first difference.

compare.py PROGRAM [--rounds N] [--seed S] [--steps N] [--all] [--judge] [--coverage]
Every scenario is compared as it ends; of some (--judge: of all) the program also judges what the
model expects at many days: states, findings, who sees what, figures. --all: goes on after a
difference.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

from bti import differences, hard_rules, printing, random_expectations, random_life, scenario

RULES = {f"F{number:02}" for number in range(1, 63)} - {"F58"} | set(hard_rules.CODES)
SMALL, FULL = 60, 2000
JUDGED = 4  # one in so many


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    for flag in ("--all", "--judge", "--coverage"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("--keep", default=os.path.join(tempfile.gettempdir(), "stafett_model"))
    given = parser.parse_args()
    is_full = os.environ.get("STAFETT_ROUNDS", "small") == "full"
    if given.rounds is None:
        given.rounds = FULL if is_full else SMALL
    if given.seed is None:
        given.seed = int(os.environ.get("STAFETT_TEST_SEED") or int.from_bytes(os.urandom(3), "big"))
    given.must_cover = is_full
    return given


def run(program, *rest):
    """What the program prints; its log lies in memory where the machine has such a place."""
    place = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        done = subprocess.run([program, "scenario", *rest, "--json"], capture_output=True, text=True,
                              env=dict(os.environ, TMPDIR=folder), check=False)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {"crashed": done.returncode, "stderr": done.stderr[-2000:], "stdout": done.stdout[-500:]}


def write(path, document):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1, ensure_ascii=False)


def one_round(given, seed):
    """(file, differences, rules hit)"""
    made = json.loads(json.dumps(random_life.make(seed, given.steps)))
    played = scenario.Scenario(made)
    path = os.path.join(given.keep, f"{made['name']}.json")
    found = printing.document(played)
    hits = collections.Counter(rule for _, rule in played.rejected)
    for case in found["cases"].values():
        hits.update(one["rule"] for one in case["findings"])
    write(path, made)
    lines = differences.between(json.loads(json.dumps(found)), run(given.program, path, "--print"))
    if not lines and (given.judge or seed % JUDGED == 0):
        random_expectations.fill(made, played, seed)
        write(path, made)
        lines = differences.of_report(run(given.program, path))
    return path, lines, hits


def show_coverage(hits):
    for rule in sorted(RULES):
        print(f"{rule} {hits.get(rule, 0):7}")


def main():
    given = arguments()
    sys.stdout.reconfigure(line_buffering=True)
    os.makedirs(given.keep, exist_ok=True)
    print(f"seed {given.seed}, {given.rounds} scenarios")
    hits, failed = collections.Counter(), 0
    with concurrent.futures.ProcessPoolExecutor(given.jobs) as pool:
        seeds = [given.seed * 1_000_000 + number for number in range(given.rounds)]
        for path, found, hit in pool.map(one_round, [given] * len(seeds), seeds):
            hits.update(hit)
            if not found:
                os.remove(path)
                continue
            failed += 1
            print(f"{path}:")
            for line in found[:None if given.all else 1]:
                print("  " + line)
            if not given.all:
                pool.shutdown(cancel_futures=True)
                return 1
    if given.coverage:
        show_coverage(hits)
    never = sorted(RULES - set(hits))
    if never:
        print(f"never hit: {' '.join(never)}")
    print(f"{given.rounds - failed} of {given.rounds} scenarios agree")
    return 1 if failed or (given.must_cover and never) else 0


if __name__ == "__main__":
    sys.exit(main())
