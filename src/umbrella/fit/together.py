"""Do several kinds of columns together beat the best of them alone?"""

from typing import Any

from umbrella.fit.apart import shared_doubt
from umbrella.fit.ladder import Climb
from umbrella.fit.prepare import Prepared
from umbrella.fit.steps import FUSION


def together(prepared: Prepared, climbed: Climb) -> dict[str, Any] | None:
    """Compare the best fusion with the best rung that reads one kind, on the validation rows.

    Args:
        prepared: the data.
        climbed: all rungs.

    Returns:
        Names and scores of both, and p of the paired test; None where one of them is missing.
    """
    task = prepared.task
    learned = [look for look in climbed.looks if look.step.rung.solver != "mean"]
    fusions = [look for look in learned if look.step.kind == FUSION]
    alone = [look for look in learned if look.step.kind != FUSION]
    if not fusions or not alone:
        return None
    fusion, single = (
        max(looks, key=lambda look: task.sign * look.facts["score"]) for looks in (fusions, alone)
    )
    ahead = task.sign * (fusion.facts["score"] - single.facts["score"]) > 0
    p = task.compare(fusion.scores, single.scores, prepared.dependent("validation"))
    return {
        "fusion": fusion.name,
        "score": fusion.facts["score"],
        "alone": single.name,
        "best": single.facts["score"],
        "p": float(p),
        "better": bool(ahead and p < shared_doubt(len(climbed.trials))),
    }
