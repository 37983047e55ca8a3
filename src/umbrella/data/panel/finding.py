"""What was repaired in a panel, or looks odd in it."""

from dataclasses import dataclass

from umbrella.base.catalogue import Sentence


@dataclass(frozen=True)
class Finding:
    """One thing found, for a person and for the program.

    Args:
        kind: "frequency", "sorted", "copies", "gaps", "closed", "split", "jump", "fall",
            "constant", "short", "not positive", "zone", "clock", "format", …
        text: what is said of it, in either language.
        series: ids that it concerns; none where it is all of them.
        stamps: where in those series, microseconds since 1970 as the panel has them.
    """

    kind: str
    text: Sentence
    series: tuple[str, ...] = ()
    stamps: tuple[int, ...] = ()


SHOWN = 5


def shown(names: tuple[str, ...]) -> str:
    """The first names, and a mark where there are more."""
    return ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
