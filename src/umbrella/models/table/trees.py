"""Boosted trees as a network of look-ups: every tree of every row goes down one level at a time.

The trees come from a solver (fit/solve_table.py). All their nodes lie end to end in flat arrays;
a node's children are neighbours, so one array names both, and a leaf is its own left child, where
it stays. A row goes left where its number is up to the threshold, where it is missing (NaN) and the
node says so, or where the node's row of `lookup` says so for its category's code. A node that asks
one of these has the others say no: threshold −inf, row 0 of which place 0 is false.
Shapes: B rows, F numbers, G category columns, T trees, N nodes, D scores of a round, C outputs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from umbrella.base.errors import ConfigError
from umbrella.models.blocks import both_sides, check_size, directions
from umbrella.models.table.inputs import check_table

MOST_LEVELS = 255  # codes of one category that a tree tells apart
NODES = {  # array → type it is stored in; each has one place a node
    "feature": torch.int32,  # category columns first, then numbers
    "threshold": torch.float32,
    "left": torch.int32,  # the right child follows it
    "missing_left": torch.bool,
    "row": torch.int32,  # where the node's row of `lookup` begins; only where there are categories
}


@dataclass(frozen=True)
class TreesConfig:
    """Sizes of the network. The last four follow from the trees; 0 before there are any."""

    numbers: int  # F
    levels: tuple[int, ...]  # [G]
    outputs: int  # C
    rounds: int = 300  # of boosting at most; afterwards those that were kept
    leaves: int = 31  # of one tree at most
    trees: int = 0  # T
    nodes: int = 0  # N
    depth: int = 0  # levels below the root of the deepest tree
    lookups: int = 0  # entries of the rows for categories

    def __post_init__(self) -> None:
        check_table(self)
        if max(self.levels, default=0) > MOST_LEVELS:
            raise ConfigError(
                f"levels={max(self.levels)} of a category are more than the {MOST_LEVELS} that "
                f"trees tell apart. Give the codec levels={MOST_LEVELS}."
            )
        check_size("rounds", self.rounds, 2**14)
        check_size("leaves", self.leaves, 2**12)
        for name in ("trees", "nodes", "depth", "lookups"):
            check_size(name, getattr(self, name) + 1, 2**28)
        if self.trees % self.directions or self.nodes < self.trees:
            raise ConfigError(
                f"trees={self.trees} and nodes={self.nodes} do not belong together: "
                f"{self.directions} trees a round, one node or more each."
            )

    @property
    def directions(self) -> int:
        """D."""
        return directions(self.outputs)


class Trees(nn.Module):
    """Score rows of a table; see the module docstring for the design.

    Until trees are set, each is a single leaf.
    """

    Config = TreesConfig
    feature: Tensor
    threshold: Tensor
    left: Tensor
    missing_left: Tensor
    row: Tensor
    roots: Tensor
    lookup: Tensor

    def __init__(self, config: TreesConfig):
        super().__init__()
        self._allot(config)

    def _allot(self, config: TreesConfig) -> None:
        """Make room for the trees that the config tells of."""
        self.config = config
        trees = config.trees or config.rounds * config.directions
        nodes = config.nodes or trees
        for name, dtype in NODES.items():
            if name != "row" or config.lookups:
                self.register_buffer(name, torch.zeros(nodes, dtype=dtype))
        if config.lookups:
            self.register_buffer("lookup", torch.zeros(config.lookups, dtype=torch.bool))
        self.left.copy_(torch.arange(nodes))
        self.register_buffer("roots", torch.arange(trees))
        self.value = nn.Parameter(torch.zeros(nodes))
        self.bias = nn.Parameter(torch.zeros(config.directions))

    @torch.no_grad()
    def set_trees(self, arrays: Mapping[str, NDArray], depth: int) -> None:
        """Take over trees; the config then tells of them.

        Args:
            arrays: those of NODES and "value", [N]; "roots" int64 [T], round by round, D trees a
                round; "lookup" bool, empty without categories; "bias" [D], the score before any
                tree.
            depth: levels below the root of the deepest tree.
        """
        trees = len(arrays["roots"])
        self._allot(
            replace(
                self.config,
                rounds=trees // self.config.directions,
                trees=trees,
                nodes=len(arrays["value"]),
                depth=depth,
                lookups=len(arrays["lookup"]),
            )
        )
        state = {name: torch.from_numpy(array) for name, array in arrays.items()}
        for name, tensor in self.state_dict().items():
            tensor.copy_(state[name])

    def forward(self, numbers: Tensor | None = None, codes: Tensor | None = None) -> Tensor:
        """Score each output.

        Args:
            numbers: float32 [B, F], NaN where missing; None where F is 0.
            codes: int64 [B, G]; None where G is 0.

        Returns:
            float32 [B, C]. With two classes the log-odds z are given as (-z/2, z/2).
        """
        parts = [] if codes is None else [codes.float()]
        table = torch.cat(parts if numbers is None else [*parts, numbers], dim=1)
        at_BT = self.roots.expand(table.shape[0], -1)
        for _ in range(self.config.depth):
            at_BT = self._down(at_BT, table)
        rounds_BRD = self.value[at_BT].reshape(table.shape[0], -1, self.config.directions)
        scores_BD = rounds_BRD.sum(dim=1) + self.bias
        return both_sides(scores_BD, self.config.outputs)

    def _down(self, at_BT: Tensor, table: Tensor) -> Tensor:
        """From each node to its child."""
        feature_BT = self.feature[at_BT].long()
        x_BT = table.gather(1, feature_BT)
        below = x_BT <= self.threshold[at_BT]
        goes_left = below | (x_BT.isnan() & self.missing_left[at_BT])
        if self.config.lookups:
            is_category = feature_BT < len(self.config.levels)
            code_BT = torch.where(is_category, x_BT, 0.0).long()
            goes_left = goes_left | self.lookup[self.row[at_BT].long() + code_BT]
        return self.left[at_BT].long() + (~goes_left).long()
