"""The trees inside a fitted histogram gradient boosting, as the flat arrays of a network of trees.

scikit-learn keeps a tree as records of nodes, and a split by category as a set of bits over the
categories in the order of their codes; models/table/trees.py says what the arrays mean.
Shapes: N nodes of all trees, T trees, D trees a round, G category columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray]


@dataclass
class _Forest:
    """Arrays under construction."""

    parts: list[Arrays] = field(default_factory=list)
    roots: list[int] = field(default_factory=list)
    rows: list[NDArray[np.bool_]] = field(default_factory=list)
    nodes: int = 0
    lookups: int = 0
    depth: int = 0

    def add_row(self, row: NDArray[np.bool_]) -> int:
        """Put a row at the end of the look-up; returns where it begins."""
        begins = self.lookups
        self.rows.append(row)
        self.lookups += len(row)
        return begins

    def add_tree(self, tree: Arrays) -> None:
        """Put a tree at the end; its children are numbered from its own root."""
        tree["left"] = tree["left"] + self.nodes
        self.roots.append(self.nodes)
        self.nodes += len(tree["left"])
        self.parts.append(tree)


def harvest(
    model: Any,
    rounds: int,
    known: Sequence[NDArray[np.int64]],
    config: Any,
    classes: NDArray | None,
) -> tuple[Arrays, int]:
    """Read the trees of the first rounds.

    Args:
        model: a fitted HistGradientBoosting* whose first G columns are categories.
        rounds: to keep, ≥ 1.
        known: for each category column, the codes that training rows have, rising.
        config: of the network: levels, outputs, directions.
        classes: the outputs that the solver's classes stand for; None for a quantity.

    Returns:
        The arrays that `Trees.set_trees` takes, and the depth.
    """
    forest = _Forest()
    if config.levels:
        forest.add_row(np.zeros(max(config.levels), np.bool_))  # numbers look here, and see "no"
    places = _places(config, classes)
    for trees in model._predictors[:rounds]:
        at = dict(zip(places, trees, strict=True))
        for direction in range(config.directions):
            if direction in at:
                _add(forest, at[direction], known, config.levels)
            else:
                forest.add_tree(_leaves(1))
    names = forest.parts[0]
    arrays = {name: np.concatenate([part[name] for part in forest.parts]) for name in names}
    arrays["roots"] = np.array(forest.roots, np.int64)
    arrays["lookup"] = np.concatenate(forest.rows or [np.zeros(0, np.bool_)])
    arrays["bias"] = _bias(model, places, config, classes)
    return arrays, forest.depth


def _places(config: Any, classes: NDArray | None) -> list[int]:
    """Which direction each tree of a round belongs to."""
    if classes is None or config.directions == 1:
        return [0]
    return [int(classes[1])] if len(classes) == 2 else [int(c) for c in classes]


def _bias(model: Any, places: list[int], config: Any, classes: NDArray | None) -> NDArray:
    never = -30.0 if classes is not None and config.directions > 1 else 0.0
    bias = np.full(config.directions, never, np.float32)
    if classes is not None and config.directions > 1:
        bias[classes] = 0.0
    bias[places] = np.ravel(model._baseline_prediction)
    return bias


def _leaves(nodes: int) -> Arrays:
    """Nodes at which a row stays, whatever it holds."""
    return {
        "feature": np.zeros(nodes, np.int32),
        "threshold": np.full(nodes, np.inf, np.float32),
        "left": np.arange(nodes, dtype=np.int32),
        "missing_left": np.ones(nodes, np.bool_),
        "row": np.zeros(nodes, np.int32),
        "value": np.zeros(nodes, np.float32),
    }


def _add(
    forest: _Forest, predictor: Any, known: Sequence[NDArray[np.int64]], levels: tuple[int, ...]
) -> None:
    """One tree, its nodes put so that the two children of each are neighbours."""
    nodes = predictor.nodes
    order = [0]
    for at in order:  # grows while it is read: level by level
        if not nodes["is_leaf"][at]:
            order += [int(nodes["left"][at]), int(nodes["right"][at])]
    place = np.empty(len(nodes), np.int64)
    place[order] = np.arange(len(order))
    ours = nodes[order]
    tree, splits = _leaves(len(ours)), ours["is_leaf"] == 0
    tree["value"] = np.where(splits, 0.0, ours["value"]).astype(np.float32)
    tree["feature"][splits] = ours["feature_idx"][splits]
    tree["left"][splits] = place[ours["left"][splits]]
    by_number = splits & (ours["is_categorical"] == 0)
    tree["threshold"][by_number] = _down(ours["num_threshold"][by_number])
    tree["missing_left"][by_number] = ours["missing_go_to_left"][by_number] != 0
    for split in np.flatnonzero(splits & (ours["is_categorical"] != 0)):
        node = ours[split]
        column = int(node["feature_idx"])
        bits = predictor.raw_left_cat_bitsets[int(node["bitset_idx"])]
        row = np.full(levels[column], bool(node["missing_go_to_left"]))  # for codes never seen
        seen = np.arange(len(known[column]))
        row[known[column]] = (bits[seen // 32] >> (seen % 32).astype(np.uint32)) & 1
        tree["threshold"][split], tree["missing_left"][split] = -np.inf, False
        tree["row"][split] = forest.add_row(row)
    forest.depth = max(forest.depth, int(nodes["depth"].max()))
    forest.add_tree(tree)


def _down(thresholds: NDArray[np.float64]) -> NDArray[np.float32]:
    """The largest float32 up to each threshold: float32 numbers then split exactly alike."""
    with np.errstate(over="ignore"):
        near = thresholds.astype(np.float32)
    return np.where(near > thresholds, np.nextafter(near, np.float32(-np.inf)), near)
