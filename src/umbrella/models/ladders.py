"""THE table of models: for each kind of column, its rungs from light to heavy.

A rung says how a column is seen (codec and its settings), which network reads it, what finds the
weights, and which settings are worth a search. Everything is plain data, and a network is named
as "module:Class", so listing rungs imports no model. To add a rung, add it here: the contract
test, `fit`, `shrink` and `ship` find it.

Settings are addressed by prefix, here and in `fit`: "view." for the codec, "network." for the
network's config, "train." for the loop, "solver." for the convex solver.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib import import_module
from typing import TYPE_CHECKING, Any

from umbrella.base.errors import ConfigError, RunError, unknown

if TYPE_CHECKING:
    from torch import nn

SOLVERS = ("mean", "svm", "gradient")


@dataclass(frozen=True)
class Rung:
    """One candidate model.

    Args:
        name: what the user sees; unique in its ladder.
        network: "module:Class" below umbrella.models; the class has a `Config`.
        codec: name of the codec that encodes the column.
        view: settings of the codec.
        config: values of the network's config that differ from its own defaults.
        solver: what finds the weights: "mean" (the simple rule), "svm" (a convex solver) or
            "gradient" (the training loop).
        train: settings of that solver, under the names of its own config.
        dial: the one setting that makes the rung lighter or heavier, with its prefix.
        sizes: settings of the dial from light to heavy, the rung's own among them.
        tune: setting with its prefix → what a search may try: two floats are a range on a log
            scale, anything else a tuple of choices.
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


_TOKENS = {"vocab": 20_000, "length": 256}
_RATES = {"train.learning_rate": (5e-4, 1e-2), "network.dropout": (0.1, 0.3, 0.5)}


def _recurrent(cell: str, width: int) -> Rung:
    return Rung(
        name=cell,
        network="umbrella.models.text.recurrent:Recurrent",
        codec="text-tokens",
        view=_TOKENS,
        config={"cell": cell, "width": width},
        train={"epochs": 4, "batch": 64, "learning_rate": 3e-3, "weight_decay": 0.01},
        sizes=(8, 16, 32, 48, 64, 96, 128, 192, 256),
        tune=_RATES | {"network.width": (32, 64, 96)},
    )


LADDERS: dict[str, tuple[Rung, ...]] = {
    "text": (
        Rung(
            name="most-common",
            network="umbrella.models.constant:Constant",
            codec="text-bag",
            # The network ignores the text, so the codec learns nothing and looks at one character.
            view={
                "unit": "char",
                "ngrams": (1, 1),
                "features": 2,
                "hashed": True,
                "weights": "count",
                "longest": 1,
            },
            solver="mean",
            dial="view.features",
            sizes=(2,),
        ),
        Rung(
            name="bow-svm",
            network="umbrella.models.text.linear:LinearBag",
            codec="text-bag",
            view={"ngrams": (1, 2), "features": 2**17},
            solver="svm",
            train={"C": 1.0, "tolerance": 0.03},
            dial="view.features",
            sizes=tuple(2**n for n in range(9, 20)),
            tune={"solver.C": (0.03, 10.0), "view.ngrams": ((1, 1), (1, 2), (1, 3))},
        ),
        Rung(
            name="bag",
            network="umbrella.models.text.bag:Bag",
            codec="text-bag",
            view={"ngrams": (1, 2), "features": 2**15},
            train={"epochs": 6, "batch": 128, "learning_rate": 5e-3, "weight_decay": 0.01},
            sizes=(2, 4, 8, 16, 32, 64, 128),
            tune=_RATES | {"view.ngrams": ((1, 1), (1, 2), (1, 3))},
        ),
        Rung(
            name="cnn",
            network="umbrella.models.text.conv:Conv",
            codec="text-tokens",
            view=_TOKENS,
            train={"epochs": 4, "batch": 64, "learning_rate": 2e-3, "weight_decay": 0.01},
            sizes=(8, 16, 32, 64, 96, 128, 192, 256),
            tune=_RATES | {"network.spans": ((2, 3), (2, 3, 4), (3, 4, 5))},
        ),
        _recurrent("rnn", 64),
        _recurrent("gru", 48),  # torch runs a GRU on a CPU at half the speed of an LSTM
        _recurrent("lstm", 64),
        Rung(
            name="transformer",
            network="umbrella.models.text.encoder:Encoder",
            codec="text-tokens",
            view=_TOKENS,
            train={"epochs": 4, "batch": 64, "learning_rate": 2e-3, "weight_decay": 0.01},
            sizes=(32, 64, 96, 128, 192, 256, 320, 384),
            tune=_RATES | {"network.width": (64, 96, 128)},
        ),
    ),
}


def rungs(kind: str) -> tuple[Rung, ...]:
    """The ladder of a kind of column, lightest rung first.

    Raises:
        ConfigError: no model reads this kind.
    """
    if kind not in LADDERS:
        raise unknown("ladder", kind, LADDERS)
    return LADDERS[kind]


def rung(kind: str, name: str) -> Rung:
    """One rung by name.

    Raises:
        ConfigError: no such ladder or rung; the message lists those there are.
    """
    by_name = {step.name: step for step in rungs(kind)}
    if name not in by_name:
        raise unknown(f"{kind} rung", name, by_name)
    return by_name[name]


def build(step: Rung, *, vocab: int, outputs: int, **sizes: Any) -> "nn.Module":
    """Make one untrained network, e.g. `build(rung("text", "cnn"), vocab=5000, outputs=2)`.

    Args:
        step: from the table.
        vocab: size of the codec's id space.
        outputs: numbers per row that the task asks for.
        sizes: other fields of the network's config, `width` above all.

    Raises:
        ConfigError: a field that the config lacks, or a value out of range.
    """
    network = _network_class(step)
    known = [f.name for f in fields(network.Config)]
    for name in sizes:
        if name not in known:
            raise unknown(f"setting of {step.name}", name, known)
    values = {**step.config, **sizes}
    return network(network.Config(vocab=vocab, outputs=outputs, **values))


def network_of(description: Any) -> "nn.Module":
    """Make the untrained network that a stored description names.

    Args:
        description: {"kind": …, "rung": …, "config": {…}} as read from JSON; the config holds
            every field of the network's Config and nothing else.

    Raises:
        RunError: anything else; only classes in the table are ever imported.
    """
    try:
        kind, name, config = (description[key] for key in ("kind", "rung", "config"))
        step = rung(str(kind), str(name))
        network = _network_class(step)
        expected = {f.name for f in fields(network.Config)}
        if set(config) != expected:
            raise ConfigError(f"Settings {sorted(config)} are stored where {sorted(expected)} go.")
        values = {k: tuple(v) if isinstance(v, list) else v for k, v in config.items()}
        return network(network.Config(**values))
    except (ConfigError, KeyError, TypeError, ValueError) as error:
        raise RunError(
            f"The stored network cannot be rebuilt: {error} Restore the run from a copy, open it "
            f"with the version that made it, or fit again with --fresh."
        ) from error


def own_size(step: Rung) -> int:
    """What a rung's dial stands at unless it is turned."""
    place, name = step.dial.split(".")
    if place == "view":
        return int(step.view[name])
    return int(
        step.config[name] if name in step.config else getattr(_network_class(step).Config, name)
    )


def _network_class(step: Rung) -> Any:
    module, name = step.network.split(":")
    return getattr(import_module(module), name)
