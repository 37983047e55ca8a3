"""A plain text file as its lines."""

from pathlib import Path

from umbrella.base.errors import DataError

MOST_BYTES = 64 * 2**20  # of such a file


def read_lines(path: str | Path) -> list[str]:
    """The lines of a UTF-8 file that hold anything, without the white space around them.

    Raises:
        DataError: no such file, too large, or not UTF-8.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(
                f"{path} has {path.stat().st_size:,} bytes; {MOST_BYTES:,} are allowed. Keep some "
                f"of its lines."
            )
        text = path.read_text("utf-8-sig")
    except OSError as error:
        why = error.strerror or error
        raise DataError(f"Cannot read {path}: {why}. Check --sentences.") from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} is not UTF-8 (byte {error.start + 1:,}). Save it as UTF-8 and try again."
        ) from error
    return [line.strip() for line in text.splitlines() if line.strip()]
