#!/usr/bin/env python3
"""Rules that a compiler does not see. One test per rule: house_rules.py RULE."""

import os
import re
import sys

import repository

COLUMNS_MAX = 100
# Not schemas: a field's line carries its annotations.
CODE = (".h", ".cc", ".cmake", ".py", ".sh", "CMakeLists.txt", "/run")


def without_comments_and_strings(text):
    """The same lines, with comments, literals and the names of headers blanked."""
    literal = re.compile(r"""\#\s*include[^\n]*"""
                         r"""|//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*\""""
                         r"""|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'""", re.DOTALL)
    return literal.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def lines():
    """No line is longer than 100 characters; rows of test data hold texts that nothing can break."""
    for name in repository.files():
        if not name.endswith(CODE):
            continue
        for number, line in enumerate(repository.read(name).split("\n"), 1):
            if len(line) > COLUMNS_MAX and not (name.startswith("tests/") and ('"' in line or "|" in line)):
                yield f"{name}:{number}: {len(line)} columns, at most {COLUMNS_MAX}"


def owned_at_once(code, at):
    """`new` straight into a smart pointer: how a class with a private constructor is made."""
    statement = code[max(0, at - 200):at].rsplit(";", 1)[-1]
    return re.search(r"\b(unique|shared)_ptr<[^;]*[{(]\s*$", statement) is not None


BANNED = re.compile(r"\b(system_clock|detached|detach|new|delete|sleep_for|sleep_until|usleep|"
                    r"nanosleep|sleep)\b")


def banned_words():
    """No wall clock outside engine/base, no raw new, nothing detached, nobody sleeps."""
    for name in repository.sources():
        code = without_comments_and_strings(repository.read(name))
        for match in BANNED.finditer(code):
            word, at = match.group(), match.start()
            if word == "system_clock" and name.startswith("engine/base/"):
                continue
            if word in ("new", "delete"):
                deleted_function = word == "delete" and re.search(r"=\s*$", code[:at][-8:])
                if deleted_function or (word == "new" and owned_at_once(code, at)):
                    continue
                if "operator" in code[max(0, at - 12):at]:
                    continue
            if word in ("detach", "sleep") and not code[match.end():].lstrip().startswith("("):
                continue
            yield f"{name}:{line_of(code, at)}: `{word}` is banned"


def listed_sources():
    """Every source file is named in its folder's CMakeLists.txt, or the nearest one above it."""
    names = repository.files()
    cmake = {name: repository.read(name) for name in names
             if name.endswith(("CMakeLists.txt", ".cmake"))}
    for name in names:
        if not name.endswith(".cc"):
            continue
        folder = os.path.dirname(name)
        while folder and os.path.join(folder, "CMakeLists.txt") not in cmake:
            folder = os.path.dirname(folder)
        nearest = cmake.get(os.path.join(folder, "CMakeLists.txt"), "")
        relative = os.path.relpath(name, folder or ".")
        word = re.compile(r"(?<![\w/.])" + re.escape(relative) + r"(?![\w.])")
        rooted = "${CMAKE_SOURCE_DIR}/" + name
        if not word.search(nearest) and not any(rooted in text for text in cmake.values()):
            yield f"{name}: in no CMakeLists.txt"


def is_real_person_number(digits):
    """A fødselsnummer or D-number as given to living people: real months, both check digits right.

    Synthetic ones (Tenor) have 80 added to the month.
    """
    d = [int(c) for c in digits]
    day, month = 10 * d[0] + d[1], 10 * d[2] + d[3]
    if day > 40:
        day -= 40
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return False
    first = sum(a * b for a, b in zip(d, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)))
    second = sum(a * b for a, b in zip(d, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)))
    return first % 11 == 0 and second % 11 == 0


def person_numbers():
    """No number in the repository could be a real person's."""
    number = re.compile(r"(?<![\w.])(\d{6})[ ]?(\d{5})(?!\w|\.\d)")
    for name in repository.files():
        text = repository.read(name)
        for match in number.finditer(text):
            if is_real_person_number(match.group(1) + match.group(2)):
                yield f"{name}:{line_of(text, match.start())}: a real national identity number"


# Split, so that this file names none of them.
REGISTRIES = ["docker|io", "ghcr|io", "quay|io", "gcr|io", "mcr|microsoft|com", "public|ecr|aws",
              "registry|npmjs|org", "pypi|org", "files|pythonhosted|org", "crates|io",
              "rubygems|org", "proxy|golang|org", "sum|golang|org", "repo|maven|apache|org"]


def snake(camel):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", camel).upper()


def listed_in(text, function):
    body = re.search(rf"bool {function}\(.*?\n}}\n", text, re.DOTALL).group()
    return set(re.findall(r"case EventType::(\w+):", body))


def folded_parts():
    """The folds of cases ask for the narratives and identities that folded_parts.cc lists."""
    listed_at = "projections/rebuild/folded_parts.cc"
    lists = {"narratives": listed_in(repository.read(listed_at), "is_narrative_folded"),
             "identities": listed_in(repository.read(listed_at), "is_identity_folded")}
    asked = {name: set() for name in lists}
    for name in repository.files():
        # The directory's events are opened whole.
        if name.startswith(("projections/state/", "projections/findings/")) and \
                name.endswith((".cc", ".h")) and name != "projections/state/directory.cc":
            for what, event in re.findall(r"\b(narratives|identities)<schema::(\w+)>",
                                          repository.read(name)):
                asked[what].add(snake(event))
    for what, listed in lists.items():
        for event in sorted(listed ^ asked[what]):
            fault = "not asked for" if event in listed else "asked for, not listed"
            yield f"{listed_at}: {what} of {event}: {fault}"


def registries():
    """The build takes nothing but Debian's packages: no package or image registry is named."""
    for name in repository.files():
        text = repository.read(name)
        for host in (parts.replace("|", ".") for parts in REGISTRIES):
            at = text.find(host)
            if at >= 0:
                yield f"{name}:{line_of(text, at)}: names the registry {host}"


def readme_commands():
    """The commands that the README tells people to run are there and can be run."""
    text = repository.read("README.md") if "README.md" in repository.files() else ""
    named = set(re.findall(r"(?<![\w/.])(?:\./)?((?:tools|tests)/run)\b", text))
    for command in ("tools/run", "tests/run"):
        if command not in named:
            yield f"README.md does not name {command}"
        if not os.access(os.path.join(repository.ROOT, command), os.X_OK):
            yield f"{command} cannot be executed"


RULES = [lines, banned_words, listed_sources, person_numbers, folded_parts, registries,
         readme_commands]


def main():
    rules = {rule.__name__: rule for rule in RULES}
    if len(sys.argv) != 2 or sys.argv[1] not in rules:
        sys.exit("usage: house_rules.py " + "|".join(rules))
    repository.finish(list(rules[sys.argv[1]]()))


if __name__ == "__main__":
    main()
