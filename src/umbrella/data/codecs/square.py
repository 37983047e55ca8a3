"""The square that a picture or a clip is brought to: how large it is, and what it shows.

Its edge is given, or learned from the shapes of a sample of the training files.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from umbrella.base.errors import ConfigError
from umbrella.data.codecs.sampling import unreadable

RULES = ("crop", "fit")  # "crop" loses the ends of the longer side, "fit" fills with grey
COMMON = 0.1  # share of the training files that may be smaller than the edge found
CHANNELS = 3


def check_square(size: int | None, rule: str, least: int, most: int, files: str) -> None:
    """Refuse a square that no codec makes.

    Args:
        size: its edge in pixels; None where it is to be learned.
        rule: what is cut out.
        least, most: edges allowed.
        files: what is read, e.g. "pictures", for the message.

    Raises:
        ConfigError: names the setting, the value and what is allowed.
    """
    if size is not None and not (type(size) is int and least <= size <= most):
        raise ConfigError(
            f"size={size!r} is not a whole number of pixels from {least} to {most}. "
            f"Leave it out for one that suits the {files}."
        )
    if rule not in RULES:
        raise ConfigError(f"rule={rule!r} is not one of {', '.join(RULES)}.")


def learn_edge(shapes: Sequence[Any], least: int, most: int, file: str) -> int:
    """The largest edge that nine of ten files have, within limits.

    Args:
        shapes: height and width of each file of a sample, in either order; the DataError of one
            that cannot be read, None for a missing one.
        least, most: edges allowed.
        file: what is read, e.g. "picture", for the message.

    Raises:
        DataError: none can be read.
    """
    edges = [min(found) for found in shapes if isinstance(found, tuple)]
    if not edges:
        raise unreadable(shapes, file)
    return min(max(int(np.quantile(edges, COMMON, method="lower")), least), most)
