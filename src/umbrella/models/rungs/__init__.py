"""What a rung is: a candidate model as plain data. Each file beside this one lists a kind's rungs.

A rung says how columns are seen (codec and its settings), which network reads them, what finds the
weights, and which settings are worth a search. A network is named as "module:Class", so listing
rungs imports no model.

Settings are addressed by prefix, here and in `fit`: "view." for the codec, "network." for the
network's config, "train." for the loop, "solver." for a solver.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Rung:
    """One candidate model.

    Args:
        name: what the user sees; unique in its ladder.
        network: "module:Class" below umbrella.models; the class has a `Config`.
        codec: name of the codec that encodes the column.
        view: settings of the codec.
        config: values of the network's config that differ from its own defaults.
        solver: what finds the weights: "gradient" (the training loop), or a name of the table in
            umbrella.fit.solve: "mean" (the simple rule), "svm" (a convex solver), …
        train: settings of that solver, under the names of its own config.
        dial: the one setting that makes the rung lighter or heavier, with its prefix.
        sizes: settings of the dial from light to heavy, the rung's own among them.
        tune: setting with its prefix → what a search may try: two floats are a range on a log
            scale, anything else a tuple of choices.
        augment: how training rows are varied, see fit/augment.py; nothing by default.
        pretrained: whether it starts from a published encoder; it is climbed only where one is
            named.
    """

    name: str
    network: str
    codec: str
    view: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    solver: str = "gradient"
    train: Mapping[str, Any] = field(default_factory=dict)
    dial: str = "network.width"
    sizes: tuple[int, ...] = ()
    tune: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    augment: Mapping[str, Any] = field(default_factory=dict)
    pretrained: bool = False


# Below every ladder: one answer for all rows. Its codec looks at nothing.
MOST_COMMON = Rung(
    name="most-common",
    network="umbrella.models.constant:Constant",
    codec="blank",
    solver="mean",
    dial="network.outputs",
)
