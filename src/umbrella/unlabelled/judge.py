"""How good descriptions are on the rows that somebody labelled, and whether these rows do better.

The labelled rows were seen by no description, so each is a test of them. A linear layer on the same
vectors is asked about the same rows, each by a layer that did not learn from it; McNemar's exact
test says which of the two is right more often beyond doubt.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.score import doubt
from umbrella.unlabelled.describe import Nearest
from umbrella.unlabelled.head import FOLDS, out_of_fold

FEW = 10  # labelled rows below which a share says next to nothing
EACH = FOLDS  # rows of every label that a layer needs, so that no fold lacks one
HALVES = 40  # labelled rows from which the clear and the unclear half are told apart
DOUBT = 0.05


@dataclass(frozen=True)
class Judged:
    """What labelled rows say.

    Args:
        rows: labelled rows that count, copies once.
        right: how many the descriptions have right, with its 95 % interval.
        low, high: of the share right.
        common: the most frequent label among them, and how many have it.
        clear, unclear: rows and right ones where the lead is at least, or below, the median; None
            where rows are few.
        lead: that median.
        learned: right ones of a layer that learned from the other labelled rows; None where a label
            has too few.
        p: that both are right equally often.
    """

    rows: int
    right: int
    low: float
    high: float
    common: tuple[str, int]
    clear: tuple[int, int] | None = None
    unclear: tuple[int, int] | None = None
    lead: float | None = None
    learned: int | None = None
    p: float | None = None

    @property
    def useless(self) -> bool:
        """Whether the descriptions do worse than always giving the most frequent label."""
        return self.rows >= FEW and self.high < self.common[1] / self.rows

    def sentences(self) -> list[Sentence]:
        """For people, the most important first."""
        name, many = self.common
        told = [
            sentence(
                "unlabelled.right",
                n=self.rows,
                share=self.right / self.rows,
                range=(self.low, self.high),
                label=name,
                common=many / self.rows,
            )
        ]
        if self.rows < FEW:
            told.append(sentence("unlabelled.few", n=self.rows, few=HALVES))
        elif self.useless:
            told.append(sentence("unlabelled.useless"))
        elif self.low <= many / self.rows:
            told.append(sentence("unlabelled.unsure"))
        if self.clear is not None and self.unclear is not None:
            shares = [right / max(rows, 1) for rows, right in (self.clear, self.unclear)]
            key = "yes" if shares[0] > shares[1] else "no"
            told.append(
                sentence(f"unlabelled.halves.{key}", lead=self.lead, **_half("clear", self.clear),
                         **_half("unclear", self.unclear))
            )  # fmt: skip
        if self.learned is not None and self.p is not None:
            way = "same" if self.p >= DOUBT else "more" if self.learned > self.right else "less"
            way = "neither" if way == "more" and self.learned <= many else way
            told.append(
                sentence(f"unlabelled.learned.{way}", n=self.rows, p=self.p,
                         learned=self.learned / self.rows, share=self.right / self.rows)
            )  # fmt: skip
        elif self.rows >= FEW:
            told.append(sentence("unlabelled.learned.few", each=EACH))
        return told

    def to_json(self) -> dict[str, object]:
        """JSON-safe."""
        return dict(self.__dict__)


def judge(
    vectors_NW: NDArray[np.float32],
    truth_N: NDArray[np.int64],
    found: Nearest,
    names: tuple[str, ...],
    seed: int = 0,
) -> Judged:
    """Judge descriptions by labelled rows, at least one.

    Args:
        vectors_NW: of the labelled texts, each once.
        truth_N: number of each one's label.
        found: what descriptions say of the same rows.
        names: of all labels.
        seed: draws the folds.
    """
    right_N = found.label == truth_N
    n, right = len(truth_N), int(right_N.sum())
    around = doubt.wilson(right, n)
    counts = np.bincount(truth_N, minlength=len(names))
    common = int(counts.argmax())
    halves: dict[str, Any] = {}
    if n >= HALVES:
        lead = float(np.median(found.lead))
        clear = found.lead >= lead
        halves = {
            "lead": lead,
            "clear": (int(clear.sum()), int(right_N[clear].sum())),
            "unclear": (int((~clear).sum()), int(right_N[~clear].sum())),
        }
    seen = np.flatnonzero(counts)
    learned: dict[str, Any] = {}
    if len(seen) > 1 and counts[seen].min() >= EACH:
        told = out_of_fold(vectors_NW, np.searchsorted(seen, truth_N), seed=seed)
        taught_N = seen[told.argmax(axis=1)] == truth_N
        learned = {"learned": int(taught_N.sum()), "p": doubt.mcnemar(taught_N, right_N)}
    return Judged(
        n, right, around.low, around.high, (names[common], int(counts[common])), **halves, **learned
    )


def _half(name: str, rows_right: tuple[int, int]) -> dict[str, object]:
    rows, right = rows_right
    around = doubt.wilson(right, rows)
    return {name: right / max(rows, 1), f"{name}_range": (around.low, around.high)}
