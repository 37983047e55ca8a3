"""Rungs that fill the blanks of a text, lightest first. All read by one tokenizer, so that their
losses can be compared.
"""

from typing import Any

from umbrella.base.guess import LENGTH
from umbrella.models.rungs import Rung

_TRAIN = {"weight_decay": 0.01, "warmup": 0.1, "schedule": "linear", "patience": 3}
_SHAPE = {  # of BERT, so that what is learned can go on as one
    "layers": 4,
    "heads": 4,
    "mlp_width": 512,
    "norm_place": "post",
    "epsilon": 1e-12,
    "positions": "learned",
    "places": LENGTH,
    "types": 2,
    "embed_norm": True,
    "dropout": 0.1,
    "attention_dropout": 0.1,
}


def _pretrained(name: str, train: dict[str, Any], **config: Any) -> Rung:
    """A rung that starts from a published encoder, whose sizes it takes over."""
    return Rung(
        name=name,
        network="umbrella.models.text.filler:Filler",
        codec="text-blanks",
        config=config,
        train=_TRAIN | {"batch": 32, "epochs": 3, "least_steps": 150} | train,
        dial="network.layers",
        sizes=(1, 2, 3, 4, 6, 8, 12, 24),
        tune={"train.learning_rate": (1e-4, 2e-3)},
        pretrained=True,
    )


RUNGS: tuple[Rung, ...] = (
    Rung(  # what stands before and after a blank, counted: what every other rung has to beat
        name="neighbours",
        network="umbrella.models.text.neighbours:Neighbours",
        codec="text-blanks",
        solver="neighbours",
        dial="network.width",
        sizes=(4, 8, 16, 32, 64),
    ),
    Rung(
        name="lstm",
        network="umbrella.models.text.filler_recurrent:FillerRecurrent",
        codec="text-blanks",
        train=_TRAIN | {"epochs": 12, "batch": 32, "learning_rate": 3e-3},
        sizes=(16, 32, 64, 96, 128, 192, 256),
        tune={"train.learning_rate": (5e-4, 1e-2), "network.dropout": (0.1, 0.2, 0.4)},
    ),
    Rung(
        name="transformer",
        network="umbrella.models.text.filler:Filler",
        codec="text-blanks",
        config={"width": 128, **_SHAPE},
        train=_TRAIN | {"epochs": 20, "batch": 32, "learning_rate": 1e-3},
        sizes=(32, 64, 96, 128, 192, 256),
        tune={"train.learning_rate": (3e-4, 3e-3), "network.layers": (2, 4, 6)},
    ),
    # The published body as it came, with a head that learns: what of the gain of the next rung is
    # the head's and not the text's.
    _pretrained("bert-head", {"learning_rate": 5e-3}, frozen=True),
    _pretrained("bert", {"learning_rate": 1e-3, "layer_decay": 0.8}),
)
