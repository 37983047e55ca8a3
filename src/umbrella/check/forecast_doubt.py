"""Too good to be true? Of daily prices nobody knows this much: a leak, until shown otherwise.

The limits are ours; published figures lie well below them (Gu, Kelly & Xiu 2020, Rev. Financial
Studies 33:2223: an out-of-sample R² of .4 % a month; rank correlations of .03 to .05 a day).
"""

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.check.evidence import Evidence
from umbrella.check.finding import Finding
from umbrella.check.forecast_steps import SERIES, moves
from umbrella.score.blocks import block_mean
from umbrella.score.diebold import needed
from umbrella.score.signal import by_date_ranks

NAME = "too_good"
LIMITS = {"r2": 0.02, "direction": 0.56, "ic": 0.10}
DAILY = ("day", "business day")


def applies(evidence: Evidence) -> bool:
    """Whether the target is a daily price, or the return of one."""
    origins = evidence.origins
    return origins is not None and bool(origins.kind) and (
        origins.panel.frequency.code in DAILY and origins.panel.frequency.multiple == 1
    )  # fmt: skip


def question(evidence: Evidence) -> Finding:
    """Hold what is known of tomorrow against what anybody has known of such series.

    Warns where a limit is passed and chance is ruled out (95 %, over moments), fails where the
    limit itself is. Of directions, always saying the commoner one is chance.
    """
    origins = evidence.origins
    assert origins is not None
    guess, real = moves(evidence, origins, 1)
    used = np.isfinite(guess) & np.isfinite(real)
    guess, real, dates = guess[used], real[used], origins.dates["test"][used]
    if len(np.unique(dates)) < needed(1):
        return Finding(NAME, "cannot tell", sentence("forecast.too_good.few", n=len(real)))
    found = _measured(guess, real, dates, len(origins.panel.ids))
    up = float(np.mean(real[real != 0] > 0)) if real.any() else 0.5
    chance = {"r2": 0.0, "direction": max(up, 1 - up), "ic": 0.0}
    passed, surely = (
        [name for name, (value, low) in found.items() if value > LIMITS[name] and low > least[name]]
        for least in (chance, {name: max(LIMITS[name], chance[name]) for name in LIMITS})
    )
    limits = {f"{name}_limit": limit for name, limit in LIMITS.items()}
    return Finding(
        NAME,
        "fail" if surely else "warn" if passed else "pass",
        sentence(
            f"forecast.too_good.{'ranked' if 'ic' in found else 'line'}",
            n=len(real),
            **{name: found[name][0] if name in found else None for name in LIMITS},
        ),
        figure=found["r2"][0],
        low=found["r2"][1],
        would_have_seen=sentence("forecast.too_good.power", **limits),
        advice=sentence("forecast.too_good.leak") if passed else None,
        details={name: list(both) for name, both in found.items()},
    )


def _measured(
    guess: NDArray, real: NDArray, dates: NDArray, series: int
) -> dict[str, tuple[float, float]]:
    """Each figure with the lower end of its 95 % interval."""
    out = {"r2": (0.0, 0.0), "direction": (0.5, 0.0)}
    squared, whole = (real - guess) ** 2, real**2
    if len(real) and whole.sum() > 0:
        left = block_mean(squared, whole, dates=dates)
        out["r2"] = (1 - float(squared.sum() / whole.sum()), 1 - left.high)
    moved = real != 0
    if moved.any():
        right = (0.5 + 0.5 * np.sign(guess) * np.sign(real))[moved]
        out["direction"] = (float(right.mean()), block_mean(right, dates=dates[moved]).low)
    if series >= SERIES:
        daily = by_date_ranks(guess, real, dates)
        if len(daily):
            out["ic"] = (float(daily.mean()), block_mean(daily).low)
    return out
