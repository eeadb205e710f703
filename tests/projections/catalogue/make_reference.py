#!/usr/bin/env python3
"""Writes docs/reference/events.md from the catalogue's blocks and labels.

Usage: make_reference.py SOURCE_DIR
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import catalogue_text as texts  # noqa: E402

INTRO = """# Events

Every type that a log may hold, made by `tests/projections/catalogue/make_reference.py` from
`projections/catalogue/events.txt` and `projections/labels/labels.txt`: change those, not this page.

The head of a type says in which stream it is recorded, in which compartment its entry lies, in
which phases of a case it is allowed live and who may record it. `level0/open` means `level0` until
the log is opened and `open` afterwards. A field's class (fact, narrative, identity) decides the
sealed part it lies in, and so who may read it.

## Types of fields

| type | JSON |
|---|---|
| `line` | string, 1-200 characters on one line |
| `text` | string, 1-20 000 characters; line feed is the only control character |
| `date` | `"YYYY-MM-DD"`, a real local date |
| `time` | RFC 3339 in UTC ending in `Z`, with 0 or 6 decimals |
| `bool`, `int` | true or false; a whole number from 0 to 2^53 unless a range is given |
| `person`, `case` | a label of 1-40 characters of `a-z 0-9 -`; inside the log a random id |
| `service` | id of a registered service |
| `event` | id (UUID) of a recorded event |
| `digest` | 64 lower-case hexadecimal digits |
| `lang` | a language tag (BCP 47) |
| `a\\|b\\|c` | one of these strings |
| `new:K`, `ref:K`, `set:K` | a local id of kind K, 1-40 of `a-z 0-9 -`: not used yet; existing; either |
| `[T]`, `[T]+` | list without repeats, at most 10 000; `+`: at least one |
| `object` | as the remark says |

`null`, an unknown field, a missing required one or a value out of bounds is refused
(`schema-invalid`).
"""


def cell(text):
    return text.replace("|", "\\|") or " "


def reference(root):
    catalogue = root / "projections" / "catalogue"
    labels = texts.read_labels(catalogue.parent / "labels" / "labels.txt")
    out = [INTRO]
    stream = None
    for event in texts.read_blocks(catalogue / "events.txt"):
        if event.stream != stream:
            stream = event.stream
            out.append(f"## Stream `{stream}`\n")
        nb, nn, en = labels["event", event.name]
        out.append(f"### {event.name}\n")
        out.append(f"{en} (nb: {nb}; nn: {nn}). Compartment `{event.compartment}`, phases "
                   f"`{event.phases}`, recorded by {', '.join(event.who.split())}.\n")
        if event.fields:
            out.append("| field | type | class | required | remark |\n|---|---|---|---|---|")
            out += [f"| `{f.name}` | `{cell(f.type)}` | {f.cls} | {'yes' if f.required else 'no'} | "
                    f"{cell(f.remark)} |" for f in event.fields]
            out.append("")
        out += [f"- {note}" for note in event.notes]
        out.append("")
    return "\n".join(out).rstrip("\n") + "\n"


if __name__ == "__main__":
    root = pathlib.Path(sys.argv[1])
    target = root / "docs" / "reference" / "events.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(reference(root), encoding="utf-8")
