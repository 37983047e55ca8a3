"""What long work says while it runs: live bars in a terminal, lines in a log, or nothing.

Library code asks for a `Progress` and never prints. Bars and lines go to standard error, so
that standard output stays clean for results.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from umbrella.base.catalogue import Sentence
from umbrella.base.plain import plain


class Stage(Protocol):
    """One piece of work that is under way."""

    def advance(self, n: float = 1, **facts: Any) -> None:
        """Say that n more units are done; facts (loss=…, score=…) are shown beside the bar."""

    def resize(self, total: float) -> None:
        """Change how many units there are in all."""


class Progress(Protocol):
    """Where stages are shown."""

    def stage(self, title: Sentence, total: float | None = None) -> Any:
        """Open a stage, to be used as a context manager that gives a `Stage`."""

    def say(self, text: str) -> None:
        """Print one line above the bars."""


class _Quiet:
    def advance(self, n: float = 1, **facts: Any) -> None:
        """Show nothing."""

    def resize(self, total: float) -> None:
        """Show nothing."""


class Silent:
    """Shows nothing: the default of the Python API."""

    @contextmanager
    def stage(self, title: Sentence, total: float | None = None) -> Iterator[Stage]:  # noqa: ARG002
        """Run the work without a word."""
        yield _Quiet()

    def say(self, text: str) -> None:
        """Swallow the line."""


class Lines:
    """One line when a stage ends and every few seconds between: for logs and pipes."""

    def __init__(self, every_seconds: float = 10.0, lang: str = "en") -> None:
        self.every_seconds, self.lang = every_seconds, lang

    @contextmanager
    def stage(self, title: Sentence, total: float | None = None) -> Iterator[Stage]:
        """Print the stage's end, and how far it is from time to time."""
        yield _Line(title.say(self.lang), total, self)

    def say(self, text: str) -> None:
        """Print one line on standard error."""
        print(plain(text), file=sys.stderr, flush=True)


class _Line:
    def __init__(self, title: str, total: float | None, out: Lines) -> None:
        self.title, self.total, self.out = title, total, out
        self.done, self.last = 0.0, time.monotonic()

    def advance(self, n: float = 1, **facts: Any) -> None:
        self.done += n
        if time.monotonic() - self.last >= self.out.every_seconds:
            self.last = time.monotonic()
            share = f" {100 * self.done / self.total:.0f} %" if self.total else ""
            self.out.say(f"{self.title}{share}  {show_facts(facts)}".rstrip())

    def resize(self, total: float) -> None:
        self.total = total


class Live:
    """Rich progress bars on a terminal: title, bar, share, facts, time left."""

    def __init__(self, lang: str = "en") -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self.bars = Progress(
            TextColumn("{task.description:<14}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[facts]}", markup=False),
            TimeRemainingColumn(compact=True, elapsed_when_finished=True),
            console=Console(stderr=True),
            transient=True,
            refresh_per_second=5,
        )
        self.depth, self.lang = 0, lang

    @contextmanager
    def stage(self, title: Sentence, total: float | None = None) -> Iterator[Stage]:
        """Show a bar while the work runs, and take it away after."""
        if self.depth == 0:
            self.bars.start()
        self.depth += 1
        task = self.bars.add_task(title.say(self.lang), total=total, facts="")
        try:
            yield _Bar(self.bars, task)
        finally:
            self.depth -= 1
            self.bars.remove_task(task)
            if self.depth == 0:
                self.bars.stop()

    def say(self, text: str) -> None:
        """Print one line above the bars."""
        self.bars.console.print(plain(text), markup=False, emoji=False, highlight=False)


class _Bar:
    def __init__(self, bars: Any, task: Any) -> None:
        self.bars, self.task = bars, task

    def advance(self, n: float = 1, **facts: Any) -> None:
        fields = {"facts": show_facts(facts)} if facts else {}
        self.bars.update(self.task, advance=n, **fields)

    def resize(self, total: float) -> None:
        self.bars.update(self.task, total=total)


def show_facts(facts: dict[str, Any]) -> str:
    """`loss 0.312 · score 0.884 · 120 rows/s`, in the order given."""
    return " · ".join(
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in facts.items()
    )


def pick_progress(shown: bool = True, lang: str = "en") -> Progress:
    """Bars where a person watches, lines where a file does, nothing when not asked."""
    if not shown:
        return Silent()
    return Live(lang) if sys.stderr.isatty() else Lines(lang=lang)
