"""Up to when intervals have learned from a series: the last value that validation was held against.

Shapes: S series.
"""

import numpy as np

from umbrella.fit.prepare import Prepared

MOST = 5_000  # series that do not end together, of which each stamp is written down


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
