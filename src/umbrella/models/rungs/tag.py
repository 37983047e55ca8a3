"""Rungs that mark spans in a column of text, lightest first.

Those here learn from nothing but the training rows. A rung with an encoder that knows the language
already stands after them: its codec gives "bounds" beside its ids, and its network ends in
`as_chain`, and so it is scored, shrunk and shipped like the rest.
"""

from umbrella.models.rungs import Rung

_RATES = {"train.learning_rate": (5e-4, 1e-2), "network.dropout": (0.3, 0.5, 0.6)}
_TRAIN = {
    "epochs": 16,
    "batch": 16,
    "learning_rate": 3e-3,
    "weight_decay": 0.01,
    "patience": 5,
}
_SIZES = (16, 24, 32, 48, 64, 96, 128, 192, 256)


def _recurrent(name: str, chain: bool) -> Rung:
    return Rung(
        name=name,
        network="umbrella.models.tag.recurrent:TagRecurrent",
        codec="text-pieces",
        config={"chain": chain},
        train=_TRAIN,
        sizes=_SIZES,
        tune=_RATES | {"network.width": (96, 128, 192)},
    )


RUNGS: tuple[Rung, ...] = (
    Rung(  # names of the training rows, wherever they stand: what every other rung has to beat
        name="dictionary",
        network="umbrella.models.tag.lookup:TagLookup",
        codec="text-names",
        solver="names",
        dial="view.most",
        view={"most": 100_000},
        sizes=(1_000, 3_000, 10_000, 30_000, 100_000),
    ),
    Rung(
        name="window",
        network="umbrella.models.tag.window:TagWindow",
        codec="text-pieces",
        train=_TRAIN | {"epochs": 8},
        sizes=_SIZES,
        tune=_RATES | {"network.reach": (1, 2, 3)},
    ),
    _recurrent("lstm", chain=False),
    _recurrent("lstm-crf", chain=True),
)
