"""Rungs for columns of pictures, lightest first."""

from typing import Any

from umbrella.models.rungs import Rung

_RATES = {"train.learning_rate": (1e-3, 1e-2), "network.dropout": (0.0, 0.1, 0.3)}
# A photograph shows the same when moved or mirrored. Letters do not: rungs without this stay below.
_VARIED = {"flip": 0.5, "crop": 0.125}


def _train(epochs: int, batch: int, rate: float) -> dict[str, Any]:
    """Pictures are learned slowly: a few epochs without a better score are no reason to stop."""
    return {
        "epochs": epochs,
        "batch": batch,
        "learning_rate": rate,
        "weight_decay": 0.05,
        "patience": 5,
    }


RUNGS = (
    Rung(
        name="linear",
        network="umbrella.models.image.linear:Linear",
        codec="image",
        train=_train(8, 64, 1e-3),
        dial="network.grid",
        sizes=(4, 8, 16, 32, 64),
        tune={"train.learning_rate": (1e-4, 1e-2), "train.weight_decay": (1e-3, 1.0)},
    ),
    Rung(
        name="mlp",
        network="umbrella.models.image.mlp:MLP",
        codec="image",
        train=_train(12, 64, 3e-3),
        sizes=(8, 16, 32, 64, 128, 256, 512),
        tune=_RATES,
    ),
    Rung(
        name="cnn",
        network="umbrella.models.image.conv:Conv",
        codec="image",
        train=_train(12, 64, 5e-3) | {"half": True},
        sizes=(2, 4, 8, 12, 16, 24, 32, 48, 64),
        tune=_RATES,
    ),
    Rung(
        name="resnet",
        network="umbrella.models.image.residual:Residual",
        codec="image",
        train=_train(24, 128, 5e-3) | {"half": True},
        sizes=(4, 8, 12, 16, 24, 32, 48, 64),
        tune=_RATES | {"network.width": (16, 24, 32)},
        augment=_VARIED,
    ),
    Rung(
        name="vit",
        network="umbrella.models.image.vit:Vit",
        codec="image",
        train=_train(24, 128, 1e-3),
        sizes=(32, 64, 96, 128, 192, 256),
        tune=_RATES | {"network.width": (64, 96, 128)},
        augment=_VARIED,
    ),
)
