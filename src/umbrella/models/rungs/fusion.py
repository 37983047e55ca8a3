"""Rungs that read columns of several kinds together, lightest first.

Each modality is read by the encoder that `MEMBERS` names for its kind: a rung of that kind's own
ladder, whose codec it keeps. A rung's `train` holds "auxiliary" beside the settings of the loop:
the weight of every encoder's own answer in the loss.

Text keeps n-grams of two training rows or more: one that stands in a single row helps to memorise
it and tells nothing of others (titanic's names alone, eight splits: .79 of the rows right with such
a bag, .76 with all n-grams).
"""

from dataclasses import replace

from umbrella.models.rungs import Rung, audio, image, table, text, video

FUSED = "fusion"  # stands for the codecs of all members


def _named(rungs: tuple[Rung, ...], name: str) -> Rung:
    return next(rung for rung in rungs if rung.name == name)


def _shared(bag: Rung) -> Rung:
    return replace(bag, view={**bag.view, "min_df": 2})


MEMBERS: dict[str, Rung] = {  # kind → whose encoder and codec
    "table": _named(table.RUNGS, "mlp"),
    "text": _shared(_named(text.RUNGS, "bag")),
    "audio": _named(audio.RUNGS, "cnn"),
    "image": _named(image.RUNGS, "cnn"),
    "video": _named(video.RUNGS, "frames"),
}


def _fusion(name: str, network: str) -> Rung:
    return Rung(
        name=name,
        network=f"umbrella.models.fusion.{name}:{network}",
        codec=FUSED,
        train={
            "epochs": 30,
            "batch": 64,
            "learning_rate": 3e-3,
            "weight_decay": 0.02,
            "patience": 8,
            "auxiliary": 1.0,
        },
        sizes=(8, 16, 32, 64, 128),
        tune={
            "train.learning_rate": (5e-4, 8e-3),
            "network.dropout": (0.1, 0.3, 0.5),
            "network.absence": (0.1, 0.3, 0.5),
        },
    )


RUNGS = (
    _fusion("late", "Late"),
    _fusion("early", "Early"),
    _fusion("attention", "Attention"),
)
