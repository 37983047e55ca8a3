"""Does the shipped file answer as the run does? Asked on real rows, before the file is written.

Shapes: N rows, C outputs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError
from umbrella.score.decode import decode, even, lead

TOLERANCE = 1e-4  # of an output, for outputs up to 1; relative above: float32 sums in another order
TIE = 1e-6  # two outputs closer than this, on the same scale, are equal up to rounding


@dataclass(frozen=True)
class Parity:
    """How far two sets of outputs lie apart.

    Args:
        rows: N.
        max_abs: largest absolute difference of an output.
        answers_changed: rows that are answered differently, exact ties left out.
        ties: rows answered differently because two outputs are equal up to rounding.
    """

    rows: int
    max_abs: float
    answers_changed: int
    ties: int


def compare(reference: NDArray, shipped: NDArray, task: Mapping[str, Any]) -> Parity:
    """Measure; see `check_parity` for the judgement.

    Args:
        reference: the run's outputs [N, C], of sound over frames [N, T, C]; for an int8 graph
            that graph's own outputs.
        shipped: the bundle's outputs on the same rows [N, C].
        task: a task's spec().

    Raises:
        BundleError: the shapes differ, or an output is not finite.
    """
    if reference.shape != shipped.shape:
        raise BundleError(
            f"The shipped file gives outputs of shape {shipped.shape}, the run {reference.shape}. "
            f"The file was not written. This is a bug: please report it."
        )
    if not (np.isfinite(reference).all() and np.isfinite(shipped).all()):
        raise BundleError(
            "Some outputs are not finite numbers, so the file was not written. Fit the run again; "
            "its training failed."
        )
    if not len(reference):
        return Parity(0, 0.0, 0, 0)
    apart = np.abs(even(task, reference).astype(np.float64) - even(task, shipped)).reshape(
        len(shipped), -1
    )
    differ = _differ(decode(task, reference), decode(task, shipped))
    tied = differ & (lead(task, reference) <= TIE * _size(task, reference))
    return Parity(len(reference), float(apart.max()), int((differ & ~tied).sum()), int(tied.sum()))


def check_parity(
    reference: NDArray, shipped: NDArray, task: Mapping[str, Any], tolerance: float = TOLERANCE
) -> Parity:
    """Refuse a file whose outputs differ from the run's.

    Args:
        reference, shipped, task: as in `compare`.
        tolerance: largest difference allowed, as a share of the largest output or of 1.

    Raises:
        BundleError: an output differs by more, or an answer changed although no two outputs tie.
    """
    parity = compare(reference, shipped, task)
    allowed = tolerance * _size(task, reference)
    if parity.max_abs > allowed or parity.answers_changed:
        raise BundleError(
            f"The shipped file does not answer as the run does: on {parity.rows:,} rows an output "
            f"differs by up to {parity.max_abs:.2g} ({allowed:.2g} allowed) and "
            f"{parity.answers_changed:,} answers changed (0 allowed). The file was not written. "
            f"This is a bug or a broken installation: please report it with your versions."
        )
    return parity


def _differ(one: Mapping[str, Any], other: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Rows in which an answer that is not a measured number differs."""
    size = len(next(iter(one.values())))
    differ = np.zeros(size, bool)
    for name, cells in one.items():
        if isinstance(cells, list):  # words; numbers come as arrays and are judged by TOLERANCE
            differ |= np.array([a != b for a, b in zip(cells, other[name], strict=True)])
    return differ


def _size(task: Mapping[str, Any], outputs: NDArray) -> float:
    """The largest output, at least 1."""
    return max(1.0, float(np.abs(even(task, outputs)).max(initial=0)))
