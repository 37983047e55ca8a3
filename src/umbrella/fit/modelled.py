"""What of a series is modelled, its returns or its level, and why; said before anything is fitted.

A level follows the one before it so closely that any model seems good; of prices the returns are
modelled, changes of the logarithm, and the level is rebuilt from the last price. Values of zero or
below have no logarithm.
"""

from typing import Any

import numpy as np

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError
from umbrella.data.panel import Panel, Roles
from umbrella.fit.prepare import Prepared
from umbrella.fit.settings import FitSettings

SHOWN = 4  # targets that are named
SAID = "forecast_fit.as."  # what the keys of these sentences begin with


def modelled(panel: Panel, settings: FitSettings, found: Roles) -> tuple[bool, Sentence]:
    """Whether the logarithm is modelled, and what is said of it.

    Args:
        panel: the series.
        settings: `target_as` decides; else returns are for prices.
        found: which columns seem to be prices.

    Raises:
        DataError: returns are asked for of values that have none.
    """
    positive, price = panel.positive[0], settings.target in found.prices
    name = _named(panel, settings)
    if settings.target_as == "return" and not positive:
        raise DataError(
            f"{panel.name}: column {settings.target or panel.columns[0]} holds values of zero or "
            f"below ({_where(panel)}): returns of them cannot be taken. Leave these cells empty if "
            f"they mean that there was no price, or add --as level."
        )
    if settings.target_as is not None:
        return settings.target_as == "return", sentence(f"{SAID}{settings.target_as}", name=name)
    if price:
        return positive, sentence(f"{SAID}price" if positive else f"{SAID}unpriced", name=name)
    return False, sentence(f"{SAID}plain" if positive else f"{SAID}signed", name=name)


def modelled_facts(prepared: Prepared) -> dict[str, Any] | None:
    """For run.json: whether returns or levels are modelled, and what says so; None of no series."""
    says = next((note for note in prepared.notes if note.key.startswith(SAID)), None)
    if says is None:
        return None
    return {"as": "return" if prepared.task.spec()["log"] else "level", "says": says.to_json()}


def _named(panel: Panel, settings: FitSettings) -> str | Sentence:
    """The targets as a sentence calls them."""
    if panel.layout == "long":
        return settings.target
    few = panel.layout == "wide" and len(panel.ids) <= SHOWN
    return ", ".join(panel.ids) if few else sentence(f"{SAID}every")


def _where(panel: Panel) -> str:
    at = np.flatnonzero(panel.values[:, 0] <= 0)
    first, row = panel.written(int(panel.stamps[at[0]])), int(panel.rows[at[0]]) + 1
    return f"{len(at):,} of them, the first on {first}, row {row:,}"
