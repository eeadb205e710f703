"""Reads the catalogue's texts: events.txt (the blocks), events.capnp (the schema), labels.txt."""
import re
from collections import namedtuple

Event = namedtuple("Event", "name stream compartment phases who fields notes")
Field = namedtuple("Field", "name required type cls remark")
CLASSES = {"f": "fact", "n": "narrative", "i": "identity"}
IDS = {"new": "newId", "ref": "refId", "set": "setId"}
PLAIN = {"line", "text", "date", "time", "bool", "int", "person", "service", "case", "event",
         "digest", "lang", "object"}


def read_blocks(path):
    events = []
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        line = line.rstrip("\n")
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            head = [word.strip() for word in line.split("|")]
            if len(head) != 5:
                raise SystemExit(f"{path}:{number}: bad head line")
            events.append(Event(*head, [], []))
        elif line.strip().startswith(">"):
            events[-1].notes.append(line.strip()[1:].strip())
        else:
            body, _, remark = line.strip().partition("#")
            match = re.fullmatch(r"(\w+)(\*?)\s+(\S+)\s+([fni])", body.strip())
            if not match:
                raise SystemExit(f"{path}:{number}: bad field line")
            name, star, kind, cls = match.groups()
            events[-1].fields.append(Field(name, star == "*", kind, CLASSES[cls], remark.strip()))
    return events


def spec_of(kind):
    """(type, list, nonEmpty, idKind, enum values) of a type in the blocks."""
    many = re.fullmatch(r"\[(.*)\](\+?)", kind)
    inner = many.group(1) if many else kind
    is_list, non_empty = bool(many), bool(many and many.group(2))
    if ":" in inner:
        word, id_kind = inner.split(":")
        return IDS[word], is_list, non_empty, id_kind, None
    if inner in PLAIN:
        return inner, is_list, non_empty, "", None
    return "enumeration", is_list, non_empty, "", inner.split("|")


def read_schema(path):
    """Events (as spec tuples) and enums of the schema, in its order."""
    text = open(path, encoding="utf-8").read()
    enums = {name: re.findall(r"(\w+) @\d+;", body)
             for name, body in re.findall(r"^enum (\w+) \{(.*?)\}", text, re.S | re.M)}
    events = []
    pattern = r"^struct (\w+) \$Cat\.event\(\((.*?)\)\) \{(.*?)^\}"
    for name, head, body in re.findall(pattern, text, re.S | re.M):
        spec = dict(re.findall(r'(\w+) = "([^"]*)"', head))
        fields = []
        for line in body.splitlines():
            match = re.match(r"\s+(\w+) @\d+ :(\S+?)( = \S+)? \$Cat\.field\(\((.*?)\)\);", line)
            if match:
                annotated = dict(part.strip().split(" = ") for part in match.group(4).split(","))
                fields.append((match.group(1), match.group(2), annotated))
        events.append((name, spec, fields))
    catalogue = re.search(r"^struct Catalogue \{(.*?)^\}", text, re.S | re.M).group(1)
    return events, enums, re.findall(r"(\w+) @(\d+) :(\w+);", catalogue)


def read_labels(path):
    labels = {}
    for line in open(path, encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            group, key, nb, nn, en = line.rstrip("\n").split("|")
            labels[group, key] = (nb, nn, en)
    return labels
