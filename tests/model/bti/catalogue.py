"""The event catalogue, read from the repository's text of it (not from its code)."""

import dataclasses
import functools
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
TEXT = os.path.join(HERE, "..", "..", "..", "projections", "catalogue", "events.txt")
PHASES = {
    "start": {None},
    "pre": {"clarifying", "consenting"},
    "open": {"active"},
    "live": {"clarifying", "consenting", "active"},
    "after": {"closed", "archived"},
    "all": {"clarifying", "consenting", "active", "closed", "archived", "ended"},
    "-": set(),
}


@dataclasses.dataclass(frozen=True)
class Field:
    name: str
    required: bool
    type: str
    cls: str


@dataclasses.dataclass(frozen=True)
class Type:
    name: str
    stream: str
    compartment: str
    phase_words: tuple
    who: tuple
    fields: dict

    def allows(self, phase):
        return any(phase in PHASES[word] for word in self.phase_words)

    def lasts(self):
        """Allowed after closing."""
        return bool({"after", "all"} & set(self.phase_words))


def read(text):
    types, head, fields = {}, None, {}

    def finish():
        if head:
            types[head[0]] = Type(head[0], head[1], head[2], tuple(head[3].split(",")),
                                  tuple(head[4].split()), dict(fields))

    for line in text.split("\n"):
        line = line.split("#")[0].rstrip()
        if not line or line.lstrip().startswith(">"):
            continue
        if not line.startswith(" "):
            finish()
            head, fields = [part.strip() for part in line.split("|")], {}
            continue
        match = re.fullmatch(r"\s+(\w+)(\*?)\s+(\S+)\s+([fni])", line)
        if not match:
            raise ValueError(f"catalogue line not understood: {line}")
        name, star, kind, cls = match.groups()
        fields[name] = Field(name, star == "*", kind, cls)
    finish()
    return types


with open(TEXT, encoding="utf-8") as file:
    TYPES = read(file.read())


@functools.lru_cache(maxsize=None)
def local_ids(name):
    """(field, kind of id, new|ref|set) of a type."""
    found = []
    for field in TYPES[name].fields.values():
        match = re.fullmatch(r"\[?(new|ref|set):(\w+)\]?\+?", field.type)
        if match:
            found.append((field.name, match.group(2), match.group(1)))
    return found


@functools.lru_cache(maxsize=None)
def fields_of(name, kind):
    """Names of a type's fields that hold this kind of value, alone or in a list."""
    return [field.name for field in TYPES[name].fields.values()
            if field.type.strip("[]+") == kind]
