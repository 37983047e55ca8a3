"""Rungs that answer questions on a text by a stretch of it, lightest first."""

from umbrella.models.rungs import Rung

RUNGS: tuple[Rung, ...] = (
    Rung(  # rare words near those of the question: what every other rung has to beat
        name="overlap",
        network="umbrella.models.answer.overlap:AnswerOverlap",
        codec="text-asked",
        view={"vocab": 30_000, "pairs": 2, "letters": 1},
        solver="overlap",
        dial="view.vocab",
        sizes=(1_000, 3_000, 10_000, 30_000, 100_000),
    ),
    Rung(
        name="reader",
        network="umbrella.models.answer.reader:AnswerReader",
        codec="text-asked",
        train={
            "epochs": 12,
            "batch": 32,
            "learning_rate": 3e-3,
            "weight_decay": 0.01,
            "patience": 3,
        },
        sizes=(8, 16, 24, 32, 48, 64, 96, 128, 192),
        tune={
            "train.learning_rate": (5e-4, 1e-2),
            "network.dropout": (0.2, 0.3, 0.4),
            "network.width": (48, 64, 96),
        },
    ),
    Rung(
        name="bert",
        network="umbrella.models.text.question:BertAnswer",
        codec="text-question",
        view={"length": 64},
        train={
            "epochs": 3,
            "batch": 16,
            "learning_rate": 2e-4,
            "weight_decay": 0.01,
            "warmup": 0.1,
            "schedule": "linear",
            "layer_decay": 0.9,
            "least_steps": 300,
            "patience": 4,
            "half": True,
        },
        dial="network.layers",
        sizes=(1, 2, 3, 4, 6, 8, 12, 24),
        tune={"train.learning_rate": (5e-5, 5e-4)},
        pretrained=True,
    ),
)
