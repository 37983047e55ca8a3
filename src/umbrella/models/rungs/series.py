"""Rungs for series that are to be forecast, lightest first.

The first three know nothing and need no fit; what does not beat them beyond doubt is not chosen.
The four weights of smoothing are a high bar: on ETTh1 (bench/ett.py) they err no more than most
networks. What is linear looks back further than what trains, for it costs little.
"""

from umbrella.models.rungs import Rung

_WINDOWS = {"view.window": (48, 96, 192, 336)}
_RATES = {"train.learning_rate": (3e-4, 1e-2), "network.dropout": (0.0, 0.1, 0.3)} | _WINDOWS
_ALONE: dict[str, tuple[str, ...]] = {"features": ()}  # of those that read the target and no more
_STEPS = {"network.patch": (1, 4, 8, 24), "network.attention": (False, True)}
_TRAIN = {"epochs": 10, "batch": 128, "learning_rate": 2e-3, "weight_decay": 0.01, "patience": 3}
_CALM = {"swing": 4.0}  # scales: a window that swings further is read in its own spread
_SIZES = (8, 16, 32, 48, 64, 96, 128, 192)


def _recurrent(name: str, cell: str) -> Rung:
    return Rung(
        name=name,
        network="umbrella.models.series.recurrent:SeriesRecurrent",
        codec="window",
        view={"window": 96},
        config={"cell": cell} | _CALM,
        train=_TRAIN,
        sizes=_SIZES,
        tune=_RATES | _STEPS | {"network.width": (32, 64, 128), "network.depth": (1, 2)},
    )


RUNGS: tuple[Rung, ...] = (
    Rung(
        name="last-value",
        network="umbrella.models.series.simple:LastValue",
        codec="window",
        view={"window": 1} | _ALONE,
        solver="naive",
        dial="view.window",
    ),
    Rung(
        name="drift",
        network="umbrella.models.series.simple:Drift",
        codec="window",
        view={"window": 64} | _ALONE,
        solver="naive",
        dial="view.window",
    ),
    Rung(
        name="seasonal-naive",
        network="umbrella.models.series.simple:SeasonalNaive",
        codec="window",
        view={"window": 400} | _ALONE,
        solver="naive",
        dial="view.window",
    ),
    Rung(
        name="smoothing",
        network="umbrella.models.series.smoothing:Smoothing",
        codec="window",
        view={"window": 192} | _ALONE,
        solver="smoothing",
        dial="view.window",
    ),
    Rung(
        name="ridge",
        network="umbrella.models.series.linear:Linear",
        codec="window",
        view={"window": 192},
        solver="ridge",
        dial="view.window",
        sizes=(4, 8, 16, 32, 64, 96, 192, 336, 512),
        tune={"view.window": (32, 96, 192, 336)},
    ),
    Rung(
        name="dlinear",
        network="umbrella.models.series.linear:DLinear",
        codec="window",
        view={"window": 96},
        train=_TRAIN,
        dial="view.window",
        sizes=(4, 8, 16, 32, 64, 96, 192, 336, 512),
        tune={"train.learning_rate": (3e-4, 1e-2), "view.window": (32, 96, 192, 336)},
    ),
    Rung(
        name="mlp",
        network="umbrella.models.series.mlp:SeriesMLP",
        codec="window",
        view={"window": 96},
        config=_CALM,
        train=_TRAIN,
        sizes=(8, 16, 32, 64, 128, 192, 256, 384),
        tune=_RATES | {"network.width": (64, 128, 256), "network.instance": (False, True)},
    ),
    _recurrent("rnn", "rnn"),
    _recurrent("lstm", "lstm"),
    Rung(
        name="tcn",
        network="umbrella.models.series.conv:SeriesConv",
        codec="window",
        view={"window": 96},
        config=_CALM,
        train=_TRAIN,
        sizes=_SIZES,
        tune=_RATES | {"network.patch": (1, 4, 8), "network.width": (32, 64, 96)},
    ),
    Rung(
        name="patch",
        network="umbrella.models.series.patch:PatchTransformer",
        codec="window",
        view={"window": 96},
        config=_CALM,
        train=_TRAIN,
        sizes=(32, 64, 96, 128, 192, 256),
        tune=_RATES
        | {
            "network.patch": (8, 16, 32),
            "network.width": (32, 64, 128),
            "network.depth": (1, 2, 3),
        },
    ),
)
