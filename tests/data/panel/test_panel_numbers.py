"""Cells of value columns: finite numbers, or an error with the row."""

import numpy as np
import pytest

from umbrella.base.errors import DataError
from umbrella.data.panel import make_panel
from umbrella.data.read import read


def panel(cells):
    rows = [f"2024-01-{day:02}" for day in range(1, len(cells) + 1)]
    table = read({"d": rows, "y": [None if cell is None else str(cell) for cell in cells]})
    return make_panel(table, time="d", targets=["y"])


@pytest.mark.parametrize("cell", ["inf", "-inf", "Infinity", "∞", "1e999"])
def test_an_infinite_value_is_refused_with_its_row(cell):
    with pytest.raises(DataError, match=r"row 3 of column 'y' is infinite.*leave the cell empty"):
        panel(["1.5", "2.5", cell, "4.5"])


@pytest.mark.parametrize("cell", ["n.v.", "1.2M", "5%", "$3", "12,34", "1.234.567"])
def test_a_cell_that_is_no_number_is_refused_with_its_row(cell):
    with pytest.raises(DataError, match=r"row 2 of column 'y' is no number.*Write it in digits"):
        panel(["1.5", cell, "3.5", "4.5"])


@pytest.mark.parametrize("cell", [None, "NA", "", "-", "NaN"])
def test_a_missing_value_stays_missing(cell):
    assert np.isnan(panel(["1.5", cell, "3.5"]).values[1, 0])


def test_commas_between_thousands_are_left_out_and_said():
    made = panel(["1,234", " 999 ", "1,234,567.5", "-2,000"])
    assert made.values[:, 0].tolist() == [1234, 999, 1234567.5, -2000]
    said = [f.text.say("en") for f in made.findings if f.kind == "format"]
    assert said == ["column y: commas between thousands were left out in 3 cells"]


def test_infinity_in_a_frame_is_refused_too():
    table = read({"d": ["2024-01-01", "2024-01-02"], "y": [1.5, float("inf")]})
    with pytest.raises(DataError, match="row 2 of column 'y' is infinite"):
        make_panel(table, time="d", targets=["y"])
