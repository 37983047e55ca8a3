"""Does it carry over to later times, and did no origin's targets reach over a cut?"""

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.check.difference import unpaired
from umbrella.check.evidence import Evidence
from umbrella.check.finding import AMBER, Finding
from umbrella.check.origins import Origins
from umbrella.score.blocks import block_mean
from umbrella.score.doubt import Interval

CARRIES, CUT = "carries", "cut"
WORTH = 0.10  # of the naive error: a smaller loss is let pass
OTHER = 0.5  # of validation's share: a test part below it is of another kind of times
PARTS = ("train", "validation", "test")


def carries(evidence: Evidence) -> Finding:
    """Error as a share of the naive forecast's, in each part.

    Times differ in how hard they are; the naive forecast's error says how hard, and is divided out.
    Warns when the test part falls short of the validation part, by which the model was chosen, or
    of the training part, by more than a tenth of the naive error and beyond doubt; and when its
    share is less than half of the validation part's, for then times have changed.
    """
    origins = evidence.origins
    assert origins is not None
    shares = {part: _share(evidence, origins, part) for part in PARTS}
    if not origins.enough() or any(found is None for found in shares.values()):
        return Finding(CARRIES, "cannot tell", sentence("forecast.carries.few"))
    told = {part: found for part, found in shares.items() if found is not None}
    test, around = told["test"]
    short = unpaired(test, around, *told["validation"])
    memory = unpaired(test, around, *told["train"])
    fallen = [one for one in (short, memory) if one.figure > WORTH and one.p < AMBER]
    was, now = told["validation"][0], told["test"][0]
    changed = now < OTHER * was and short.p < AMBER  # too good: the naive forecast lost its footing
    looks = int(evidence.selection.get("looks", 1))
    verdict = "warn" if fallen or changed else "pass"
    if not np.isfinite(short.seen):
        verdict = "cannot tell"
    key = "changed" if changed else "short"
    if memory in fallen and short not in fallen:
        key = "memory"
    return Finding(
        CARRIES,
        verdict,
        sentence(
            "forecast.carries",
            looks=looks,
            short=short.figure,
            range=(short.low, short.high),
            p=short.p,
            **{part: share for part, (share, _) in told.items()},
        ),
        figure=short.figure,
        low=short.low,
        high=short.high,
        p=short.p,
        would_have_seen=sentence("forecast.carries.power", seen=short.seen),
        advice=sentence(f"forecast.carries.{key}") if verdict == "warn" else None,
        details={part: [share, one.low, one.high] for part, (share, one) in told.items()},
    )


def cut(evidence: Evidence) -> Finding:
    """Count the origins whose targets reach into the next part of their series."""
    origins = evidence.origins
    assert origins is not None
    steps = {part: np.asarray(evidence.parts.get(part, evidence.rows[part])) for part in PARTS}
    over = sum(
        _reaching(
            origins, steps[before], np.concatenate([steps[later] for later in PARTS[n + 1 :]])
        )
        for n, before in enumerate(PARTS[:-1])
    )
    return Finding(
        CUT,
        "fail" if over else "pass",
        sentence("forecast.parted", over=over, n=sum(map(len, steps.values()))),
        figure=float(over),
        would_have_seen=sentence("forecast.parted.power"),
        advice=sentence("forecast.parted.fail") if over else None,
    )


def _reaching(origins: Origins, before: NDArray, later: NDArray) -> int:
    """Origins of which a target comes after the first origin of a later part of the series."""
    offsets = origins.panel.offsets
    first = np.full(len(offsets) - 1, len(origins.panel.stamps), np.int64)
    np.minimum.at(first, np.searchsorted(offsets, later, side="right") - 1, later)
    series = np.searchsorted(offsets, before, side="right") - 1
    last = np.minimum(before + origins.horizon, offsets[series + 1] - 1)
    return int((last > first[series]).sum())


def _share(evidence: Evidence, origins: Origins, part: str) -> tuple[float, Interval] | None:
    scores = evidence.scores(part)
    naive = evidence.task.row_scores(origins.reference(part), evidence.targets[part])
    if len(scores) < 2 or not naive.sum() > 0:
        return None
    found = block_mean(scores, naive, dates=origins.dates[part])
    return float(scores.sum() / naive.sum()), found
