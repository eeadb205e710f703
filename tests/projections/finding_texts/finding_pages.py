#!/usr/bin/env python3
"""Makes docs/reference/findings.<language>.md from findings.txt, labels.txt and the profile's
defaults, or fails on any difference.

Usage: finding_pages.py make|check SOURCE_DIR
"""
import pathlib
import re
import sys
import textwrap
from collections import namedtuple

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "catalogue"))
import catalogue_text  # noqa: E402

LANGUAGES = ("nb", "nn", "en")
COLUMNS = 100
Rule = namedtuple("Rule", "name level sources keys texts")  # texts[language, field]


def read_findings(path):
    """(words, rules): words[key] is (nb, nn, en)."""
    text = re.sub(r"^#.*\n", "", path.read_text(encoding="utf-8"), flags=re.M)
    words, rules, language = {}, [], None
    for line in re.sub(r"\n    +", " ", text).splitlines():
        if line.startswith("word|"):
            _, key, *names = line.split("|")
            words[key] = names
        elif line in LANGUAGES:
            language = line
        elif line.startswith("  "):
            field, _, body = line.strip().partition(": ")
            rules[-1].texts[language, field] = body
        elif line:
            name, level, sources, keys = (part.strip() for part in line.split("|"))
            rules.append(Rule(name, level, sources.split(), keys.split(), {}))
    return words, rules


def read_defaults(root):
    """Of every key whose value is a number, a word or yes and no; as profile.h gives it."""
    header = (root / "projections/profile/profile.h").read_text(encoding="utf-8")
    table = (root / "projections/profile/profile_keys.cc").read_text(encoding="utf-8")
    defaults = {}
    for key in re.findall(r'^    \{"(\w+)"', table, re.M):
        member = re.sub(r"([A-Z])", lambda m: "_" + m.group().lower(), key)
        found = re.search(r"\b" + member + r"(?:\{(\w+)\}| = ([\w:]+));", header)
        if found:
            value = (found.group(1) or found.group(2)).split("::")[-1]
            defaults[key] = re.sub(r"_(\w)", lambda m: m.group(1).upper(), value)
    return defaults


class Page:
    def __init__(self, root, language):
        self.language = language
        self.place = LANGUAGES.index(language)
        self.words, self.rules = read_findings(root / "projections/finding_texts/findings.txt")
        self.labels = catalogue_text.read_labels(root / "projections/labels/labels.txt")
        self.defaults = read_defaults(root)
        intro = pathlib.Path(__file__).parent / f"intro.{language}.md"
        self.intro = intro.read_text(encoding="utf-8").rstrip("\n")

    def word(self, key):
        return self.words[key][self.place]

    def name(self, rule):
        return self.labels["finding", rule.name][self.place]

    def value(self, key):
        value = self.defaults[key]
        unit = {"Days": "day", "Months": "month"}.get(re.search(r"(Days|Months)?$", key).group())
        if unit:
            return f"{value} {self.word(unit if value == '1' else unit + 's')}"
        return value if value.isdigit() else f"`{value}`"

    def filled(self, text):
        def put(match):
            name = match.group(1)
            if name[0].isupper():
                label = self.labels["event", name][self.place]
                return self.word("openQuote") + label + self.word("closeQuote")
            return self.value(name)
        return re.sub(r"\{(\w+)\}", put, text)

    def paragraph(self, heading, text):
        return textwrap.fill(f"**{heading}.** {text}", COLUMNS, break_long_words=False,
                             break_on_hyphens=False)

    def heading(self, rule):
        return f"{rule.name} {self.name(rule)}"

    def section(self, rule):
        level = self.word(rule.level).capitalize()
        texts = {field: self.filled(rule.texts[self.language, field])
                 for field in ("meaning", "basis", "computed")}
        sources = "; ".join(self.word(source) for source in rule.sources)
        out = [f"### {self.heading(rule)}", self.paragraph(level, texts["meaning"]),
               self.paragraph(self.word("why"),
                              f"{texts['basis']} *{self.word('restsOn')}: {sources}.*"),
               self.paragraph(self.word("computed"), texts["computed"])]
        if rule.keys:
            values = ", ".join(f"`{key}` = {self.value(key)}" for key in rule.keys)
            out.append(self.paragraph(self.word("profile"), values + "."))
        return "\n\n".join(out)

    def overview(self):
        rows = ["| " + " | ".join(self.word(word) for word in ("rule", "finding", "level")) + " |",
                "|---|---|---|"]
        for rule in self.rules:
            anchor = re.sub(r"[^\w\- ]", "", self.heading(rule).lower()).replace(" ", "-")
            rows.append(f"| [{rule.name}](#{anchor}) | {self.name(rule)} | "
                        f"{self.word(rule.level)} |")
        return "\n".join(rows)

    def text(self):
        parts = [self.intro, "## " + self.word("overview"), self.overview(),
                 "## " + self.word("rules"), *map(self.section, self.rules)]
        return "\n\n".join(parts) + "\n"


def main():
    root = pathlib.Path(sys.argv[2])
    faults = []
    for language in LANGUAGES:
        target = root / "docs" / "reference" / f"findings.{language}.md"
        text = Page(root, language).text()
        if sys.argv[1] == "make":
            target.write_text(text, encoding="utf-8")
        elif not target.exists() or target.read_text(encoding="utf-8") != text:
            faults.append(f"{target.name} is not up to date: run finding_pages.py make")
    print("\n".join(faults) if faults else "the pages agree")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
