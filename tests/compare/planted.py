"""Made-up signals whose class is which of two motifs occurs, anywhere: locality matters here."""

import numpy as np

MOTIFS = {"up": (0.0, 2.0, 0.0, -2.0), "down": (0.0, -2.0, 0.0, 2.0)}
PLACES = 24


def signals(rows: int = 320, seed: int = 0, places: int = PLACES) -> dict[str, list]:
    """Columns t00, t01, … and label."""
    draw = np.random.default_rng(seed)
    values = draw.normal(0, 0.3, (rows, places))
    labels = draw.choice(list(MOTIFS), rows)
    for row, label in enumerate(labels):
        start = draw.integers(0, places - 4)
        values[row, start : start + 4] += MOTIFS[label]
    table = {f"t{place:02}": values[:, place].tolist() for place in range(places)}
    return table | {"label": labels.tolist()}
