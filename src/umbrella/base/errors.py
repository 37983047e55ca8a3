"""Every error this toolkit raises on purpose, and the one way to word it.

UmbrellaError
├── ConfigError    a setting is wrong, or two do not fit together
├── DataError      the data is not what the task needs, or a file cannot be read
├── FitError       training went wrong: a loss that is not a number
├── RunError       a run folder is missing, damaged, locked, or belongs to another fit
├── BundleError    a shipped file is damaged, too new, or not ours
├── BudgetError    no model meets the size, latency and drop that were asked for
└── MissingExtraError  an optional part of the installation is absent

A message says what was wrong, what came, what is allowed and what to type next.
The command line prints these without a traceback and exits with 2; anything else is a bug.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType


class UmbrellaError(Exception):
    """Base of the family: `except UmbrellaError` catches all of it, and no bug of ours."""


class ConfigError(UmbrellaError):
    """A setting is wrong, or two settings do not fit together."""


class DataError(UmbrellaError):
    """The data is not what the task needs, or a file cannot be read."""


class FitError(UmbrellaError):
    """Training went wrong, e.g. a loss became NaN; other rungs are not touched by it."""


class RunError(UmbrellaError):
    """A run folder is missing, damaged, locked, or belongs to another fit."""


class BundleError(UmbrellaError):
    """A shipped file is damaged, made by a newer version, or not an Umbrella bundle."""


class BudgetError(UmbrellaError):
    """No candidate meets the budget, or the held-out rows cannot prove that it does."""


class MissingExtraError(UmbrellaError):
    """A library of an optional extra is not installed."""


def unknown(kind: str, name: str, known: Iterable[str], error: type = ConfigError) -> Exception:
    """Word a look-up that failed: what was asked, what is close, what there is.

    Args:
        kind: the noun for the thing, e.g. "column".
        name: what was asked for.
        known: every name that would have worked.
        error: class of the error to make.
    """
    known = sorted(known)
    near = get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return error(f"No {kind} named {name!r}.{hint} Choose one of: {listed(known)}.")


def listed(names: Sequence[str], most: int = 20) -> str:
    """Names with commas between them; one that holds a comma is quoted, as it must be in a flag."""
    shown = ", ".join(f'"{name}"' if "," in name else name for name in names[:most])
    return shown + (f", … ({len(names)} in all)" if len(names) > most else "")


def need(module: str, extra: str) -> ModuleType:
    """Import an optional library, or say which extra brings it.

    Args:
        module: dotted name to import, e.g. "sklearn.svm".
        extra: the extra of our package that installs it, e.g. "train".

    Raises:
        MissingExtraError: the library is not installed; the message holds the pip line.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise _missing(str(error.name), extra) from error


def need_installed(module: str, extra: str) -> None:
    """The same without importing it: what a step may not come to use costs it nothing.

    Args:
        module: its top-level name.
        extra: as for `need`.

    Raises:
        MissingExtraError: as for `need`.
    """
    if find_spec(module) is None:
        raise _missing(module, extra)


def _missing(module: str, extra: str) -> MissingExtraError:
    return MissingExtraError(
        f"This step needs {module!r}, which the base install leaves out. "
        f"Install it: pip install 'umbrella[{extra}]'."
    )
