"""Which test origins a report draws: three of one series, apart from each other."""

import numpy as np

from umbrella.check.evidence import Evidence
from umbrella.check.fan import Fans
from umbrella.check.origins import Origins
from umbrella.check.words import LABEL, clean
from umbrella.score.fan import fan

ORIGINS, BEFORE, MOST = 3, 3, 400  # fans, horizons of history before the first, steps drawn


def drawn_origins(evidence: Evidence, origins: Origins) -> Fans | None:
    """Evenly spaced origins at the end of the longest test part; None where there is none."""
    series = origins.series("test")
    if not len(series):
        return None
    longest = int(np.bincount(series).argmax())
    own = np.flatnonzero(series == longest)
    steps = origins.steps("test")[own]
    horizon = origins.horizon
    apart = max(2 * horizon, 6)
    wanted = steps[-1] - apart * np.arange(ORIGINS)[::-1]
    picked = np.unique(np.searchsorted(steps, wanted[wanted >= steps[0]]))
    at = own[picked]
    rows = origins.panel.rows_of(longest)
    last = int(steps[-1]) + horizon
    first = max(rows.start, int(steps[picked[0]]) - max(BEFORE * horizon, 2 * origins.season, 24))
    first = max(first, last - MOST) if last - int(steps[picked[0]]) < MOST else first
    made = fan(
        evidence.task.spec(), evidence.outputs["test"][at], origins.base("test")[at],
        origins.scales("test")[at], None if evidence.sizes is None else evidence.sizes[at],
    )  # fmt: skip
    naive = origins.levels("test", origins.reference("test")[at], at)
    values = origins.panel.values[first : last + 1, 0]
    return Fans(
        name=clean(origins.panel.ids[longest] or origins.panel.columns[0], LABEL),
        values=[float(value) if np.isfinite(value) else None for value in values],
        dates=[origins.when(step) for step in range(first, min(last + 1, rows.stop))],
        fans=[
            {
                "at": int(steps[picked[k]]) - first,
                "middle": made.middle[k].tolist(),
                "low": made.low[:, k].tolist(),
                "high": made.high[:, k].tolist(),
                "naive": naive[k].tolist(),
                "reference": origins.against.reference,
            }
            for k in range(len(at))
        ],
    )
