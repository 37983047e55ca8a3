"""Does one column alone give the answer? Then it may be the target in other words."""

from umbrella.base.catalogue import sentence
from umbrella.check.evidence import Evidence
from umbrella.check.finding import Finding
from umbrella.data.giveaway import NEARLY

NAME = "giveaway"


def question(evidence: Evidence) -> Finding:
    """Name the columns that alone tell the target of (nearly) every training row.

    Warns when there is one: only the user can tell whether it is known beforehand.
    """
    seen = evidence.giveaways
    assert seen is not None
    power = sentence("giveaway.power", nearly=NEARLY)
    line = seen.says()
    if line is None:
        none = sentence("giveaway.none", count=seen.judged)
        return Finding(NAME, "pass", none, figure=0.0, would_have_seen=power)
    return Finding(
        NAME,
        "warn",
        line,
        figure=float(len(seen.found)),
        would_have_seen=power,
        advice=sentence("giveaway.advice"),
        details={"columns": [{"name": one.column, "left": one.left} for one in seen.found]},
    )
