"""Rungs for columns of text, lightest first."""

from typing import Any

from umbrella.models.rungs import Rung

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


def _pretrained(name: str, solver: str, train: dict[str, Any], **more: Any) -> Rung:
    """A rung that starts from a published encoder, whose sizes it takes over."""
    return Rung(
        name=name,
        network="umbrella.models.text.bert:Bert",
        codec="text-subwords",
        view={"length": 256},
        solver=solver,
        train=train,
        dial="network.layers",
        sizes=(1, 2, 3, 4, 6, 8, 12, 24),
        pretrained=True,
        **more,
    )


_TUNED = {"epochs": 3, "batch": 32, "weight_decay": 0.01, "warmup": 0.1, "schedule": "linear"}
_TUNED |= {"least_steps": 150, "seeds": 3}  # seeds: where rows are few, see fit

RUNGS = (
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
    _pretrained("bert-frozen", "vectors", {}),
    _pretrained(
        "bert-lora",
        "gradient",
        _TUNED | {"learning_rate": 1e-3, "rank": 8},
        tune={"train.learning_rate": (3e-4, 3e-3)},
    ),
    _pretrained(
        "bert",
        "gradient",
        _TUNED | {"learning_rate": 1e-4, "layer_decay": 0.85},
        tune={"train.learning_rate": (3e-5, 3e-4)},
    ),
)
