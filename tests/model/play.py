#!/usr/bin/env python3
"""Plays scenario files wholly in the model: play.py FILE|FOLDER...; play.py --print FILE."""

import json
import os
import sys

from bti import judge, printing, scenario


def files(names):
    """The names, and of a folder the scenario files in it."""
    for name in names:
        if os.path.isdir(name):
            yield from sorted(os.path.join(name, one) for one in os.listdir(name)
                              if one.endswith(".json"))
        else:
            yield name


def main(arguments):
    if arguments[:1] == ["--print"] and len(arguments) == 2:
        print(json.dumps(printing.document(scenario.read(arguments[1])), sort_keys=True,
                         ensure_ascii=False, indent=1))
        return 0
    if not arguments:
        print(__doc__)
        return 2
    reports = [judge.report(scenario.read(path)) for path in files(arguments)]
    for one in reports:
        if not one["ok"]:
            print(json.dumps(one, ensure_ascii=False, indent=1))
    met = sum(one["ok"] for one in reports)
    print(f"{met} of {len(reports)} scenarios met, "
          f"{sum(one['checks'] for one in reports)} expectations judged")
    return 0 if met == len(reports) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
