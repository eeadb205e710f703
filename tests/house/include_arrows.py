#!/usr/bin/env python3
"""Includes point downward only, and each third-party library is named in one place.

The two tables are the law; docs/architecture.md gives the reasons. A new arrow is a line here and a
reason in the commit.
"""

import re

import repository

# Who may include whom. A part may always include itself.
ARROWS = {
    "engine/base": [],
    "engine/crypto": ["engine/base"],
    "engine/transparency": ["engine/crypto", "engine/base"],
    "engine/format": ["engine/crypto", "engine/base"],
    "engine/storage": ["engine/crypto", "engine/base"],
    "engine/log": ["engine/storage", "engine/format", "engine/transparency", "engine/crypto",
                   "engine/base"],
    "projections": ["engine"],
    "server": ["projections", "engine"],
    "tools": ["server", "projections", "engine"],
    "bench": ["server", "projections", "engine", "tests/support"],
    "cmake": [],
    "tests": ["tools", "server", "projections", "engine"],
}

# Third-party headers by prefix, and who may include them. Tests and bench measure against the
# libraries themselves, but only where the library's own place is tested.
THIRD_PARTY = {
    # Tests of the log damage stored rows behind its back.
    "rocksdb/": ["engine/storage", "tests/engine/storage", "tests/engine/log", "tests/support",
                 "bench"],
    "libgfshare.h": ["engine/crypto"],
    "p11-kit/": ["engine/crypto"],
    "sodium.h": ["engine/crypto", "bench"],
    "openssl/": ["engine/crypto", "server/tls"],
    "capnp/": ["engine/format", "projections", "server/native", "tests/engine/format",
               "tests/projections", "tests/fuzz", "cmake"],
    "kj/": ["engine/format", "projections", "server/native", "tests/engine/format",
            "tests/projections", "tests/fuzz", "cmake"],
    "boost/asio": ["server", "tests/server", "bench"],
    "boost/beast": ["server", "tests/server", "bench"],
    "boost/url/": ["server/http", "server/auth"],
    "zlib.h": ["server/http", "tests/server/http"],
    "jose/": ["server/auth"],
    "jansson.h": ["server/auth"],
    "prometheus/": ["server/observe"],
    "boost/json": ["projections", "server", "tools", "bench", "tests"],
    "boost/test/": ["tests"],
    "rapidcheck": ["tests"],
    "benchmark/": ["bench"],
    "libpq-fe.h": ["bench"],
    "toml++/": ["projections/profile", "server", "tools"],
    "sqlite3.h": ["projections/exports/tables", "projections/statistics/sqlite"],
    "zstd.h": ["projections/exports/tables", "tests/projections/exports"],
    "libxml/": ["projections/archive"],
    "date/": ["projections/calendar", "tests/projections/calendar"],
    "CLI/": ["tools"],
    "archive.h": ["tools"],
    "archive_entry.h": ["tools"],
    "systemd/": ["tools"],
    "spdlog/": ["server", "tools"],
    "fmt/": ["engine/log", "projections", "server", "tools", "bench"],
    # Header-only pieces of Boost that are values and containers, like the standard library's.
    "boost/assert/": ["engine/base"],
    "boost/system/": ["engine", "projections", "server", "tools", "bench", "tests"],
    "boost/endian/": ["engine"],
    "boost/container/": ["engine/format", "projections", "server"],
}

# The operating system's own headers: engine/base, transparency, format and projections do without.
SYSTEM = re.compile(r"^(unistd|fcntl|dirent|signal|pthread|poll|termios|stdlib|malloc|spawn|"
                    r"dlfcn)\.h$|^(sys|netinet|arpa|linux)/")
SYSTEM_USERS = ["engine/crypto", "engine/storage", "engine/log", "server", "tools", "bench",
                "tests"]

STANDARD = re.compile(r"^[a-z_0-9]+$")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.MULTILINE)


def inside(folder, place):
    return folder == place or folder.startswith(place + "/")


def part_of(folder):
    return next((part for part in ARROWS if inside(folder, part)), None)


def fault_of_own(folder, header):
    part = part_of(folder)
    target = header.rsplit("/", 1)[0]
    if inside(target, part):
        return None
    if any(inside(target, allowed) for allowed in ARROWS[part]):
        return None
    return f"{part} must not include {header}"


def fault_of_foreign(folder, header):
    if STANDARD.match(header):
        return None
    if SYSTEM.search(header):
        if any(inside(folder, user) for user in SYSTEM_USERS):
            return None
        return f"{folder} must not include the operating system's {header}"
    for prefix, users in THIRD_PARTY.items():
        if header.startswith(prefix):
            if any(inside(folder, user) for user in users):
                return None
            return f"{folder} must not include {header}: only {', '.join(users)}"
    return f"{header} is of no library that the table knows"


def includes(name):
    text = repository.read(name)
    for match in INCLUDE.finditer(text):
        yield match.group(1), match.group(2), text.count("\n", 0, match.start(1)) + 1


def cycle(graph):
    """One cycle of folders as a list, or None."""
    state, path = {}, []

    def visit(node):
        state[node] = "open"
        path.append(node)
        for target in sorted(graph.get(node, ())):
            if state.get(target) == "open":
                return path[path.index(target):] + [target]
            if target not in state:
                found = visit(target)
                if found:
                    return found
        state[node] = "done"
        path.pop()
        return None

    for node in sorted(graph):
        if node not in state:
            found = visit(node)
            if found:
                return found
    return None


def own_header(header, known):
    return any(header.startswith(part.split("/")[0] + "/") for part in ARROWS) and (
        header in known or header.endswith(".capnp.h"))


def main():
    faults, graph = [], {}
    known = set(repository.sources())
    for name in sorted(known):
        folder = name.rsplit("/", 1)[0]
        if part_of(folder) is None:
            faults.append(f"{name}: in no part that the table knows")
            continue
        for quote, header, line in includes(name):
            own = own_header(header, known)
            if quote == '"' and header.endswith(".inc") and "/" not in header:
                fault = None  # generated in the build folder, by this folder's CMakeLists.txt
            elif quote == '"' and not own:
                fault = f"{header} is not a header of ours, named from the root"
            elif own:
                fault = fault_of_own(folder, header)
                target = header.rsplit("/", 1)[0]
                if target != folder and not folder.startswith("tests"):
                    graph.setdefault(folder, set()).add(target)
            else:
                fault = fault_of_foreign(folder, header)
            if fault:
                faults.append(f"{name}:{line}: {fault}")
    found = cycle(graph)
    if found:
        faults.append("a cycle of folders: " + " -> ".join(found))
    repository.finish(faults)


if __name__ == "__main__":
    main()
