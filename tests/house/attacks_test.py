#!/usr/bin/env python3
"""Every attack in docs/threat-model.md has a test that performs it, and every such test a row.

A row says who notices it (codes in backticks), which test performs it, and what remains. The
test must be there, and name the codes. `none`: nothing notices it, and the row says so."""

import re

import repository

PAGE = "docs/threat-model.md"
COLUMNS = ["", "attack", "noticed by", "test", "what remains"]
FOLDER = "tests/attacks/"


def rows(text):
    """(number, {column: cell}) of every table whose columns are these."""
    columns = None
    for line in text.split("\n"):
        if not line.startswith("|"):
            columns = None
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if columns is None:
            columns = cells
        elif columns == COLUMNS and not set(line) <= set("|-: "):
            yield cells[0], dict(zip(columns, cells))


def tests():
    """name -> its text, of the tests that perform attacks."""
    found = {}
    for name in repository.files():
        if name.startswith(FOLDER) and name.endswith(("_test.cc", "_test.py")):
            found.update(tests_of(repository.read(name), name))
    return found


def tests_of(text, name):
    begin = r"BOOST_AUTO_TEST_CASE\((\w+)\)" if name.endswith(".cc") else r"def test_(\w+)\("
    places = [(match.group(1), match.start()) for match in re.finditer(begin, text)]
    ends = [at for _, at in places[1:]] + [len(text)]
    return {test: text[at:end] for (test, at), end in zip(places, ends)}


def elsewhere(place):
    """The text of `file.py: name`, an attack that is performed where the server is tested."""
    path, _, test = place.partition(": ")
    if path not in repository.files():
        return None
    return tests_of(repository.read(path), path).get(test)


def faults(page, performed):
    named, numbers = set(), set()
    for number, row in rows(page):
        def blame(why, number=number):
            return f"{PAGE}: row {number}: {why}"
        if number in numbers:
            yield blame("the number is there twice")
        numbers.add(number)
        if row["test"] == "none":
            if not row["noticed by"].startswith("nothing"):
                yield blame("noticed by something, and no test shows it")
            continue
        bodies = []
        for name in re.findall(r"`([^`]+)`", row["test"]):
            body = performed.get(name) or (elsewhere(name) if ": " in name else None)
            if body is None:
                yield blame(f"no test {name}")
                continue
            named.add(name)
            bodies.append(body)
        if not bodies:
            yield blame("no test performs it")
        for code in re.findall(r"`([a-z]+(?:-[a-z]+)*|[A-Z]\w+Stepped)`", row["noticed by"]):
            if bodies and not any(f'"{code}"' in body or code in body for body in bodies):
                yield blame(f"no test of it names {code}")
    if not numbers:
        yield f"{PAGE}: no table of attacks"
    for name in sorted(set(performed) - named):
        yield f"{FOLDER}: {name}: in no row of {PAGE}"


def main():
    repository.finish(list(faults(repository.read(PAGE), tests())))


if __name__ == "__main__":
    main()
