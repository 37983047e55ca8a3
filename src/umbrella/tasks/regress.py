"""Regress: one number for every row. Headline: mean absolute error, in the target's own units.

Networks learn the standardised target; `mean` and `scale` come from training rows only.
Shapes: N rows, B rows of a batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence
from umbrella.base.errors import DataError
from umbrella.score import doubt, metrics
from umbrella.tasks.classify import row_number

SMALLEST = 1e-30  # scale of a target below which float32 cannot tell its values apart


@dataclass(frozen=True)
class Regress:
    """How standardised outputs become numbers again.

    Args:
        mean, scale: value = mean + scale · output; scale > 0.
        quantile: half width of the 90 % interval around a prediction, in the target's units, or
            None before held-out rows have been seen.
    """

    mean: float = 0.0
    scale: float = 1.0
    quantile: float | None = None

    name = "regress"
    headline = "mae"
    sign = -1
    outputs = 1

    @classmethod
    def learn(
        cls, values: Sequence[str | None], train: NDArray, rows: NDArray | None = None
    ) -> "Regress":
        """Read mean and scale off the training rows.

        Args:
            values: every row's cell as written.
            train: positions of the training part.
            rows: each value's row number in the source, for messages.

        Raises:
            DataError: a cell is not a finite number, or all training cells are equal.
        """
        numbers = _numbers(values, rows)[train]
        scale = float(numbers.std())
        if np.ptp(numbers) == 0 or not SMALLEST < scale < 1 / SMALLEST:
            raise DataError(
                f"The target lies between {numbers.min():g} and {numbers.max():g} in the training "
                f"rows: there is nothing to learn, or nothing that can be told apart in floating "
                f"point. Choose another column with --target, or scale it."
            )
        return cls(float(numbers.mean()), scale)

    def encode(
        self, values: Sequence[str | None], rows: NDArray | None = None
    ) -> NDArray[np.float32]:
        """Numbers as written → standardised targets [N].

        Raises:
            DataError: a cell is not a finite number.
        """
        return ((_numbers(values, rows) - self.mean) / self.scale).astype(np.float32)

    def remarks(self, values: Sequence[str | None]) -> list[Sentence]:  # noqa: ARG002
        """Nothing."""
        return []

    def loss(self, outputs: Any, targets: Any, balance: bool = False) -> Any:  # noqa: ARG002
        """Huber's loss on the standardised scale: robust to a few wild targets."""
        from umbrella.score import losses

        return losses.huber(outputs, targets)

    def class_weights(self) -> Any:
        """None: a quantity has no classes."""
        return None

    def row_scores(self, outputs: NDArray, targets: NDArray) -> NDArray[np.float64]:
        """Absolute error of each row in the target's units, [N]."""
        return np.abs(outputs[:, 0].astype(np.float64) - targets) * self.scale

    def interval(self, scores: NDArray, groups: NDArray | None = None) -> doubt.Interval:
        """Bootstrap interval of the mean error; whole groups are drawn where there are any."""
        found = doubt.bootstrap(scores, groups=groups)
        return replace(found, low=max(found.low, 0.0))

    def compare(self, a: NDArray, b: NDArray, groups: NDArray | None = None) -> float:
        """Sign-flip permutation p on the rows' differences, two-sided."""
        return doubt.paired_p(a, b, groups)

    def metrics(self, outputs: NDArray, targets: NDArray) -> dict[str, float]:
        """Mean and median absolute error, root mean squared error, R² and rank correlation."""
        values, truth = self._values(outputs[:, 0]), self._values(targets)
        return {
            "mae": metrics.mae(values, truth),
            "median_absolute_error": metrics.median_absolute_error(values, truth),
            "rmse": metrics.rmse(values, truth),
            "r2": metrics.r2(values, truth),
            "spearman": metrics.spearman(values, truth),
        }

    def baseline(self, targets: NDArray) -> NDArray[np.float32]:
        """The median: no constant has a smaller mean absolute error, [1]."""
        return np.array([np.median(targets)], dtype=np.float32)

    def calibrated(self, outputs: NDArray, targets: NDArray) -> "Regress":
        """Split-conformal 90 % half width from held-out residuals (Vovk et al. 2005)."""
        errors = np.sort(self.row_scores(outputs, targets))
        rank = int(np.ceil((len(errors) + 1) * 0.9))
        if rank > len(errors):  # fewer than 9 rows cannot bound 9 in 10
            return replace(self, quantile=None)
        return replace(self, quantile=float(errors[rank - 1]))

    def as_fitted(self) -> "Regress":
        """Itself: confidence changes no score of a row."""
        return self

    def spec(self) -> dict[str, Any]:
        """JSON-safe settings."""
        return {
            "task": self.name,
            "mean": self.mean,
            "scale": self.scale,
            "quantile": self.quantile,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "Regress":
        """Build back from `spec()`."""
        quantile = spec.get("quantile")
        return cls(
            float(spec["mean"]),
            float(spec["scale"]),
            None if quantile is None else float(quantile),
        )

    def _values(self, standardised: NDArray) -> NDArray[np.float64]:
        return self.mean + self.scale * standardised.astype(np.float64)


def _numbers(values: Sequence[str | None], rows: NDArray | None) -> NDArray[np.float64]:
    out = np.empty(len(values))
    for i, value in enumerate(values):
        try:
            out[i] = float(str(value))
        except ValueError:
            out[i] = np.nan
    bad = np.flatnonzero(~np.isfinite(out))
    if len(bad):
        raise DataError(
            f"Row {row_number(rows, int(bad[0]))}: target {values[bad[0]]!r} is no finite number "
            f"({len(bad):,} such rows). Remove them, or add --task classify if these are labels."
        )
    return out
