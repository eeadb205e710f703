"""The files of the repository, as the house tests look at them."""

import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SKIPPED = {".git", ".cache"}


def files():
    """Paths relative to the root, sorted: git's list with the new ones, or what lies there."""
    try:
        out = subprocess.run(
            ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            check=True, capture_output=True).stdout.decode()
        names = [name for name in out.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = []
        for folder, folders, found in os.walk(ROOT):
            folders[:] = [f for f in folders if f not in SKIPPED and not f.startswith("build")]
            names += [os.path.relpath(os.path.join(folder, f), ROOT) for f in found]
    return sorted(name for name in set(names) if os.path.isfile(os.path.join(ROOT, name)))


def sources():
    return [name for name in files() if name.endswith((".h", ".cc"))]


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8", errors="replace") as file:
        return file.read()


def finish(faults):
    """Prints one fault to a line and ends the program: 1 when there is one."""
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults")
    sys.exit(1 if faults else 0)
