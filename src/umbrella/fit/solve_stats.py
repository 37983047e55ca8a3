"""Weights of a linear network over statistics of sound: a table of numbers to its solver."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.fit.loop import Data
from umbrella.fit.solve import Solved
from umbrella.fit.solve_table import solve_linear
from umbrella.tasks.task import Task


class _AsTable(nn.Module):
    """The network under the input name that the solver of tables knows."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network, self.config = network, network.config

    def set_solution(self, coef_DF: NDArray, intercept_D: NDArray) -> None:
        self.network.set_solution(coef_DF, intercept_D)  # type: ignore[operator]

    def forward(self, numbers: Tensor) -> Tensor:
        scores: Tensor = self.network(stats=numbers)
        return scores


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
    return solve_linear(_AsTable(network), table, task, settings, seconds)
