"""Columns that only tell rows apart."""

import numpy as np
import pytest

from umbrella.data.numbering import numbers_rows
from umbrella.data.read import read

ROWS = np.arange(40)


def table(cells, kind="number"):
    return read({"a": cells, "b": ["x"] * len(cells)}, kinds={"a": kind})


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([str(n) for n in range(1, 41)], "number"),
        ([str(1000 - n) for n in range(40)], "number"),
        ([f"{n}.0" for n in range(40)], "number"),
        ([f"A{n * n}" for n in range(40)], "category"),
    ],
)
def test_counts_and_codes_that_never_come_twice_number_the_rows(cells, kind):
    assert numbers_rows(table(cells, kind), "a", ROWS)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([str(3 * n) for n in range(40)], "number"),  # a gap: measured
        ([str(n / 7) for n in range(40)], "number"),
        ([str(n // 2) for n in range(40)], "number"),
        (["", *(str(n) for n in range(1, 40))], "number"),  # a row has none
        ([f"A{n % 39}" for n in range(40)], "category"),
        ([f"word{n} and more" for n in range(40)], "text"),
        ([f"{n}.png" for n in range(40)], "text"),
    ],
)
def test_measured_repeated_and_missing_values_and_texts_do_not(cells, kind):
    assert not numbers_rows(table(cells, kind), "a", ROWS)


def test_only_the_rows_that_count_are_looked_at():
    cells = [str(n) for n in range(40)] + ["7"]
    assert numbers_rows(table(cells), "a", ROWS)
    assert not numbers_rows(table(cells), "a", np.arange(41))
