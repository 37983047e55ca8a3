"""What the user may say about a comparison."""

from dataclasses import dataclass, field
from typing import Any

from umbrella.base.errors import ConfigError
from umbrella.fit.settings import FitSettings

FEWEST, MOST = 2, 100  # seeds


@dataclass(frozen=True)
class CompareSettings:
    """Settings of one comparison.

    Args:
        fit: target, columns, groups, rungs and the like, as for a fit.
        seeds: trainings of each rung, which differ in nothing but their seed.
        why: whether to ask what a convolution gains by.
        by_size: whether to draw learning curves over training sizes.
    """

    fit: FitSettings = field(default_factory=FitSettings)
    seeds: int = 5
    why: bool = False
    by_size: bool = False

    def __post_init__(self) -> None:
        if type(self.seeds) is not int or not FEWEST <= self.seeds <= MOST:
            raise ConfigError(
                f"--seeds {self.seeds} is not a whole number from {FEWEST} to {MOST}: one training "
                f"says nothing about the next. 5 is usual."
            )
        if self.why and self.by_size:
            raise ConfigError(
                "--why and --by-size are two experiments. Run one after the other, each with its "
                "own --out."
            )
        if self.fit.horizon is not None:
            raise ConfigError(
                f"--horizon {self.fit.horizon}: a comparison takes rows and no series. "
                f"`umbrella fit --horizon {self.fit.horizon} --rungs a,b` compares forecasts, by "
                f"Diebold and Mariano's test."
            )
        if self.fit.init is not None:
            raise ConfigError(
                f"init={self.fit.init!r}: a comparison trains every rung from random weights. "
                f"Leave it out; `umbrella fit --init` starts from others."
            )
        if self.fit.parts:
            name, file = next(iter(self.fit.parts.items()))
            raise ConfigError(
                f"{name}={file!r}: a comparison divides its rows itself, and leaves the test of a "
                f"fit alone. Leave it out; `umbrella fit --{name}` takes parts that are given."
            )
        rungs = list(dict.fromkeys(self.fit.rungs))
        if len(rungs) == 1 or not (rungs or self.why):
            came = f"--rungs names {rungs[0]} alone" if rungs else "--rungs is missing"
            raise ConfigError(
                f"{came}; a comparison needs two rungs or more. Write it like --rungs linear,mlp. "
                f"`umbrella fit` shows every rung of the ladder."
            )

    def plan(self) -> dict[str, Any]:
        """What defines the comparison, JSON-safe: all but the resources."""
        return {
            **self.fit.plan(),
            "seeds": self.seeds,
            "why": self.why,
            "by_size": self.by_size or None,
        }
