"""A finding: one checked statement with its figure, its doubt and what to do about it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from umbrella.base.catalogue import Sentence
from umbrella.base.errors import RunError

VERDICTS = ("pass", "warn", "fail", "cannot tell")

# A report asks about five questions with a p. Sharing .05 and .01 among them keeps the chance
# that a sound model gets any false amber below 5 % and any false red below 1 %.
AMBER = 0.05 / 5
RED = 0.01 / 5


@dataclass(frozen=True)
class Finding:
    """What one question found.

    Args:
        name: the question's name, e.g. "gap".
        verdict: one of VERDICTS.
        says: the statement, with its number and its interval or p.
        figure: the number itself, None when there is none.
        low, high: its 95 % interval.
        p: p of the test behind the verdict.
        would_have_seen: how large a fault these rows would have shown; a pass always has one.
        advice: what to do, or how to read it.
        details: JSON-safe particulars for the page's tables and figures.
    """

    name: str
    verdict: str
    says: Sentence
    figure: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    would_have_seen: Sentence | None = None
    advice: Sentence | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert self.verdict in VERDICTS, self.verdict
        assert self.verdict != "pass" or self.would_have_seen, f"{self.name}: a pass needs power"

    def to_json(self) -> dict[str, Any]:
        """JSON-safe; numbers that are not finite become null."""
        return {
            "name": self.name,
            "verdict": self.verdict,
            "says": self.says.to_json(),
            "figure": _finite(self.figure),
            "low": _finite(self.low),
            "high": _finite(self.high),
            "p": _finite(self.p),
            "would_have_seen": self.would_have_seen and self.would_have_seen.to_json(),
            "advice": self.advice and self.advice.to_json(),
            "details": plain(self.details),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Finding":
        """Build back from `to_json()`.

        Raises:
            RunError: a part is missing or of the wrong kind.
        """
        try:
            told: dict[str, Any] = {
                name: stored[name] and Sentence.from_json(stored[name])
                for name in ("says", "would_have_seen", "advice")
            }
            rest = ("name", "verdict", "figure", "low", "high", "p", "details")
            if stored["verdict"] not in VERDICTS:
                raise ValueError(f"verdict {stored['verdict']!r}")
            return cls(**{name: stored[name] for name in rest}, **told)
        except (KeyError, TypeError, ValueError) as error:
            raise RunError(
                f"The report's findings are damaged ({error}). Make it again: umbrella check RUN."
            ) from error


def plain(value: Any) -> Any:
    """The same value in JSON's own kinds: no numpy, no sentences, null where not finite."""
    if isinstance(value, Sentence):
        return value.to_json()
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return _finite(value) if isinstance(value, float) else value


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
