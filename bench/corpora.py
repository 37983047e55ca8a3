"""The labelled texts that benchmarks read, each split into training and test rows once and for all.

The folder of real data is the one that `UMBRELLA_DATA` names, else `../shared/data` beside the
checkout. The sample `reviews-zh` is the one that `umbrella fit reviews-zh` reads.
"""

import csv
import os
import random
from dataclasses import dataclass
from pathlib import Path

from umbrella.base.errors import DataError
from umbrella.data import samples

REPO = Path(__file__).parents[1]
DATA = Path(os.environ.get("UMBRELLA_DATA", REPO.parent / "shared" / "data"))
TEST_SHARE = 0.2  # of the rows, where the source has no test rows of its own


@dataclass(frozen=True)
class Corpus:
    """Texts and their class numbers, for training and for the test."""

    texts: list[str]
    labels: list[int]
    test_texts: list[str]
    test_labels: list[int]


def load(name: str) -> Corpus:
    """Read one of `NAMES`.

    Raises:
        FileNotFoundError: its files are not on this machine.
    """
    return READERS[name]()


def sst2() -> Corpus:
    """Sentences of film reviews, two classes, split by its authors."""
    return Corpus(*tabbed("sst2/train.tsv"), *tabbed("sst2/test.tsv"))


def thucnews() -> Corpus:
    """Chinese headlines, ten classes: trained on the 10,000 of `dev`, tested on those of `test`."""
    return Corpus(*tabbed("thucnews_20k/dev.txt"), *tabbed("thucnews_20k/test.txt"))


def mr_polarity() -> Corpus:
    """Snippets of film reviews, two classes."""
    parts = [(DATA / "mr_polarity" / f"rt-polarity.{part}").read_bytes() for part in ("neg", "pos")]
    negative, positive = (part.decode("latin-1").strip().split("\n") for part in parts)
    return divided(negative + positive, [0] * len(negative) + [1] * len(positive))


def hotels() -> Corpus:
    """Chinese reviews of hotels, two classes."""
    path = DATA / "chnsenticorp_htl" / "ChnSentiCorp_htl_all.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return divided([row[1] for row in rows if row[1]], [int(row[0]) for row in rows if row[1]])


def reviews_zh() -> Corpus:
    """Chinese reviews of goods, two classes; equal texts are kept once."""
    try:
        path = samples.find("reviews-zh")
    except DataError as error:
        raise FileNotFoundError(str(error)) from error
    with path.open(encoding="utf-8", newline="") as file:
        labels = {row["text"]: int(row["label"] == "positive") for row in csv.DictReader(file)}
    return divided(list(labels), list(labels.values()))


def tabbed(name: str) -> tuple[list[str], list[int]]:
    """Texts and class numbers of a file with one `text<TAB>number` a line."""
    lines = (DATA / name).read_text("utf-8").split("\n")
    rows = [line.rsplit("\t", 1) for line in lines if line.strip()]
    return [text for text, _ in rows], [int(label) for _, label in rows]


def divided(texts: list[str], labels: list[int]) -> Corpus:
    """The same random split every time."""
    order = list(range(len(texts)))
    random.Random(0).shuffle(order)
    cut = int(TEST_SHARE * len(order))
    test, train = order[:cut], order[cut:]
    return Corpus(
        [texts[i] for i in train],
        [labels[i] for i in train],
        [texts[i] for i in test],
        [labels[i] for i in test],
    )


READERS = {
    "sst2": sst2,
    "mr_polarity": mr_polarity,
    "chnsenticorp_htl": hotels,
    "thucnews_20k": thucnews,
    "reviews-zh": reviews_zh,
}
NAMES = tuple(READERS)
CHINESE = ("chnsenticorp_htl", "thucnews_20k", "reviews-zh")
