"""Meaning: labels that the texts speak against, and pairs that say the same in other words.

Both ask a published encoder, the one that the run started from or one that is named: its own
vectors, not those of a tuned network, which knows the labels that it learned by heart.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError
from umbrella.base.progress import Progress
from umbrella.base.seeds import generator
from umbrella.check.finding import Finding
from umbrella.check.words import CELL, LABEL, clean
from umbrella.data.codecs.cells import join_cells
from umbrella.data.copies import text_columns
from umbrella.fit.prepare import Prepared
from umbrella.fit.trained import Trained
from umbrella.score import doubt
from umbrella.unlabelled.labels import STRANGE
from umbrella.unlabelled.noise import AROUND, LEAST, SURE, suspects
from umbrella.unlabelled.pairs import close_pairs
from umbrella.unlabelled.vectors import Reader, open_reader

NOISE, PAIRS = "noise", "meaning"
PARTS = ("train", "validation", "test")
MOST = (8_000, 2_000, 2_000)  # rows of each part, drawn at random
FOLDER = "vectors"  # in the run
SHOWN = 8
PLANTED, DROPPED = 60, 5  # texts reworded to see whether they are found; one word in so many goes
FEW_WORDS = 5
WRONG, LEAKS = 0.05, 0.01  # share of labels, and of test rows, that is let pass


@dataclass(frozen=True)
class Meaning:
    """What an encoder makes of a run's rows.

    Args:
        reader: the encoder.
        vectors: of the rows drawn [N, W].
        texts: of the same rows.
        rows: their numbers in the source [N].
        part: number of the part each lies in [N].
        units: unit of each [N]; copies by letters share one.
        targets: class of each [N], None where the task has none.
        unknown: share of tokens that the encoder does not know.
    """

    reader: Reader
    vectors: NDArray[np.float32]
    texts: list[str]
    rows: NDArray[np.int64]
    part: NDArray[np.int64]
    units: NDArray[np.int64]
    targets: NDArray[np.int64] | None
    unknown: float


def read_meaning(
    trained: Trained, rows: Prepared, pretrained: str | None, progress: Progress
) -> Meaning | None:
    """Vectors of a run's rows; None where no encoder is named or the rows hold no text.

    Args:
        trained: the run.
        rows: its data.
        pretrained: an encoder as for `fit`; by default the one that the run was given, if it is
            still there.
        progress: where to show it.

    Raises:
        DataError: the encoder that was named cannot be used.
    """
    columns = text_columns(rows.table, rows.columns)
    given = pretrained or trained.facts["plan"].get("pretrained")
    if given is None or not columns or rows.split is None:
        if pretrained is not None and not columns:
            raise DataError(
                f"--pretrained {pretrained} reads texts, and the run {trained.run.path} has no "
                f"column of text. Leave it out."
            )
        return None
    try:
        reader = open_reader(str(given), trained.run / FOLDER)
    except DataError:
        if pretrained is not None:
            raise
        return None
    seed = int(trained.facts["plan"]["seed"])
    drawn = [
        np.sort(generator(seed, "meaning", part).permutation(rows.part(part))[:most])
        for part, most in zip(PARTS, MOST, strict=True)
    ]
    at = np.concatenate(drawn)
    frame = rows.table.take(rows.rows[at])
    texts = [text or "" for text in join_cells([frame[name].to_list() for name in columns])]
    full = np.array([bool(text.strip()) for text in texts], bool)
    texts = [text for text, has in zip(texts, full, strict=True) if has]
    part = np.repeat(np.arange(len(PARTS)), [len(one) for one in drawn])
    vectors = reader.read(texts, progress)
    reader.keep()
    classes = trained.task.name == "classify"
    return Meaning(
        reader,
        vectors,
        texts,
        rows.rows[at][full],
        part[full],
        np.asarray(rows.split.unit)[at][full],
        np.asarray(rows.targets[at], np.int64)[full] if classes else None,
        reader.unknown(texts),
    )


def noise(evidence: Any) -> Finding:
    """Which labels the texts speak against, and how many can be wrong at most.

    Passes where at most one label in twenty can be wrong; otherwise it cannot tell, for a text that
    speaks for another label may as well be a hard one.
    """
    meaning: Meaning = evidence.meaning
    targets = meaning.targets
    assert targets is not None
    counts = np.bincount(targets)
    if len(targets) < LEAST or (counts > 0).sum() < 2:
        return Finding(NOISE, "cannot tell", sentence("unlabelled.noise.few", n=len(targets)))
    if meaning.unknown >= STRANGE:
        return Finding(NOISE, "cannot tell", _script(meaning))
    seen = np.flatnonzero(counts)
    found = suspects(meaning.vectors, np.searchsorted(seen, targets), meaning.units)
    if not found.found:
        return Finding(
            NOISE,
            "cannot tell",
            sentence("unlabelled.noise.blind", planted=found.planted, name=meaning.reader.name),
        )
    rows, n = found.rows, len(targets)
    held = found.most <= WRONG
    says = sentence(
        "unlabelled.noise.line",
        count=len(rows),
        n=n,
        sure=SURE,
        most=found.most,
        name=meaning.reader.name,
        rows=", ".join(f"{meaning.rows[row] + 1:,}" for row in rows[:SHOWN]) or "–",
    )
    labels = [clean(label, LABEL) for label in evidence.labels]
    listed = [
        {
            "row": int(meaning.rows[row]) + 1,
            "part": PARTS[meaning.part[row]],
            "label": labels[targets[row]],
            "speaks_for": labels[seen[said]],
            "chance": float(chance),
            "neighbours": int(agree),
            "of": AROUND,
            "text": clean(meaning.texts[row], CELL),
        }
        for row, said, chance, agree in zip(
            rows, found.said, found.chance, found.agree, strict=True
        )
    ]
    return Finding(
        NOISE,
        "pass" if held else "cannot tell",
        says,
        figure=len(rows) / n,
        would_have_seen=sentence(
            "unlabelled.noise.power", planted=found.planted, found=found.found / found.planted
        ),
        advice=sentence("unlabelled.noise.look") if len(rows) else None,
        details={"suspects": listed},
    )


def pairs(evidence: Any) -> Finding:
    """Pairs of rows that say the same in other words, and how many of them straddle the split.

    Warns where more than one test row in a hundred has such a pair in training, beyond doubt; where
    it finds less than half of what was reworded on purpose, it cannot tell.
    """
    meaning: Meaning = evidence.meaning
    if meaning.unknown >= STRANGE:
        return Finding(PAIRS, "cannot tell", _script(meaning))
    found = close_pairs(meaning.vectors, meaning.units)
    part, test = meaning.part, PARTS.index("test")
    n = int((part == test).sum())
    both = (part[found.left] == test) != (part[found.right] == test)
    share = doubt.wilson(int(both.sum()), max(n, int(both.sum())))
    order = np.argsort(~both, kind="stable")
    listed: list[dict[str, Any]] = [
        {
            "rows": [int(meaning.rows[found.left[at]]) + 1, int(meaning.rows[found.right[at]]) + 1],
            "parts": [PARTS[part[found.left[at]]], PARTS[part[found.right[at]]]],
            "similarity": float(found.similarity[at]),
            "texts": [clean(meaning.texts[one[at]], CELL) for one in (found.left, found.right)],
        }
        for at in order
    ]
    hits, planted = _reworded(meaning)
    seen = "pass" if 2 * hits >= planted > 0 else "cannot tell"
    return Finding(
        PAIRS,
        "warn" if share.low > LEAKS else seen,
        sentence(
            "unlabelled.pairs.line",
            count=len(found.left),
            searched=len(part),
            both=int(both.sum()),
            n=n,
            range=(share.low, share.high),
            least=found.similarity.min() if len(listed) else found.floor,
            rows=", ".join(f"{a:,}–{b:,}" for a, b in (one["rows"] for one in listed[:SHOWN]))
            or "–",
        ),
        figure=float(both.sum()) / max(n, 1),
        low=share.low,
        high=share.high,
        would_have_seen=sentence(
            "unlabelled.pairs.power", found=hits, planted=planted, every=DROPPED
        ),
        advice=sentence("unlabelled.pairs.look") if len(listed) else None,
        details={"pairs": listed},
    )


def _script(meaning: Meaning) -> Sentence:
    return sentence("unlabelled.check_script", share=meaning.unknown, name=meaning.reader.name)


def _reworded(meaning: Meaning) -> tuple[int, int]:
    """How many reworded copies of training texts are found, and how many there were: fewer words,
    in another order.
    """
    draw = generator(0, "reworded")
    train = [
        at for at in np.flatnonzero(meaning.part == 0) if len(_words(meaning, at)) >= FEW_WORDS
    ]
    picked = draw.permutation(np.array(train, np.int64))[:PLANTED]
    if not len(picked):
        return 0, 0
    texts = []
    for at in picked:
        words = np.array(_words(meaning, at), object)
        kept = draw.permutation(len(words))[len(words) // DROPPED :]
        texts.append(" ".join(words[kept]))
    both = np.concatenate([meaning.vectors, meaning.reader.read(texts)])
    units = np.unique(meaning.units, return_inverse=True)[1]
    fresh = units.max() + 1 + np.arange(len(texts))
    made = close_pairs(both, np.concatenate([units, fresh]))
    wanted = {(int(at), len(meaning.vectors) + i) for i, at in enumerate(picked)}
    hits = sum(pair in wanted for pair in zip(made.left.tolist(), made.right.tolist(), strict=True))
    return hits, len(texts)


def _words(meaning: Meaning, at: Any) -> list[str]:
    return meaning.texts[at].split()
