"""Which smaller models are worth trying: the chosen one in int8, its smaller sizes, lighter rungs.

Each idea is tried in float32 and, from the same training, in int8.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from umbrella.models.ladders import Rung, own_size, rung, rungs

TUNED = "bert"
SOLVED = 6  # smaller sizes tried of a rung that a solver finds


@dataclass(frozen=True)
class Idea:
    """One model to make.

    Args:
        rung: from the ladder.
        choice: settings that differ from the rung's own, as in a run's "choice".
        given: whether it is the model at hand, which needs no training.
    """

    rung: Rung
    choice: Mapping[str, Any] = field(default_factory=dict)
    given: bool = False

    @property
    def name(self) -> str:
        """For tables: "cnn", or "cnn width 32 attention"."""
        if self.given:
            return self.rung.name
        marks = []
        for key, value in self.choice.items():
            if self.rung.pretrained and key != self.rung.dial:
                continue  # the rest is the checkpoint's
            name = key.split(".")[-1]
            if isinstance(value, bool):  # every model of a search says its doubt, or none does
                marks += [name] if value and name != "spread" else []
            elif isinstance(value, int):
                marks.append(f"{name} {value:,}")
        return " ".join([self.rung.name, *marks])


def ideas(kind: str, name: str, choice: Mapping[str, Any], size: int) -> list[Idea]:
    """What to try for a run, most promising first.

    Args:
        kind: names the ladder.
        name: the run's rung.
        choice: its settings that differ from the rung's own.
        size: what its dial stands at.

    Returns:
        The model at hand; its smaller sizes; each lighter rung that learns, heaviest first, in its
        own size and smaller.
    """
    own = rung(kind, name)
    out = [Idea(own, choice, given=True)]
    # Once layers are gone there is nothing to freeze, nor to adapt by low ranks: all is tuned.
    made = rung(kind, TUNED) if own.pretrained else own
    out += [Idea(made, {**choice, own.dial: number}) for number in smaller(own, size)]
    lighter = [step for step in rungs(kind) if step.solver != "mean"]
    lighter = lighter[: [step.name for step in lighter].index(name)] if own in lighter else []
    lighter = [step for step in lighter if not step.pretrained]  # no checkpoint is at hand
    for step in reversed(lighter):
        out.append(Idea(step))
        out += [Idea(step, {step.dial: number}) for number in smaller(step, own_size(step))]
    return out


def smaller(step: Rung, size: int) -> list[int]:
    """Sizes of a rung below a given one, largest first: all where they are solved in no time,
    about a half and a quarter where each must be trained, and two thirds of a published encoder.
    """
    below = [number for number in reversed(step.sizes) if number < size]
    if step.solver == "svm":
        return below[:SOLVED]
    shares = (2 / 3, 0.5, 0.25) if step.pretrained else (0.5, 0.25)
    picked = [min(below, key=lambda n: abs(n - size * share), default=None) for share in shares]
    return [number for number in dict.fromkeys(picked) if number is not None]
