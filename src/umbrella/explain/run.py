"""Explain rows with a run folder, with a bar while it goes on."""

from dataclasses import replace

from umbrella.base.catalogue import sentence
from umbrella.base.progress import Progress
from umbrella.data.codecs.cells import count, take
from umbrella.explain.asked import Asked
from umbrella.explain.explain import Explained, Explainer


def explain_rows(explainer: Explainer, asked: Asked, progress: Progress) -> list[Explained]:
    """Explain all rows, one after the other.

    Args:
        explainer: of the run.
        asked: the rows.
        progress: where it is shown.
    """
    out = []
    many = count(asked.cells)
    with progress.stage(sentence("stage.explain"), many) as stage:
        for at in range(many):
            number = asked.numbers[at]
            [one] = explainer.explain(take(asked.cells, [at]), [at if number is None else number])
            out.append(one if number is None else replace(one, row=number + 1))
            stage.advance(1)
    return out
