"""A tiny published encoder with a tokenizer, and texts that it can read, for tests of fits."""

import random

import tinymodels

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
GOOD, BAD = ["fine", "good", "great", "lovely"], ["awful", "bad", "dull", "poor"]
PLAIN = [f"word{number}" for number in range(tinymodels.VOCAB - len(SPECIAL + GOOD + BAD))]


def write(folder, name="bert"):
    """The folder of a tiny encoder, as if it had been published."""
    tinymodels.write(name, folder)
    (folder / "vocab.txt").write_text("\n".join(SPECIAL + GOOD + BAD + PLAIN), "utf-8")
    return folder


def texts(rows, seed=0):
    """Texts of two classes, a clear word in each."""
    draw = random.Random(seed)
    cells, labels = [], []
    for row in range(rows):
        good = row % 2 == 0
        words = draw.choices(PLAIN, k=draw.randint(2, 9))
        words.insert(draw.randrange(len(words)), draw.choice(GOOD if good else BAD))
        cells.append(" ".join(words))
        labels.append("up" if good else "down")
    return {"text": cells, "label": labels}


def tokenizer(folder):
    """The tokenizer of the same words as a tokenizer.json."""
    from umbrella.pretrained.tokenizer import read_tokenizer

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(SPECIAL + GOOD + BAD + PLAIN), "utf-8")
    path = folder / "tokenizer.json"
    path.write_text(read_tokenizer(folder, "wordpiece"), "utf-8")
    return path
