"""How rows are seen as signals or pictures when it is asked what a convolution gains by.

No rungs of a ladder: the networks of models/signal/ exist to explain, not to be shipped.
"""

from collections.abc import Iterable

from umbrella.base.errors import ConfigError
from umbrella.models.rungs import Rung

_REACH = "umbrella.models.signal.reach:Reach"
PICTURES = Rung(name="reach", network=_REACH, codec="image")
SIGNALS = Rung(name="reach", network=_REACH, codec="table", view={"mode": "raw"})
LARGEST = 24  # edge of a picture in pixels: weights of their own for every place are many


def sense(kind: str, kinds: Iterable[str]) -> Rung:
    """What codec shows these rows as a signal or a picture.

    Args:
        kind: of the inputs together.
        kinds: kind of every input column, in order.

    Raises:
        ConfigError: they are neither.
    """
    kinds = list(kinds)
    if kind == "image" and len(kinds) == 1:
        return PICTURES
    if kind == "table" and set(kinds) == {"number"}:
        return SIGNALS
    raise ConfigError(
        f"--why asks what near and far places are worth, so it needs pictures, or a table whose "
        f"input columns are all numbers in their order along a signal; these rows are "
        f"{', '.join(sorted(set(kinds)))} ({len(kinds)} "
        f"{'column' if len(kinds) == 1 else 'columns'}). Leave --why out, or name the columns "
        f"with --use."
    )
