"""Features of series as channels of their windows: what they read, how far back, what they are.

A feature of a step comes from that step and the steps before it in its own series. Averages that
never forget are cut off where `TAIL` of their weight is left, so each has a reach: a stretch of
`window + reach` steps gives what the whole series gives.

Prices are read as prices; of other levels, which need not be above 0, changes are taken as they are
and over the scale of the series.

Shapes: S series, N steps of all of them, F columns, K features, T steps of the longest of some.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError
from umbrella.data.codecs.history import Stretches
from umbrella.data.codecs.windows import fill_forward
from umbrella.series.features import compute, look_back, needs

TARGET = "close"  # what features call the target, whatever it is
ROLES = ("open", "high", "low", "volume")  # what other columns may be to them
TAIL = 1e-7  # share of an average's weight that lies before its reach
FARTHEST = 20_000  # longest reach
TOGETHER = 2**21  # numbers that are worked on at once: 16 MB a column
ALIKE = 1.25  # series whose lengths differ by more are not laid side by side
LIMIT = 10.0  # usual deviations at which a channel is cut off


def check(features: Sequence[str], roles: Sequence[str]) -> None:
    """Refuse features that there are not, or that no column is there for.

    Args:
        features: names as `umbrella.series.features.compute` takes them.
        roles: what every column of the panel is to them, the target's first; "" for nothing.

    Raises:
        ConfigError: with what to type instead.
    """
    if len(set(features)) < len(features) or not all(type(one) is str for one in features):
        raise ConfigError(f"features={features!r} are not different names, such as rsi_14.")
    for name in features:
        wanted = [role for role in needs(name) if role != TARGET and role not in roles]
        if wanted:
            raise ConfigError(
                f"The feature {name} is computed from {' and '.join(wanted)}, and no column is "
                f"called so. Leave it out, or name the column so."
            )
        if look_back([name], TAIL) > FARTHEST:
            raise ConfigError(
                f"The feature {name} looks back over {look_back([name], TAIL):,} steps; at most "
                f"{FARTHEST:,} are kept. Give it a smaller window."
            )


def reach(features: Sequence[str]) -> int:
    """Steps before a step that its features look back over; 0 without any."""
    return look_back(features, TAIL)


def read_by(features: Sequence[str]) -> set[str]:
    """Roles of the columns that features read beside the target."""
    return {role for name in features for role in needs(name)} - {TARGET}


def features_of(
    panel: Stretches,
    features: Sequence[str],
    roles: Sequence[str],
    unit: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Features of every step, [N, K]; NaN where there is not yet enough to answer from.

    Args:
        panel: the series; a missing value counts as the last known one.
        features: K names.
        roles: what the columns are to them.
        unit: [N], the scale of every step's series where the target is a level; None of prices.
    """
    out = np.full((len(panel.values), len(features)), np.nan)
    if not features:
        return out
    firsts = np.repeat(panel.offsets[:-1], np.diff(panel.offsets))
    place = {role: at for at, role in enumerate(roles) if role} | {TARGET: 0}
    used = sorted({role for name in features for role in needs(name)})
    values = fill_forward(panel.values[:, [place[role] for role in used]], firsts)
    columns = {role: values[:, at] for at, role in enumerate(used)}
    for some in _groups(np.diff(panel.offsets)):
        starts, sizes = panel.offsets[some], np.diff(panel.offsets)[some]
        steps = starts + np.arange(sizes.max())[:, None]
        there = steps < starts + sizes
        steps = np.where(there, steps, 0)
        laid = {role: np.where(there, column[steps], np.nan) for role, column in columns.items()}
        made = compute(features, laid, None if unit is None else unit[steps])
        out[steps[there]] = made[there]
    return out


def standard(
    values: NDArray[np.float64], centre: NDArray[np.float64], spread: NDArray[np.float64]
) -> NDArray[np.float64]:
    """In usual deviations from what is usual, cut off far out, [N, K]."""
    return np.clip((values - centre) / spread, -LIMIT, LIMIT)


def roles_of(columns: Sequence[str], found: Mapping[str, str | None]) -> tuple[str, ...]:
    """What the columns of a panel are to features, the target's role first.

    Args:
        columns: names, the target first.
        found: role → column, or None.
    """
    named = {column: role for role, column in found.items() if role in ROLES and column}
    return (TARGET, *(named.get(name, "") for name in columns[1:]))


def _groups(sizes: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Numbers of series of about the same length, few enough to be laid side by side."""
    order = np.argsort(sizes, kind="stable")
    out, some = list[NDArray[np.int64]](), list[int]()
    for at in order.tolist():
        if some and (sizes[at] > ALIKE * sizes[some[0]] or sizes[at] * (len(some) + 1) > TOGETHER):
            out.append(np.array(some))
            some = []
        some.append(at)
    return [*out, np.array(some)] if some else out
