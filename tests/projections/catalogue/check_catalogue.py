#!/usr/bin/env python3
"""Fails on any difference between the catalogue's blocks, the schema, the labels and the reference.

Usage: check_catalogue.py SOURCE_DIR
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import catalogue_text as texts  # noqa: E402
import make_reference  # noqa: E402

RANGES = {("ConcernConcretised", "degree"): ("1", "10"), ("LogOpened", "level"): ("1", "3"),
          ("LevelChanged", "from"): ("0", "3"), ("LevelChanged", "to"): ("1", "3")}
WIRE = {"date": "Int32", "time": "Int64", "bool": "Flag", "int": "Int64", "person": "Data",
        "case": "Data", "event": "Data", "digest": "Data"}


def check_field(event, block, schema, enums, fail):
    where = f"{event}.{block.name}"
    name, wire, spec = schema
    kind, is_list, non_empty, id_kind, values = texts.spec_of(block.type)
    want = {"class": block.cls, "type": kind}
    if block.required:
        want["required"] = "true"
    if is_list:
        want["list"] = "true"
    if non_empty:
        want["nonEmpty"] = "true"
    if id_kind:
        want["idKind"] = f'"{id_kind}"'
    low, high = RANGES.get((event, block.name), ("0", None))
    if low != "0":
        want["min"] = low
    if high:
        want["max"] = high
    if name != block.name or spec != want:
        fail(f"{where}: the schema says {name} {spec}, the block {want}")
    if is_list != wire.startswith("List("):
        fail(f"{where}: list or not")
    item = wire[5:-1] if is_list else wire
    if values is not None:
        if enums.get(item) != ["absent"] + values:
            fail(f"{where}: enum {item} is {enums.get(item)}, the block says {values}")
    elif kind != "object" and item != WIRE.get(kind, "Text"):
        fail(f"{where}: wire type {item}")


def check(root):
    catalogue = root / "projections" / "catalogue"
    blocks = texts.read_blocks(catalogue / "events.txt")
    schema, enums, listed = texts.read_schema(catalogue / "events.capnp")
    labels = texts.read_labels(catalogue.parent / "labels" / "labels.txt")
    faults = []
    fail = faults.append
    names = [event.name for event in blocks]
    lower = [name[0].lower() + name[1:] for name in names]
    if names != [name for name, _, _ in schema]:
        fail("the types of the blocks and of the schema differ")
    if enums["EventType"] != ["unset"] + lower:
        fail("EventType differs from the blocks")
    if listed != [(low, str(i), name) for i, (low, name) in enumerate(zip(lower, names))]:
        fail("struct Catalogue differs from the blocks")
    of_cases = sum(event.stream == "case" for event in blocks)
    if (of_cases, len(blocks) - of_cases) != (67, 15):
        fail(f"{of_cases} case types and {len(blocks) - of_cases} others")
    for block, (_, head, fields) in zip(blocks, schema):
        want = dict(stream=block.stream, compartment=block.compartment, phases=block.phases,
                    who=block.who)
        if head != want:
            fail(f"{block.name}: the schema says {head}, the block {want}")
        if len(fields) != len(block.fields):
            fail(f"{block.name}: {len(fields)} fields in the schema, {len(block.fields)} in the block")
        for one, other in zip(block.fields, fields):
            check_field(block.name, one, other, enums, fail)
    wanted = {("event", name) for name in names} | {("finding", f"F{n:02}") for n in range(1, 63)}
    wanted |= {("level", str(n)) for n in range(4)}
    wanted |= {("phase", p) for p in "clarifying consenting active closed archived ended".split()}
    wanted |= {("consent", s) for s in "covered expired withdrawn refused missing".split()}
    for key in sorted(wanted ^ set(labels)):
        fail(f"labels.txt: {key} is missing or not in the catalogue")
    for key, names_of in labels.items():
        if not all(name.strip() for name in names_of):
            fail(f"labels.txt: {key} lacks a language")
    reference = root / "docs" / "reference" / "events.md"
    if reference.read_text(encoding="utf-8") != make_reference.reference(root):
        fail("docs/reference/events.md is not up to date: run make_reference.py")
    return faults


if __name__ == "__main__":
    found = check(pathlib.Path(sys.argv[1]))
    print("\n".join(found) if found else "the catalogue agrees")
    sys.exit(1 if found else 0)
