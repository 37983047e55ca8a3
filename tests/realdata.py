"""Where real data lies, for tests on it: skipped aloud where it is absent."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("UMBRELLA_DATA", Path(__file__).parents[2] / "shared" / "data"))


def path(name: str) -> Path:
    """The folder of a data set, e.g. "sst2"; skips the test where it is absent."""
    folder = FOLDER / name
    if not folder.exists():
        pytest.skip(
            f"REAL DATA ABSENT: {folder} is not here, so this test on {name} did not run. "
            f"Name its folder in UMBRELLA_DATA."
        )
    return folder
