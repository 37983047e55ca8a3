"""How rungs are told apart on the validation rows: which test, and what counts as beyond doubt.

Rows that do not follow each other in time are compared by the usual paired test of `choose`.
Forecasts are compared by Diebold and Mariano's over moments. Where moments hold few windows (of
the horizon's length) that test has hardly a degree of freedom left: windows are then compared, each
by its mean, with Student's t. To be chosen is no claim, so one side is asked about, at 5 %, not
shared among the rungs: of 200 random walks of 144 months one was given something else than a naive
forecast; of seasonal series about half got what errs less by a third (bench/honesty/short.py).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from umbrella.fit.prepare import Prepared
from umbrella.score.diebold import needed, windows_better

DOUBT = 0.05  # a p below this is beyond doubt
FEW, LEAST = 10, 3  # windows: fewer than FEW are compared as such, fewer than LEAST not at all


def windows(prepared: Prepared) -> tuple[int, int]:
    """Moments of validation origins, and how many whole windows they hold."""
    walk = (*prepared.earlier, prepared)
    moments = len(
        np.unique(np.concatenate([one.split.unit[one.part("validation")] for one in walk]))
    )
    return moments, moments // int(prepared.targets.shape[1])


def can_tell(prepared: Prepared) -> bool:
    """Whether rungs can be told apart at all; always where rows are no origins."""
    if prepared.panel is None:
        return True
    moments, whole = windows(prepared)
    return whole >= LEAST and moments >= needed(1)


def by_windows(prepared: Prepared) -> bool:
    """Whether rungs are compared window by window."""
    if prepared.panel is None or prepared.targets.shape[1] == 1:
        return False
    return can_tell(prepared) and windows(prepared)[1] < FEW


def shared_doubt(looks: int) -> float:
    """The p below which a rung counts as worse than the best of several looks: a shared .05.

    The best was picked for its luck too; at a plain .05 it would seem to beat an equal, lighter one
    in one fit out of ten (bench/honesty/choice.py).
    """
    return DOUBT / max(looks - 1, 1)


def doubt_of(prepared: Prepared, looks: int) -> float:
    """The p below which a rung counts as worse than the best."""
    return DOUBT if by_windows(prepared) else shared_doubt(looks)


def paired_test(prepared: Prepared) -> Callable[[NDArray, NDArray], float] | None:
    """Two rows of scores, one an error with its sign turned → p that the second is no better.

    None where the usual test does.
    """
    if prepared.panel is None:
        return None
    if not can_tell(prepared):
        return lambda a, b: 1.0  # noqa: ARG005
    walk = (*prepared.earlier, prepared)
    units = np.concatenate([one.split.unit[one.part("validation")] for one in walk])
    if by_windows(prepared):
        whole = windows(prepared)[1]
        return lambda a, b: windows_better(-b, -a, whole, units)
    groups = prepared.dependent("validation")
    return lambda a, b: prepared.task.compare(a, b, groups)
