"""A promise about a statistic, what a simulation found, and whether it was kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """One line of the results.

    Args:
        what: the statistic and the situation.
        promised: the promise, in words.
        found: the figure, in words.
        kept: whether the figure keeps the promise, allowing for chance where it was simulated.
    """

    what: str
    promised: str
    found: str
    kept: bool

    def __str__(self) -> str:
        verdict = "kept" if self.kept else "BROKEN"
        return f"{verdict:6} {self.what}: promised {self.promised}, found {self.found}"


def slack(share: float, runs: int) -> float:
    """What chance alone may add to a simulated share: 2.6 standard errors (1 in 200)."""
    return 2.6 * (share * (1 - share) / runs) ** 0.5


def show(main: Callable[[bool], Sequence[Promise]], quick: bool = False) -> None:
    """Run one script and print its lines."""
    for promise in main(quick):
        print(promise, flush=True)


def table(rows: Sequence[Sequence[object]], head: Sequence[str]) -> str:
    """Markdown of a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
