"""The file where intervals stand between calls: read where there is one, refused where odd."""

import json
from pathlib import Path

from umbrella.base.errors import ConfigError, RunError
from umbrella.base.limits import LIMITS
from umbrella.lite.adapting import State
from umbrella.lite.bundle import Bundle


def require_place(path: Path | None, *others: Path | None) -> None:
    """Make sure that what is learned can be kept there, before anything is forecast.

    Args:
        path: the file of the state, or None.
        others: files of the same call that it must not replace: the history, the output, the model.

    Raises:
        ConfigError: it is a folder, or one of the others.
    """
    if path is None:
        return
    if path.is_dir():
        raise ConfigError(f"--state {path} is a folder. Name a file in it: {path / 'state.json'}.")
    for other in others:
        if other is not None and path.resolve() == other.resolve():
            raise ConfigError(
                f"--state {path} is another file of this command. Name one of its own, which is "
                f"read and written: --state state.json."
            )


def read_state(path: Path | None, bundle: Bundle) -> State | None:
    """What intervals learned in earlier calls; None where nothing is kept yet.

    Args:
        path: of the file, or None.
        bundle: the model that it should belong to.

    Raises:
        BundleError: it holds something else, or belongs to another model; it stays as it is.
        RunError: it cannot be read.
    """
    if path is None or not path.exists():
        return None
    try:
        large = path.stat().st_size > LIMITS.json_bytes
        spec = None if large else json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        spec = None  # no JSON, so no state: `from_spec` says it
    except OSError as error:
        raise RunError(
            f"Cannot read {path}: {error.strerror or error}. Name another file with --state."
        ) from error
    return State.from_spec(spec, bundle, str(path))
