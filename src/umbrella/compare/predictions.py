"""What the experiment should show, written down before the first training, and marked afterwards.

A prediction that is marked by a rule made up after the figures proves nothing: the rules stand
here and in predictions.json, and each is a function of the finished arms alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.compare.arms import Tried
from umbrella.score.crossed import Estimate, contrast

MLP, LOCAL, CNN = "everywhere", "local", "pooled"
ERRORS = 2.0  # standard errors within which two scores count as the same
MARGIN = 0.05  # and how close the interval must keep them: points, or a share of the first error
NAMES = ("same", "falls", "between_falls", "between_scores", "moves")


@dataclass(frozen=True)
class Evidence:
    """The finished arms.

    Args:
        tried: (network, order) → arm.
        shifts: by how many places judged rows were moved.
        groups: unit of every judged row [n], or None where rows stand alone.
        sign: +1 when a higher score is better, −1 when a lower one is.
        form: how a score is written, "percent" or "number".
    """

    tried: Mapping[tuple[str, str], Tried]
    shifts: range
    groups: NDArray | None
    sign: int
    form: str

    def scores(self, name: str, order: str = "ordered") -> NDArray[np.float64]:
        """Row scores by seed [K, n], as the task gives them."""
        return self.tried[name, order].scores

    def moved(self, name: str) -> NDArray[np.float64]:
        """Row scores by seed [K, n], mean over all shifts."""
        arm = self.tried[name, "ordered"]
        shifted: NDArray[np.float64] = np.mean([arm.shifted(by) for by in self.shifts], axis=0)
        return shifted

    def gain(self, *terms: tuple[float, NDArray]) -> Estimate:
        """A weighted sum of means, higher is better."""
        return contrast([(self.sign * weight, part) for weight, part in terms], self.groups)

    def over(self, new: str, old: str) -> Estimate:
        """By how much one network is better than another, places in order."""
        return self.gain((1.0, self.scores(new)), (-1.0, self.scores(old)))

    def fall(self, name: str, *, beside: str | None = None) -> Estimate:
        """How much a network loses by the shuffle; how much more than another one loses."""
        terms = [(1.0, self.scores(name)), (-1.0, self.scores(name, "shuffled"))]
        if beside is not None:
            terms += [(-1.0, self.scores(beside)), (1.0, self.scores(beside, "shuffled"))]
        return self.gain(*terms)

    def fall_moved(self, name: str, *, beside: str | None = None) -> Estimate:
        """The same for rows that are moved: those of the same trainings, so seed by seed."""
        terms = [(1.0, self.scores(name) - self.moved(name))]
        if beside is not None:
            terms.append((-1.0, self.scores(beside) - self.moved(beside)))
        return self.gain(*terms)


@dataclass(frozen=True)
class Marked:
    """A prediction beside what came.

    Args:
        name: one of NAMES.
        held: whether it came as predicted.
        clear: whether that is beyond doubt; of two scores that are the same, whether the interval
            of their difference leaves no room for more than `MARGIN`.
        says: the figures.
    """

    name: str
    held: bool
    clear: bool
    says: Sentence

    @property
    def verdict(self) -> Sentence:
        """Held beyond doubt, held within doubt, or did not hold."""
        if not self.held:
            return sentence("compare.mark.broken")
        return sentence("compare.mark.held" if self.clear else "compare.mark.doubt")

    def to_json(self) -> dict[str, Any]:
        """JSON-safe."""
        return {
            "name": self.name,
            "predicted": predicted(self.name).to_json(),
            "held": self.held,
            "clear": self.clear,
            "verdict": self.verdict.to_json(),
            "says": self.says.to_json(),
        }


def predicted(name: str) -> Sentence:
    """A prediction in words, with the rule by which it is marked."""
    return sentence(f"compare.predict.{name}")


def written() -> list[dict[str, Any]]:
    """All predictions, as they are written down before anything is trained."""
    return [{"name": name, "predicted": predicted(name).to_json()} for name in NAMES]


def mark(evidence: Evidence) -> list[Marked]:
    """Mark every prediction by its rule."""
    return [RULES[name](evidence) for name in NAMES]


def _same(evidence: Evidence) -> Marked:
    change = evidence.gain((1.0, evidence.scores(MLP, "shuffled")), (-1.0, evidence.scores(MLP)))
    room = MARGIN
    if evidence.form != "percent":
        room *= abs(float(evidence.scores(MLP).mean()))
    return Marked(
        "same",
        abs(change.value) <= ERRORS * change.error,
        -room < change.low and change.high < room,
        sentence(
            "compare.marked.same",
            change=change.value,
            error=change.error,
            form=evidence.form,
        ),
    )


def _falls(evidence: Evidence) -> Marked:
    fall = evidence.fall(CNN)
    return Marked(
        "falls",
        fall.value > 0,
        fall.clear,
        sentence(
            "compare.marked.falls",
            change=-fall.value,
            range=(-fall.high, -fall.low),
            form=evidence.form,
        ),
    )


def _between_falls(evidence: Evidence) -> Marked:
    more, less = evidence.fall(LOCAL, beside=MLP), evidence.fall(CNN, beside=LOCAL)
    return Marked(
        "between_falls",
        more.value > 0 and less.value > 0,
        more.clear and less.clear,
        sentence(
            "compare.marked.between_falls",
            mlp=-evidence.fall(MLP).value,
            local=-evidence.fall(LOCAL).value,
            cnn=-evidence.fall(CNN).value,
            form=evidence.form,
        ),
    )


def _between_scores(evidence: Evidence) -> Marked:
    above, below = evidence.over(LOCAL, MLP), evidence.over(CNN, LOCAL)
    return Marked(
        "between_scores",
        above.value > 0 and below.value > 0,
        above.clear and below.clear,
        sentence(
            "compare.marked.between_scores",
            mlp=float(evidence.scores(MLP).mean()),
            local=float(evidence.scores(LOCAL).mean()),
            cnn=float(evidence.scores(CNN).mean()),
            form=evidence.form,
        ),
    )


def _moves(evidence: Evidence) -> Marked:
    others = (MLP, LOCAL, "shared")
    falls = {name: evidence.fall_moved(name).value for name in (*others, CNN)}
    second = min(others, key=lambda name: falls[name])
    lead = evidence.fall_moved(second, beside=CNN)
    return Marked(
        "moves",
        lead.value > 0,
        lead.clear,
        sentence(
            "compare.marked.moves",
            cnn=-falls[CNN],
            shared=-falls["shared"],
            local=-falls[LOCAL],
            mlp=-falls[MLP],
            most=max(evidence.shifts),
            form=evidence.form,
        ),
    )


RULES: dict[str, Callable[[Evidence], Marked]] = {
    "same": _same,
    "falls": _falls,
    "between_falls": _between_falls,
    "between_scores": _between_scores,
    "moves": _moves,
}
