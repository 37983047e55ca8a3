"""The command line: the verbs, and what their ends mean.

A verb is a function in `umbrella.commands`. Exit status: 0 done; 2 the user can fix it, said in
one message; 1 a bug, with its traceback; 130 stopped by Ctrl-C, with the best so far kept.
"""

import contextlib
import errno
import functools
import os
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from umbrella.base.errors import UmbrellaError
from umbrella.base.plain import plain
from umbrella.commands import answer, finished, learn, look, trade, unlabelled

FIXABLE = (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EPERM, errno.EDQUOT, errno.EMFILE)
VERBS: dict[Callable[..., None], str] = {
    unlabelled.label: 'Example:  umbrella label texts.csv --labels "good: a happy review; '
    'bad: an angry review" -o labelled.csv',
    learn.fit: "Examples:  umbrella fit reviews.csv --target label   ·   "
    "umbrella fit news.tsv --target column_2 --minutes 5   ·   "
    "cat log.jsonl | umbrella fit - --format jsonl --target level --out runs/log",
    learn.compare: "Example:  umbrella compare photos/ --rungs mlp,cnn --why",
    finished.check: "Example:  umbrella check runs/reviews --lang zh",
    look.explain: "Examples:  umbrella explain runs/reviews -o why.html   ·   "
    'umbrella explain runs/reviews --text "the soup was cold"',
    finished.shrink: "Example:  umbrella shrink runs/reviews --size 300KB --drop 1%",
    finished.ship: "Example:  umbrella ship runs/reviews-small -o reviews.onnx",
    answer.predict: "Example:  umbrella predict reviews.onnx new.csv -o answers.csv",
    trade.backtest: "Example:  umbrella backtest runs/prices --cost 10 --no-short",
}  # each with its example, in the order of a journey

app = typer.Typer(
    name="umbrella",
    help="Turn your data into a small model you can trust: fit, check, shrink, ship, predict.",
    epilog="Start with:  umbrella fit reviews-zh --target label",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Stopped(Exception):  # noqa: N818
    """Ctrl-C in a verb, with what was kept. Typer would swallow a KeyboardInterrupt."""


class ReaderGoneError(Exception):
    """The reader of our output has gone; typer would call a broken pipe a failure."""


def _watched(function: Callable[..., None]) -> Callable[..., None]:
    """A verb whose stops reach `main` with their message."""

    @functools.wraps(function)
    def run(*args: Any, **options: Any) -> None:
        try:
            function(*args, **options)
            sys.stdout.flush()
        except KeyboardInterrupt as stop:
            raise Stopped(str(stop)) from None
        except BrokenPipeError:
            raise ReaderGoneError from None

    return run


for _verb, _example in VERBS.items():
    app.command(epilog=_example)(_watched(_verb))


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        from umbrella import __version__

        print(f"umbrella {__version__}")
        raise typer.Exit


def main(argv: list[str] | None = None) -> int:
    """Run one verb; returns the exit status."""
    try:
        status = int(app(args=argv, standalone_mode=False) or 0)
    except UmbrellaError as error:
        return _say(str(error), 2)
    except Stopped as stop:
        return _say(str(stop) or "Stopped. Run the same command again to go on.", 130)
    except ReaderGoneError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left to flush goes nowhere
        return 0
    except OSError as error:
        if error.errno not in FIXABLE:
            raise
        return _say(
            f"{error.strerror}: {error.filename or 'no place to write'}. Make room or "
            f"choose another folder, and run the same command again.",
            2,
        )
    except MemoryError:
        return _say("Out of memory. Use a machine with more, or a smaller sample of the data.", 2)
    except Exception as error:
        usage = getattr(error, "show", None)  # a wrong flag: typer words it
        if usage is None:
            raise
        usage()
        return 2
    if status == 130:  # stopped before any verb was under way
        return _say("Stopped. Run the same command again to go on.", 130)
    return status


def _say(text: str, status: int) -> int:
    print(f"umbrella: {plain(text)}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
