"""What only some rungs heed is said once: quantiles, features, and empty cells."""

import numpy as np
import pytest

from umbrella.base.progress import Silent
from umbrella.data.read import read
from umbrella.fit.origins import prepare_series
from umbrella.fit.settings import FitSettings


def notes(lang="en", **settings):
    days = [str(np.datetime64("2023-01-01") + day) for day in range(120)]
    promo = [str(at % 2) if at not in (50, 51) else "" for at in range(120)]
    values = np.random.default_rng(0).normal(9, 1, 120)
    table = read({"date": days, "y": values, "promo": promo, "more": promo})
    made = prepare_series(table, FitSettings("y", horizon=3, **settings), Silent())
    return {note.key: note.say(lang) for note in made.notes}


def test_rungs_without_a_head_of_quantiles_are_named():
    said = notes(quantiles=True, rungs=("ridge", "mlp"))["forecast_fit.quantiles"]
    assert "networks alone" in said
    assert "intervals of ridge are" in said
    assert "forecast_fit.quantiles" not in notes(quantiles=True, rungs=("mlp",))
    assert "forecast_fit.quantiles" not in notes(rungs=("ridge",))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_features_that_are_named_are_said_to_be_read_or_not(lang):
    named = {"features": ("rsi_14", "macd"), "lang": lang}
    assert "rsi_14, macd" in notes(rungs=("ridge",), **named)["features.named"]
    said = notes(rungs=("last-value", "drift"), **named)
    assert "last-value, drift" in said["features.unread"]
    assert "features.named" not in said


def test_empty_cells_of_columns_beside_the_target_are_counted():
    told = {"rungs": ("ridge",), "features": ("none",)}
    said = notes(known=("promo",), use=("more",), **told)
    assert "empty in 2 rows, the first on 2023-02-20 (row 51)" in said["forecast_fit.blank.known"]
    assert said["forecast_fit.blank.column"].startswith("more is empty in 2 rows")
    assert not [key for key in notes(**told) if key.startswith("forecast_fit.blank")]
