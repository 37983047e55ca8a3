"""Settings of a stored task, read without trust: what is damaged says so."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from umbrella.base.errors import BundleError

TINY = 1e-30  # a smaller temperature or scale is taken for zero


def number(spec: Mapping[str, Any], key: str, positive: bool = False) -> float:
    """A finite number of a task's spec.

    Raises:
        BundleError: there is none, or it is not above 0 where it must be.
    """
    value = spec.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        raise damaged(f"its {key} is {str(value)[:40]!r}, not a finite number")
    if positive and not value > TINY:
        raise damaged(f"its {key} is {value}, not above 0")
    return float(value)


def _is_finite(value: float) -> bool:
    try:
        return bool(np.isfinite(float(value)))
    except OverflowError:  # an integer beyond every float
        return False


def damaged(what: str) -> BundleError:
    """The error for a task that cannot be what was stored."""
    return BundleError(
        f"The task in the file is damaged: {what}. Copy the file again, or make it again with "
        f"`umbrella ship`."
    )
