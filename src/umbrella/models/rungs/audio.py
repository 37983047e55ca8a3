"""Rungs for columns of sound, lightest first.

None varies its training rows. Covered bands of time and frequency were tried on spoken digits by
speakers that were not heard in training (one seed, three speakers): from .87 to .85 for the
convolutions, from .79 to .70 for the recurrence.
"""

from umbrella.models.rungs import Rung

_MEL = {"bands": 40, "hop_ms": 10.0, "window_ms": 25.0, "centre": "level"}
_RATES = {"train.learning_rate": (5e-4, 1e-2), "network.dropout": (0.1, 0.3, 0.5)}

RUNGS: tuple[Rung, ...] = (
    Rung(
        name="linear",
        network="umbrella.models.audio.linear:LinearStats",
        codec="audio-stats",
        view={"parts": 5},
        solver="linear-stats",
        dial="view.parts",
        sizes=(1, 2, 3, 5, 8, 12),
        tune={"view.coefficients": (10, 13, 20)},
    ),
    Rung(
        name="mlp",
        network="umbrella.models.audio.mlp:StatsMLP",
        codec="audio-stats",
        view={"parts": 5},
        train={"epochs": 40, "batch": 64, "learning_rate": 2e-3, "weight_decay": 0.05},
        sizes=(8, 16, 32, 64, 128, 192, 256, 384),
        tune=_RATES | {"view.coefficients": (10, 13, 20)},
    ),
    Rung(
        name="cnn",
        network="umbrella.models.audio.conv:ConvMel",
        codec="audio-mel",
        view=_MEL,
        train={"epochs": 10, "batch": 64, "learning_rate": 3e-3, "weight_decay": 0.02},
        sizes=(4, 8, 12, 16, 24, 32, 48, 64),
        tune=_RATES | {"network.width": (12, 16, 24)},
    ),
    Rung(
        name="gru",
        network="umbrella.models.audio.recurrent:RecurrentMel",
        codec="audio-mel",
        view=_MEL,
        train={"epochs": 15, "batch": 64, "learning_rate": 3e-3, "weight_decay": 0.02},
        sizes=(8, 16, 32, 48, 64, 96, 128, 192),
        tune=_RATES | {"network.width": (32, 64, 96)},
    ),
)
