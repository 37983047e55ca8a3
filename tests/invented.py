"""Made-up data for tests: reviews whose label follows from a few words, with noise."""

import random
from pathlib import Path

WORDS = {
    "good": ["fine", "lovely", "great", "kind", "warm", "bright"],
    "bad": ["dull", "cold", "rude", "late", "grim", "sour"],
}
COMMON = [
    "the",
    "a",
    "of",
    "it",
    "was",
    "and",
    "we",
    "room",
    "food",
    "in",
    "at",
    "very",
    "quite",
    "service",
    "again",
    "place",
    "night",
]


def reviews(rows: int, seed: int = 0, noise: float = 0.1) -> dict[str, list[str]]:
    """Columns text and label; a share of the labels is drawn at random."""
    draw = random.Random(seed)
    texts, labels = [], []
    for _ in range(rows):
        label = draw.choice(["good", "bad"])
        words = [draw.choice(COMMON) for _ in range(draw.randint(4, 30))]
        told = label if draw.random() >= noise else draw.choice(["good", "bad"])
        words.insert(draw.randrange(len(words)), draw.choice(WORDS[told]))
        texts.append(" ".join(words))
        labels.append(label)
    return {"text": texts, "label": labels}


def ratings(rows: int, seed: int = 0) -> dict[str, list]:
    """Columns text and price: each good word adds ten, each bad word takes ten."""
    table, draw = reviews(rows, seed), random.Random(seed + 1)
    price = []
    for text in table["text"]:
        words = text.split()
        worth = sum(w in WORDS["good"] for w in words) - sum(w in WORDS["bad"] for w in words)
        price.append(round(100 + 10 * worth + draw.gauss(0, 2), 2))
    return {"text": table["text"], "price": price}


def write_csv(path: Path, table: dict[str, list]) -> Path:
    """A plain CSV; the made-up texts need no quoting."""
    rows = zip(*table.values(), strict=True)
    lines = [",".join(table), *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
