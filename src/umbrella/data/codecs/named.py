"""What is wrong with one file, worded to follow its name, and the name put before it once."""

from collections.abc import Iterator
from contextlib import contextmanager

from umbrella.base.errors import DataError


@contextmanager
def named(cell: str | bytes, noun: str) -> Iterator[None]:
    """Put a file's name before the errors raised inside.

    Args:
        cell: its path, or its bytes.
        noun: what to call it when it has no path, e.g. "picture".

    Raises:
        DataError: the one raised inside, with the name before it.
    """
    try:
        yield
    except DataError as error:
        name = f"The {noun} in memory" if isinstance(cell, bytes) else cell
        raise DataError(f"{name} {error}") from error
