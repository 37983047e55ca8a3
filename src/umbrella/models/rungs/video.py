"""Rungs for columns of videos, lightest first.

None mirrors its training rows: where the answer is which way a thing moves, a mirrored clip has
another. All are moved and zoomed, each clip as a whole.
"""

from typing import Any

from umbrella.models.rungs import Rung

_RATES = {"train.learning_rate": (1e-3, 1e-2), "network.dropout": (0.1, 0.3, 0.5)}
_VARIED = {"crop": 0.1, "zoom": 0.2}


def _train(epochs: int, rate: float) -> dict[str, Any]:
    """Videos are few and large: small batches make more steps of them."""
    return {
        "epochs": epochs,
        "batch": 16,
        "learning_rate": rate,
        "weight_decay": 0.05,
        "patience": 10,
    }


RUNGS = (
    Rung(
        name="frames",
        network="umbrella.models.video.frames:Frames",
        codec="video",
        view={"frames": 16},
        train=_train(30, 3e-3),
        sizes=(2, 4, 8, 12, 16, 24, 32, 48),
        tune=_RATES,
        augment=_VARIED,
    ),
    Rung(
        name="gru",
        network="umbrella.models.video.recurrent:Recurrent",
        codec="video",
        view={"frames": 32, "size": 32},  # to see motion takes many pictures rather than fine ones
        train=_train(30, 3e-3),
        sizes=(2, 4, 8, 12, 16, 24, 32, 48),
        tune=_RATES | {"view.frames": (16, 32), "view.size": (32, 48)},
        augment=_VARIED,
    ),
    Rung(
        name="conv21d",
        network="umbrella.models.video.conv21d:Conv21d",
        codec="video",
        view={"frames": 16},
        train=_train(40, 3e-3),
        sizes=(2, 4, 6, 8, 12, 16, 24, 32),
        tune=_RATES,
        augment=_VARIED,
    ),
)
