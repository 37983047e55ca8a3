"""How far ahead does it know anything? Error, direction and rank correlation, step by step."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.check.difference import SHARE, smallest_seen
from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER, Finding
from umbrella.check.origins import Origins
from umbrella.fit.against_naive import DOUBT
from umbrella.score.blocks import block_mean
from umbrella.score.diebold import (
    by_date,
    diebold_mariano,
    mean_test,
    needed,
    wave_count,
    wave_variance,
)
from umbrella.score.signal import (
    Direction,
    Rank,
    by_date_ranks,
    direction,
    information_coefficient,
)

STEPS, DIRECTION = "steps", "direction"
SERIES = 3  # from which on a rank correlation across series is told


def by_step(evidence: Evidence) -> Finding:
    """Error of the model and of the naive forecasts at 1, …, H steps ahead.

    Warns where the naive forecast is better beyond doubt at a step, all steps together. Steps for
    which moments are too few are shown, and not compared. Passes where the model is better at a
    step beyond doubt, or a naive forecast worth having would have shown.
    """
    origins = evidence.origins
    assert origins is not None
    rows = [_step(evidence, origins, step) for step in origins.shown_steps]
    told = [] if origins.against.same else [one for one in rows if not one["few"]]
    worse = [one for one in told if one["p_worse"] * len(told) < AMBER]
    better = [one for one in told if one["p_better"] * len(told) < DOUBT / 2]
    first, last = rows[0], rows[-1]
    seen = max((one["seen"] for one in told), default=float("inf"))
    sound = bool(better) or seen <= 2 * SHARE  # as for the score: else a fault would not show
    return Finding(
        STEPS,
        "warn" if worse else "pass" if told and sound else "cannot tell",
        sentence(
            _key(origins, rows, told),
            better=len(better),
            worse=len(worse),
            steps=len(told),
            dates=len(np.unique(origins.dates["test"])),
            first=1 - first["less"],
            last=1 - last["less"],
            far=last["step"],
            near_error=first["model"],
            far_error=last["model"],
        ),
        figure=last["less"],
        p=min(1.0, len(told) * min(one["p_worse"] for one in told)) if told else None,
        would_have_seen=sentence(
            "forecast.steps.power", seen=seen, n=len(told)
        ) if told else None,
        advice=sentence(
            "forecast.steps.warn", steps=", ".join(str(one["step"]) for one in worse)
        ) if worse else None,
        details={"rows": rows},
    )  # fmt: skip


def _key(origins: Origins, rows: list[dict[str, Any]], told: list[dict[str, Any]]) -> str:
    one = "_one" if len(rows) == 1 else ""
    if origins.against.same:
        return f"forecast.steps.same{one}"
    if not told:
        return f"forecast.steps.few{one}"
    return "forecast.steps.one" if one else "forecast.steps"


def up_or_down(evidence: Evidence) -> Finding:
    """Directions told at the first step, beside the commoner one; ranks across series by date.

    Passes when either is better than chance beyond doubt. To tell no direction is no fault of a
    forecast of levels: it is then said that nothing can be told.
    """
    origins = evidence.origins
    assert origins is not None
    guess, real = moves(evidence, origins, 1)
    dates = origins.dates["test"]
    told, rank = direction(guess, real, np.zeros(1)), _rank(origins, guess, real, 1)
    if told.rows < 2 or not np.any(guess):
        return Finding(DIRECTION, "cannot tell", sentence("forecast.direction.none"))
    often = np.where(real > 0, 1.0, 0.0) if told.up >= 0.5 else np.where(real < 0, 1.0, 0.0)
    ours = 0.5 + 0.5 * np.sign(guess) * np.sign(real)
    extra = by_date(np.where(np.isfinite(real) & (real != 0), ours - often, np.nan), dates)
    found = mean_test(extra, 1)
    if found.few:
        return Finding(
            DIRECTION,
            "cannot tell",
            sentence(
                "forecast.direction.few",
                share=told.share,
                majority=told.majority,
                n=told.rows,
                dates=found.dates,
            ),
            figure=told.share,
            details={"majority": told.majority, "ic": None},
        )
    p = min(1.0, 2 * found.p_worse)  # its mean is a gain
    sure = p < AMBER or (rank is not None and rank.mean > 0 and rank.p < AMBER)
    spread = float(np.sqrt(wave_variance(extra, wave_count(extra)) / len(extra)))
    says = sentence(
        "forecast.direction.line", share=told.share, majority=told.majority, n=told.rows, p=p
    )
    details: dict[str, Any] = {"majority": told.majority, "ic": None}
    if rank is not None:
        around = block_mean(by_date_ranks(guess, real, dates))
        says = sentence(
            "forecast.direction.ranked",
            line=says,
            ic=rank.mean,
            range=(around.low, around.high),
            t=rank.t,
            dates=rank.dates,
            p=rank.p,
        )
        details["ic"] = {**rank.__dict__, "low": around.low, "high": around.high}
    return Finding(
        DIRECTION,
        "pass" if sure else "cannot tell",
        says,
        figure=told.share,
        p=p,
        would_have_seen=sentence("forecast.direction.power", seen=smallest_seen(spread)),
        advice=None if sure else sentence("forecast.direction.advice"),
        details=details,
    )


def moves(
    evidence: Evidence, origins: Origins, step: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Forecast and true move of every test origin, [n] each: the change from the origin, or the
    value itself where the target is a change already.
    """
    guess, real = (
        one["test"][:, step - 1].astype(np.float64) * origins.scales("test")
        for one in (evidence.outputs, evidence.targets)
    )
    if origins.kind == "return":
        return guess + origins.base("test"), real + origins.base("test")
    return guess, real


def _rank(origins: Origins, guess: NDArray, real: NDArray, step: int) -> Rank | None:
    if len(origins.panel.ids) < SERIES:
        return None
    found = information_coefficient(guess, real, origins.dates["test"], step)
    return found if found.dates >= needed(step) else None


def _step(evidence: Evidence, origins: Origins, step: int) -> dict[str, Any]:
    truth = evidence.targets["test"][:, step - 1].astype(np.float64)
    mine = np.abs(evidence.outputs["test"][:, step - 1] - truth)
    naive = {name: np.abs(one[:, step - 1] - truth) for name, one in origins.naive["test"].items()}
    theirs = naive[origins.against.reference]
    known = np.isfinite(truth)
    found = diebold_mariano(mine, theirs, step, origins.dates["test"])
    daily = by_date(mine - theirs, origins.dates["test"])
    spread = np.sqrt(wave_variance(daily, wave_count(daily, step)) / max(len(daily), 1))
    level = float(theirs[known].mean()) if known.any() else 0.0
    guess, real = moves(evidence, origins, step)
    told: Direction = direction(guess, real, np.zeros(1))
    rank = _rank(origins, guess, real, step)
    return {
        "step": step,
        "model": float(mine[known].mean()) if known.any() else None,
        "naive": {name: float(one[known].mean()) for name, one in naive.items() if known.any()},
        "less": 1 - float(mine[known].mean()) / level if level > 0 else 0.0,
        "p_better": found.p_better,
        "p_worse": found.p_worse,
        "few": found.few,
        "seen": smallest_seen(float(spread)) / level if level > 0 else float("inf"),
        "direction": told.share if np.any(guess) else None,
        "majority": told.majority,
        "ic": None if rank is None else rank.mean,
    }
