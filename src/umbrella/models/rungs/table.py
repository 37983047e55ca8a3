"""Rungs for columns of numbers, categories and times together, lightest first."""

from umbrella.models.rungs import Rung

RUNGS = (
    Rung(
        name="linear",
        network="umbrella.models.table.linear:LinearTable",
        codec="table",
        view={"mode": "scaled", "levels": 128},
        solver="linear-table",
        dial="view.levels",
        sizes=(2, 4, 8, 16, 32, 64, 128, 256),
    ),
    Rung(
        name="boost",
        network="umbrella.models.table.trees:Trees",
        codec="table",
        view={"mode": "raw", "levels": 255},
        config={"rounds": 300, "leaves": 31},
        solver="boost",
        train={"learning_rate": 0.05, "l2": 0.0, "share": 1.0},
        dial="network.rounds",
        sizes=(5, 10, 20, 40, 80, 150, 300, 600),
        tune={
            "solver.learning_rate": (0.02, 0.2),
            "network.leaves": (7, 15, 31, 63),
            "solver.l2": (1e-3, 10.0),
            "solver.share": (0.3, 0.6, 1.0),
        },
    ),
    Rung(
        name="mlp",
        network="umbrella.models.table.mlp:TableMLP",
        codec="table",
        view={"mode": "scaled", "levels": 128},
        config={"width": 256},
        train={
            "epochs": 40,
            "batch": 128,
            "learning_rate": 3e-3,
            "weight_decay": 0.02,
            "patience": 8,
        },
        sizes=(8, 16, 32, 64, 128, 192, 256, 384),
        tune={
            "train.learning_rate": (5e-4, 1e-2),
            "network.dropout": (0.0, 0.1, 0.3),
            "network.spread": (0.1, 2.0),
            "network.width": (64, 128, 256),
        },
    ),
)
