"""What a fit knew of each series: how many values, and up to when its intervals learned from them.

Shapes: S series.
"""

import numpy as np

from umbrella.fit.prepare import Prepared

MOST = 5_000  # series that differ in it, of which each one's is written down


def seen_until(prepared: Prepared) -> int | dict[str, int] | None:
    """The stamp of the last step that validation origins were held against.

    Returns:
        One stamp where all series share it, else series → stamp; None where rows are no origins,
        or there are too many series that do not end together to name them all.
    """
    panel, horizon = prepared.panel, int(prepared.shared.get("horizon", 1))
    if panel is None:
        return None
    origins = prepared.rows[prepared.part("validation")]
    which = np.searchsorted(panel.offsets, origins, side="right") - 1
    lasts = np.full(len(panel.ids), -1, np.int64)
    np.maximum.at(lasts, which, np.minimum(origins + horizon, panel.offsets[which + 1] - 1))
    at = lasts >= 0
    stamps = panel.stamps[lasts[at]]
    if len(np.unique(stamps)) == 1:
        return int(stamps[0])
    if len(stamps) > MOST:
        return None
    names = np.array(panel.ids, object)[at]
    return dict(zip(names.tolist(), stamps.tolist(), strict=True))


def known_counts(prepared: Prepared) -> int | dict[str, int] | None:
    """Known values of the target: what a later history is held against.

    Returns:
        One number where all series have as many, else series → number, or the largest where there
        are too many series to name them all; None where rows are no origins.
    """
    panel = prepared.panel
    if panel is None:
        return None
    counts = np.add.reduceat(np.isfinite(panel.values[:, 0]).astype(np.int64), panel.offsets[:-1])
    if len(np.unique(counts)) == 1 or len(counts) > MOST:
        return int(counts.max())
    return dict(zip(panel.ids, counts.tolist(), strict=True))
