"""Rungs that mark spans in a column of text, lightest first.

Most learn from nothing but the training rows. The last one starts from an encoder that knows the
language already. Whatever the codec, it gives "bounds", and whatever the network, it ends in
`as_chain`, and so all are scored, shrunk and shipped alike.
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


_TUNED = {"epochs": 5, "batch": 32, "weight_decay": 0.01, "warmup": 0.1, "schedule": "linear"}
_TUNED |= {"learning_rate": 3e-4, "layer_decay": 0.85, "patience": 5}
_TUNED |= {"least_steps": 300, "seeds": 3}  # seeds: where rows are few, see fit


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
    Rung(  # whether neighbours' labels should have a say is left to --tune
        name="bert",
        network="umbrella.models.tag.bert:TagBert",
        codec="text-places",
        config={"chain": False},
        train=_TUNED,
        dial="network.layers",
        sizes=(1, 2, 3, 4, 6, 8, 12, 24),
        tune={"train.learning_rate": (1e-4, 1e-3), "network.chain": (False, True)},
        pretrained=True,
    ),
)
