"""Weights of a linear network over statistics of sound: a table of numbers to its solver."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from torch import nn

from umbrella.fit.loop import Data
from umbrella.fit.solve import Solved
from umbrella.fit.solve_table import AsTable, solve_linear
from umbrella.tasks.task import Task


def solve_stats(
    network: nn.Module,
    data: Data,
    task: Task,
    settings: Mapping[str, Any],
    seconds: float | None = None,
) -> Solved:
    """Find a linear network's weights: logistic regression, or ridge for a quantity.

    Args:
        network: takes "stats", and has `set_solution(coef, intercept)`.
        data: encoded as "stats".
        task: more than one output means classes.
        settings: as in `solve_linear`.
        seconds: time budget.
    """
    table = replace(data, encoded={"numbers": data.encoded["stats"]})
    seen = AsTable(network, lambda numbers: network(stats=numbers))
    return solve_linear(seen, table, task, settings, seconds)
