"""Where the program's answers differ from the model's."""

import json

FINDING_KEYS = ("rule", "ref", "level", "first", "cleared", "profileVersion")


def text(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def in_tree(path, model, program):
    """Lines, one for each leaf that differs."""
    if isinstance(model, dict) and isinstance(program, dict):
        for key in sorted(set(model) | set(program)):
            yield from in_tree(f"{path}/{key}", model.get(key, "(absent)"), program.get(key, "(absent)"))
    elif text(model) != text(program):
        yield f"{path}: model {text(model)}, program {text(program)}"


def rejections(model, program):
    ours = {one["id"]: one["code"] for one in model["rejected"]}
    theirs = {one["id"]: one["code"] for one in program["rejected"]}
    return [f"rejected {label}: model {ours.get(label)}, program {theirs.get(label)}"
            for label in sorted(set(ours) | set(theirs), key=lambda one: (len(one), one))
            if ours.get(label) != theirs.get(label)]


def findings(case, model, program):
    def keyed(found):
        return {(one["rule"], one["ref"]): one for one in found}
    ours, theirs = keyed(model), keyed(program)
    for key in sorted(set(ours) | set(theirs)):
        one, other = ours.get(key), theirs.get(key)
        if one is None or other is None:
            yield f"{case} {key}: model {text(one)}, program {text(other)}"
            continue
        for name in FINDING_KEYS:
            if one[name] != other[name]:
                yield f"{case} {key} {name}: model {text(one)}, program {text(other)}"
        if one["proof"][:1] != other["proof"][:1]:
            yield f"{case} {key} proof: model {text(one)}, program {text(other)}"


def between(model, program):
    """All differences of two documents of `--print`."""
    if "crashed" in program:
        return [f"program ended: {text(program)}"]
    found = rejections(model, program)
    for case in sorted(set(model["cases"]) | set(program["cases"])):
        ours, theirs = model["cases"].get(case), program["cases"].get(case)
        if ours is None or theirs is None:
            found.append(f"{case}: only in {'the program' if ours is None else 'the model'}")
            continue
        found += in_tree(f"{case}", ours["state"], theirs["state"])
        if theirs.get("findings") is not None:
            found += findings(case, ours["findings"], theirs["findings"])
    return found


def of_report(report):
    """All that the program says is not met."""
    if "crashed" in report:
        return [f"program ended: {text(report)}"]
    found = [line for one in report["failures"] for line in in_tree(one["expect"], one["want"], one["got"])]
    if report["skipped"]:
        found.append(f"{report['skipped']} expectations not judged")
    return found
