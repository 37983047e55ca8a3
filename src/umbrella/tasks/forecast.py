"""Forecast: the H next values of a series. Headline: error as a share of the naive forecast's.

A row is an origin, its targets are changes from the origin over the scale of its series, so that
the mean absolute error of outputs is the mean absolute scaled error (MASE, Hyndman & Koehler 2006):
1 is as far off, in mean, as repeating the last season was over the training steps.

Rows of one moment are right or wrong together, and moments follow each other: intervals draw
blocks of moments, and two models are compared by Diebold and Mariano's test over moments.

Shapes: N origins, H steps ahead, Q levels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence
from umbrella.score import doubt

AT_ONCE = 2**20  # errors that are worked on at a time
LEVELS = (0.5, 0.8, 0.95)  # of the intervals that are given with a forecast


@dataclass(frozen=True)
class Forecast:
    """What is forecast, and how sure it is.

    Args:
        horizon: H.
        log: whether the target is forecast as its logarithm: changes are then ratios.
        levels: of the intervals.
        low, high: [Q][H] ends of the intervals, as distances from the forecast in scales, or in
            the sizes of errors that the network says; empty before held-out origins have been seen.
    """

    horizon: int
    log: bool = False
    levels: tuple[float, ...] = LEVELS
    low: tuple[tuple[float, ...], ...] = ()
    high: tuple[tuple[float, ...], ...] = ()

    name = "forecast"
    headline = "mase"
    sign = -1
    ahead = True  # outputs are quantities, step by step

    @property
    def outputs(self) -> int:
        """H."""
        return self.horizon

    def encode(self, values: Sequence[Any], rows: NDArray | None = None) -> NDArray:
        """Targets are cut out of the panel, see `WindowCodec.targets`; cells have none."""
        raise NotImplementedError(f"{len(values)} cells hold no future, {rows!r}")

    def remarks(self, values: Sequence[str | None]) -> list[Sentence]:  # noqa: ARG002
        """Nothing."""
        return []

    def loss(self, outputs: Any, targets: Any, balance: bool = False) -> Any:  # noqa: ARG002
        """Huber's loss over the steps that are known."""
        from umbrella.score import losses

        known = ~targets.isnan()
        return losses.huber(outputs[known][:, None], targets[known])

    def class_weights(self) -> Any:
        """None: a quantity has no classes."""
        return None

    def row_scores(self, outputs: NDArray, targets: NDArray) -> NDArray[np.float64]:
        """Mean absolute error of every origin over its known steps, in scales, [N]."""
        out = np.empty(len(outputs))
        each = max(1, AT_ONCE // self.horizon)
        for start in range(0, len(outputs), each):
            some = slice(start, start + each)
            errors = np.abs(outputs[some].astype(np.float64) - targets[some])
            known = np.isfinite(errors)
            total = np.where(known, errors, 0.0).sum(axis=1)
            out[some] = total / np.maximum(known.sum(axis=1), 1)
        return out

    def interval(self, scores: NDArray, groups: NDArray | None = None) -> doubt.Interval:
        """Block bootstrap interval of the mean over moments; without ends where they are too few
        to compare forecasts either.
        """
        from umbrella.score.blocks import block_mean
        from umbrella.score.diebold import needed

        moments = len(scores) if groups is None else len(np.unique(groups))
        if moments < needed(self.horizon):
            return doubt.Interval(-np.inf, np.inf, 0.95, f"none: {moments} moments")
        found = block_mean(scores, dates=groups)
        # An error is never below 0; where blocks were too few to draw, there is no end at all.
        return replace(found, low=max(found.low, 0.0)) if np.isfinite(found.high) else found

    def compare(self, a: NDArray, b: NDArray, groups: NDArray | None = None) -> float:
        """Diebold and Mariano's two-sided p with Harvey's correction, over moments."""
        from umbrella.score.diebold import diebold_mariano

        return diebold_mariano(a, b, self.horizon, groups).p

    def least(self, values: NDArray, groups: NDArray | None, level: float) -> float:
        """What the mean of one number a row is above with confidence `level`: the lower one of a
        bound by blocks of moments and of Diebold and Mariano's; -∞ where moments are too few.
        """
        from umbrella.score.blocks import block_mean
        from umbrella.score.diebold import by_date, mean_bound

        tested = mean_bound(by_date(values, groups), self.horizon, level)
        if not np.isfinite(tested):
            return tested
        drawn = block_mean(values, dates=groups, level=2 * level - 1).low
        return min(tested, drawn) if np.isfinite(drawn) else tested  # too few blocks to draw

    def metrics(self, outputs: NDArray, targets: NDArray) -> dict[str, float]:
        """Further scores, each beside the naive forecast's: errors, skill, direction."""
        known = np.isfinite(targets)
        error, square = _means((outputs - targets)[known])
        naive, naive_square = _means(targets[known])
        moved = known & (targets != 0) & (outputs != 0)
        up = float((targets > 0)[moved].mean()) if moved.any() else 0.0
        right = (np.sign(outputs) == np.sign(targets))[moved]
        told = {
            "direction": float(right.sum()) / max(len(right), 1),
            "direction_naive": max(up, 1 - up),
        }
        return {
            "mase": error,
            "rmsse": float(np.sqrt(square)),
            "naive_mase": naive,
            "skill": 1 - square / max(naive_square, 1e-30),
            **(told if moved.any() else {}),  # who repeats the last value tells no direction
        }

    def baseline(self, targets: NDArray) -> NDArray[np.float32]:  # noqa: ARG002
        """The last value for all steps: no change, [H]."""
        return np.zeros(self.horizon, np.float32)

    def size_loss(self, outputs: Any, sizes: Any, targets: Any) -> Any:
        """Pinball loss of the ends of the intervals, over the steps that are known.

        Args:
            outputs: [B, H].
            sizes: distances from them to low and then to high ends, [B, 2 Q, H].
            targets: [B, H].
        """
        from umbrella.score import losses

        known = ~targets.isnan()
        errors = (targets - outputs)[known]
        half, total = len(LEVELS), errors.new_zeros(())
        for at, level in enumerate(LEVELS):
            aside = (1 - level) / 2
            total += losses.pinball(-sizes[:, at][known], errors, aside)
            total += losses.pinball(sizes[:, half + at][known], errors, 1 - aside)
        return total / (2 * half)

    def calibrated(
        self, outputs: NDArray, targets: NDArray, sizes: NDArray | None = None
    ) -> "Forecast":
        """Split-conformal intervals of every step ahead, from held-out errors on both sides.

        A level that so few origins cannot bound is left out.

        Args:
            outputs, targets: [n, H].
            sizes: of errors, as the network expects them, [n, 2 Q, H]: ends are then in these.
        """
        from umbrella.score import conformal

        errors = targets.astype(np.float64) - outputs
        half, ends = len(LEVELS), {}
        for at, level in enumerate(LEVELS):
            sides = (errors, errors)
            if sizes is not None:
                sides = (errors / sizes[:, at], errors / sizes[:, half + at])
            ends[level] = tuple(conformal.split(sides[n], level)[n] for n in (0, 1))
        sure = {level: two for level, two in ends.items() if np.isfinite(two).all()}
        low, high = ([two[side] for two in sure.values()] for side in (0, 1))
        return replace(self, levels=tuple(sure), low=_nested(low), high=_nested(high))

    def as_fitted(self) -> "Forecast":
        """Itself: intervals change no score of an origin."""
        return self

    def spec(self) -> dict[str, Any]:
        """JSON-safe settings."""
        return {
            "task": self.name,
            "horizon": self.horizon,
            "log": self.log,
            "levels": list(self.levels),
            "low": [list(row) for row in self.low],
            "high": [list(row) for row in self.high],
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "Forecast":
        """Build back from `spec()`."""
        return cls(
            int(spec["horizon"]),
            bool(spec["log"]),
            tuple(float(level) for level in spec["levels"]),
            _nested(spec["low"]),
            _nested(spec["high"]),
        )


def _means(errors: NDArray) -> tuple[float, float]:
    """Mean size and mean square of errors, in one pass over pieces: there may be many."""
    size = square = 0.0
    for start in range(0, len(errors), AT_ONCE):
        wide = errors[start : start + AT_ONCE].astype(np.float64)
        size += float(np.abs(wide).sum())
        square += float((wide**2).sum())
    return size / max(len(errors), 1), square / max(len(errors), 1)


def _nested(rows: Any) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(value) for value in row) for row in rows)
