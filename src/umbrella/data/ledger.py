"""Bad rows: listed with file and line, skipped up to a share, then the reading stops."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from umbrella.base.errors import DataError
from umbrella.base.limits import Limits

EARLY = 1000  # rows that must have been read before a high share of bad ones stops the reading
NAMED = 5  # bad rows that the error lists


@dataclass(frozen=True)
class BadRow:
    """One row that was skipped.

    Args:
        file: the source, as the user named it.
        line: physical line it begins on, from 1; the row number where a source has no lines; 0
            where the reason names the file that is meant.
        reason: why it is unusable.
    """

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"

    @property
    def place(self) -> str:
        """File and line, as editors take them."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass
class Ledger:
    """Counts good and bad rows of one source while it is read.

    Args:
        file: the source, as the user named it.
        limits: bad_share, bad_shown and rows are used.
        share: share of rows that may be bad, in [0, 1].
    """

    file: str
    limits: Limits
    share: float
    good: int = 0
    bad: int = 0
    shown: list[BadRow] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether further reasons are counted only; then wording them is a waste."""
        return len(self.shown) >= self.limits.bad_shown

    def add_bad(self, line: int, reason: str) -> None:
        """Note one bad row; stop when a long file has too many."""
        self.bad += 1
        if not self.full:
            self.shown.append(BadRow(self.file, line, reason))
        self._judge_early()

    def turn_bad(self, reasons: Iterable[str]) -> None:
        """Note rows that were counted as good until their files were looked at."""
        for reason in reasons:
            self.good -= 1
            self.bad += 1
            if not self.full:
                self.shown.append(BadRow(self.file, 0, reason))

    def add_good(self, count: int) -> None:
        """Count good rows; stop when there are more than the limit."""
        self.good += count
        if self.good > self.limits.rows:
            raise DataError(
                f"{self.file} has more than {self.limits.rows:,} rows, the limit of a table. "
                f"Read a part of it."
            )

    def take(self, other: "Ledger") -> None:
        """Count what another ledger counted, of a part of the same source."""
        self.bad += other.bad
        self.shown += other.shown[: self.limits.bad_shown - len(self.shown)]
        self.add_good(other.good)

    def close(self) -> None:
        """Judge at the end, when the share of a short file can be told too.

        Raises:
            DataError: more than the allowed share of rows is bad.
        """
        if self.bad > self.share * (self.good + self.bad):
            self._stop()

    def _judge_early(self) -> None:
        seen = self.good + self.bad
        if seen >= EARLY and self.bad > self.share * seen:
            self._stop()

    def _stop(self) -> None:
        seen = self.good + self.bad
        lines = "".join(
            f"\n  line {row.line}: {row.reason}" if row.line else f"\n  {row.reason}"
            for row in self.shown[:NAMED]
        )
        more = "\n  …" if self.bad > NAMED else ""
        share = max(0.01, round(min(1.0, 1.05 * self.bad / seen + 0.005), 2))
        remedy = "If most rows look wrong, name the format or the encoding: --format, --encoding."
        if self.shown and not self.shown[0].line:
            remedy = "If most files look wrong, fetch them again."
        raise DataError(
            f"{self.bad:,} of {seen:,} rows of {self.file} are bad ({self.bad / seen:.1%}; at most "
            f"{self.share:.1%} may be):{lines}{more}\n"
            f"Mend these rows, or skip them with --bad-share {share:g}. {remedy}"
        )
