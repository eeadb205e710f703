"""What `--print` gives (section 13)."""

from . import case_state, scenario
from .findings import evaluate
from .log import View


def finding(one):
    return {"case": one.case, "rule": one.rule, "ref": one.ref, "level": one.level,
            "first": str(one.first), "cleared": one.cleared and str(one.cleared),
            "profileVersion": one.version, "proof": one.proof}


def document(played):
    as_of = played.end_of(played.last_day())
    cases = {}
    for case in played.log.cases():
        view = View(played.log, case, as_of=as_of)
        cases[case] = {"state": case_state.render(view),
                       "findings": [finding(one) for one in evaluate.findings(view)]}
    return {"cases": cases, "rejected": scenario.rejected(played)}
