"""Errors of forecasts, per origin and over all, scaled, relative and as a gain over a reference.

NaN in a truth means unknown, in a forecast none was made: such cells are left out on both sides.

Shapes: n origins, H steps ahead, Q quantiles, S series, N rows of all series end to end.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError


@dataclass(frozen=True)
class Coverage:
    """How often intervals held the truth, and what that cost in width.

    Args:
        share: of the known cells whose truth lies inside, ends included.
        below, above: shares of the cells whose truth lies under and over the interval.
        width: mean width, in the target's unit; infinite when one interval is.
        cells: known cells.
    """

    share: float
    below: float
    above: float
    width: float
    cells: int


def row_errors(forecast: NDArray, truth: NDArray, loss: str = "absolute") -> NDArray[np.float64]:
    """Mean loss of every origin over its known steps, [n]; NaN where none is known.

    Args:
        forecast, truth: [n, H] each.
        loss: "absolute" or "squared".

    Raises:
        ConfigError: shapes that differ, or another loss.
    """
    return _row_means(_losses(forecast, truth, loss))


def mae(forecast: NDArray, truth: NDArray) -> float:
    """Mean absolute error over all known cells, in the target's unit; as for `row_errors`."""
    return _mean(_losses(forecast, truth, "absolute"))


def rmse(forecast: NDArray, truth: NDArray) -> float:
    """Root of the mean squared error over all known cells; as for `row_errors`."""
    return float(np.sqrt(_mean(_losses(forecast, truth, "squared"))))


def naive_scales(
    values: NDArray, offsets: NDArray, season: int = 1
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far a season's change takes every series: mean absolute and mean squared, [S] each.

    Args:
        values: the TRAINING rows, [N], series after series; NaN = missing.
        offsets: series s is rows offsets[s] to offsets[s + 1], [S + 1].
        season: steps of one season; 1 where there is none. A series without two known values a
            season apart is scaled by its changes from step to step.

    Returns:
        Scales above zero, NaN where a series has none: it never changes (rounding apart), or
        fewer than two values are known. Scaled errors leave such series out.

    Source: Hyndman & Koehler 2006, Int. J. Forecasting 22:679; squared: the M5 guide.
    """
    values, offsets = np.asarray(values, np.float64), np.asarray(offsets, np.int64)
    if season < 1 or offsets[-1] != len(values):
        raise ConfigError(
            f"season={season}, {len(values)} rows, offsets up to {offsets[-1]}. "
            f"Give a season of at least 1 and offsets that end at the number of rows."
        )
    sums = _seasonal(values, offsets, season)
    if season > 1:
        sums = np.where(sums[0] > 0, sums, _seasonal(values, offsets, 1))
    size = np.zeros(len(offsets) - 1)
    index = np.repeat(np.arange(len(size)), np.diff(offsets))
    np.maximum.at(size, index, np.nan_to_num(np.abs(values)))
    with np.errstate(invalid="ignore", divide="ignore"):
        absolute, squared = sums[1] / sums[0], sums[2] / sums[0]
    still = ~(absolute > 1e-12 * size)
    return np.where(still, np.nan, absolute), np.where(still, np.nan, squared)


def mase(forecast: NDArray, truth: NDArray, scales: NDArray) -> float:
    """Mean absolute scaled error; 1 is as far off as the seasonal naive in the training part.

    Args:
        forecast, truth: [n, H].
        scales: of every origin's series, [n]: the first of `naive_scales`, at each origin's
            series. Origins whose scale is NaN are left out.

    Source: Hyndman & Koehler 2006, Int. J. Forecasting 22:679; one origin a series: the M4 guide.
    """
    return _mean(_row_means(_losses(forecast, truth, "absolute")) / _of_rows(scales, forecast))


def rmsse(forecast: NDArray, truth: NDArray, scales: NDArray) -> float:
    """Root mean squared scaled error of every origin, averaged; scales are the second ones.

    Source: the M5 guide: Makridakis, Spiliotis & Assimakopoulos 2022, Int. J. Forecasting 38:1346.
    """
    squared = _row_means(_losses(forecast, truth, "squared"))
    return _mean(np.sqrt(squared / _of_rows(scales, forecast)))


def smape(forecast: NDArray, truth: NDArray) -> float:
    """Symmetric mean absolute percentage error in [0, 200]; 0 where both are zero.

    Source: Makridakis 1993, as in the M4 guide: 200 |y - f| / (|y| + |f|).
    """
    apart = _losses(forecast, truth, "absolute")
    size = np.abs(np.asarray(forecast, np.float64)) + np.abs(np.asarray(truth, np.float64))
    return _mean(200 * apart / np.where(size == 0, 1, size))


def owa(forecast: NDArray, truth: NDArray, naive2: NDArray, scales: NDArray) -> float:
    """Overall weighted average: sMAPE and MASE, each as a share of Naive 2's; 1 is as good as it.

    Args:
        forecast, truth: [n, H].
        naive2: its forecasts, [n, H]: the last value of the seasonally adjusted series.
        scales: as for `mase`.

    Returns:
        The average; NaN where Naive 2 makes no error at all.

    Source: the M4 guide: Makridakis, Spiliotis & Assimakopoulos 2020, Int. J. Forecasting 36:54.
    """
    ours = smape(forecast, truth), mase(forecast, truth, scales)
    theirs = smape(naive2, truth), mase(naive2, truth, scales)
    if not min(theirs) > 0:
        return float("nan")
    return (ours[0] / theirs[0] + ours[1] / theirs[1]) / 2


def skill(forecast: NDArray, truth: NDArray, reference: NDArray) -> float:
    """Gain over a reference forecast, 1 - MSE / MSE of the reference, in (-∞, 1].

    With the last value as the reference it is the out-of-sample R². Only cells where both made a
    forecast count. A reference without any error gives 0 when it is equalled, else -∞.

    Source: Campbell & Thompson 2008, Rev. Financial Studies 21:1509, equation 1.
    """
    ours, theirs = _losses(forecast, truth, "squared"), _losses(reference, truth, "squared")
    both = ~np.isnan(ours) & ~np.isnan(theirs)
    mine, other = float(ours[both].sum()), float(theirs[both].sum())
    if not both.any():
        return float("nan")
    if other == 0:
        return 0.0 if mine == 0 else -float("inf")
    return 1 - mine / other


def row_pinball(quantiles: NDArray, truth: NDArray, levels: NDArray) -> NDArray[np.float64]:
    """Mean pinball loss of every origin over known steps and all levels, [n].

    Args:
        quantiles: [n, H, Q].
        truth: [n, H].
        levels: [Q], each in (0, 1).

    Raises:
        ConfigError: shapes or levels that do not fit.

    Source: Koenker & Bassett 1978, Econometrica 46:33; without the factor 2 of some.
    """
    return _row_means(_pinball(quantiles, truth, levels).mean(axis=2))


def pinball(quantiles: NDArray, truth: NDArray, levels: NDArray) -> float:
    """The same over all known cells; twice this for many even levels nears the CRPS."""
    return _mean(_pinball(quantiles, truth, levels).mean(axis=2))


def coverage(low: NDArray, high: NDArray, truth: NDArray) -> Coverage:
    """How often intervals [n, H] hold the truth [n, H]; an infinite end holds all on its side.

    Raises:
        ConfigError: shapes that differ.
    """
    low, high = _pair(low, high)
    low, truth = _pair(low, truth)
    known = ~np.isnan(low) & ~np.isnan(high) & ~np.isnan(truth)
    cells = int(known.sum())
    if cells == 0:
        return Coverage(np.nan, np.nan, np.nan, np.nan, 0)
    below = float(np.mean(truth[known] < low[known]))
    above = float(np.mean(truth[known] > high[known]))
    return Coverage(1 - below - above, below, above, float(np.mean((high - low)[known])), cells)


def _seasonal(
    values: NDArray[np.float64], offsets: NDArray[np.int64], season: int
) -> NDArray[np.float64]:
    """Per series: how many pairs lie a season apart, their absolute and squared changes, [3, S]."""
    series = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    change = values[season:] - values[:-season]
    mine = (series[season:] == series[:-season]) & ~np.isnan(change)
    index, change = series[season:][mine], change[mine]
    count = len(offsets) - 1
    return np.stack(
        [
            np.bincount(index, weights, count)
            for weights in (np.ones_like(change), np.abs(change), change**2)
        ]
    )


def _pinball(quantiles: NDArray, truth: NDArray, levels: NDArray) -> NDArray[np.float64]:
    levels = np.asarray(levels, np.float64)
    quantiles, truth = np.asarray(quantiles, np.float64), np.asarray(truth, np.float64)
    if quantiles.shape != (*truth.shape, len(levels)) or not ((levels > 0) & (levels < 1)).all():
        raise ConfigError(
            f"Quantiles of shape {quantiles.shape} at levels {levels.tolist()} do not fit a truth "
            f"of shape {truth.shape}. Give [origins, steps, levels], levels between 0 and 1."
        )
    apart = truth[..., None] - quantiles
    return np.maximum(levels * apart, (levels - 1) * apart)


def _losses(forecast: NDArray, truth: NDArray, loss: str) -> NDArray[np.float64]:
    forecast, truth = _pair(forecast, truth)
    if loss not in ("absolute", "squared"):
        raise ConfigError(f"loss={loss!r} is not known. Choose 'absolute' or 'squared'.")
    return np.abs(forecast - truth) if loss == "absolute" else (forecast - truth) ** 2


def _pair(a: NDArray, b: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if a.shape != b.shape or a.ndim != 2:
        raise ConfigError(
            f"Forecasts of shape {a.shape} cannot be scored against shape {b.shape}. "
            f"Give [origins, steps ahead] twice."
        )
    return a, b


def _of_rows(scales: NDArray, forecast: NDArray) -> NDArray[np.float64]:
    scales = np.asarray(scales, np.float64)
    if scales.shape != (len(forecast),):
        raise ConfigError(
            f"Scales of shape {scales.shape} do not fit {len(forecast)} origins. "
            f"Give each origin the scale of its series: scales[series]."
        )
    return scales


def _mean(values: NDArray[np.float64]) -> float:
    known = ~np.isnan(values)
    return float(values[known].mean()) if known.any() else float("nan")


def _row_means(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    known = ~np.isnan(cells)
    count = known.sum(axis=1)
    total = np.where(known, cells, 0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
