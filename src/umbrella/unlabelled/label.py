"""Label the rows of a table by what its labels mean, and say by labelled rows how good that is.

Two passes: the rows that have a label already judge the descriptions; then every row is answered,
batch by batch. A row's own label is never replaced.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import ConfigError, DataError, listed
from umbrella.base.progress import Progress, Silent
from umbrella.base.wording import DASH
from umbrella.data import copies
from umbrella.data.codecs.cells import join_cells
from umbrella.data.shingles import canonical
from umbrella.data.table import Table
from umbrella.unlabelled.describe import Nearest, label_vectors, nearest
from umbrella.unlabelled.judge import Judged, judge
from umbrella.unlabelled.labels import STRANGE, Described
from umbrella.unlabelled.vectors import LOOKED, Reader

MOST_JUDGES = 2_000  # labelled rows that judge, the first ones
GIVEN, FOUND = "given", "described"
SIMILARITY, LEAD, SOURCE, NOTE = "similarity", "lead", "label_from", "note"
SHOWN = 6


@dataclass
class Labeller:
    """Labels, an encoder, and what is known about both on one table.

    Args:
        labels: C of them.
        reader: the encoder.
        target: the column of labels, in the input or new.
        texts: columns that are read, joined.
        vectors: of the labels [C, W].
        least: lead below which a row stays without a label.
        counts: rows that got each label [C].
    """

    labels: list[Described]
    reader: Reader
    target: str
    texts: list[str]
    vectors: NDArray[np.float32]
    least: float = -1.0
    counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    given = unsure = empty = strange = 0
    name = "umbrella label"
    weighs: tuple[str, ...] = ()

    @property
    def answers(self) -> tuple[str, ...]:
        """Columns that are added."""
        return (self.target, SOURCE, SIMILARITY, LEAD)

    def predict_columns(
        self, cells: Mapping[str, Sequence[Any]], *, weights: bool = False
    ) -> dict[str, list[Any]]:
        """Answers of a batch of rows, column by column.

        Args:
            cells: input column → cells; the label's own may be among them.
            weights: of no meaning here.

        Raises:
            DataError: a column of text is absent.
        """
        del weights
        if absent := [name for name in self.texts if name not in cells]:
            raise DataError(f"The rows have no column {listed(absent)}.")
        texts = [text or "" for text in join_cells([cells[name] for name in self.texts])]
        given = [_cell(cell) for cell in cells.get(self.target, [None] * len(texts))]
        full = np.array([bool(text.strip()) for text in texts], bool)
        some = [text for text, has in zip(texts, full, strict=True) if has]
        found = nearest(self.reader.read(some), self.vectors)
        at = np.cumsum(full) - 1
        out: dict[str, list[Any]] = {name: [] for name in (*self.answers, NOTE)}
        for row, mine in enumerate(given):
            cell = self._row(mine, found, int(at[row]) if full[row] else None)
            for name, value in zip(out, cell, strict=True):
                out[name].append(value)
        return out

    def _row(self, mine: str | None, found: Nearest, at: int | None) -> tuple[Any, ...]:
        """Label, where from, similarity, lead and note of one row."""
        if at is None:
            self.given += mine is not None
            self.empty += mine is None
            return (
                mine,
                GIVEN if mine else None,
                None,
                None,
                None if mine else "the row has no text",
            )
        near, lead = float(found.similarity[at]), float(found.lead[at])
        if mine is not None:
            self.given += 1
            return mine, GIVEN, near, lead, None
        if lead < self.least:
            self.unsure += 1
            return None, None, near, lead, None
        self.counts[found.label[at]] += 1
        return self.labels[int(found.label[at])].name, FOUND, near, lead, None

    def rows_done(self) -> list[Sentence]:
        """How many rows got which label, and how many none."""
        order = [at for at in np.argsort(-self.counts, kind="stable") if self.counts[at]]
        shown = [f"{self.labels[at].name} {self.counts[at]:,}" for at in order[:SHOWN]]
        labels = ", ".join(shown) + (" …" if len(order) > SHOWN else "")
        told = [sentence("unlabelled.done", labels=labels or DASH)]
        for key, n in (
            ("given", self.given),
            ("left", self.unsure),
            ("empty", self.empty),
            ("unused", len(self.labels) - len(order)),
        ):
            if n:
                told.append(sentence(f"unlabelled.{key}", n=n, lead=self.least))
        return told


def text_columns(table: Table, target: str, use: Sequence[str] = ()) -> list[str]:
    """The columns that are read: those named, else all of text but the label's.

    Raises:
        DataError: one that was named is absent; or no column holds text.
    """
    for name in use:
        table.require(name)
    found = list(use) or [
        name for name in copies.text_columns(table, table.columns) if name != target
    ]
    if not found or target in use:
        raise DataError(
            f"No column of {table.name} holds texts to label. Its columns: "
            f"{listed([f'{n} ({k})' for n, k in table.kinds.items()])}. Name one with --use COLUMN."
        )
    return found


def make_labeller(
    table: Table,
    labels: list[Described],
    reader: Reader,
    *,
    target: str = "label",
    use: Sequence[str] = (),
    surest: float = 1.0,
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[Labeller, Judged | None, list[Sentence]]:
    """Get ready to label a table.

    Args:
        table: the rows.
        labels: two or more.
        reader: the encoder.
        target: the column of labels; where the table has it, its cells judge and stay.
        use: columns of text; all by default.
        surest: share of the rows that get a label, those with the largest leads, in (0, 1].
        seed: draws folds.
        progress: where to show it.

    Returns:
        What answers rows; what labelled rows say, None where there are none; and notes.

    Raises:
        ConfigError: labels that are the same to the encoder, or a share out of range.
        DataError: no text; or a label in the table that nobody described.
    """
    if not 0 < surest <= 1:
        raise ConfigError(f"--surest {surest:g} is not a share above 0 and up to 100 %.")
    texts = text_columns(table, target, use)
    vectors = label_vectors(labels, reader)
    made = Labeller(labels, reader, target, texts, vectors)
    made.counts = np.zeros(len(labels), np.int64)
    cells = _texts(table, texts)
    if not any(cell.strip() for cell in cells):
        raise DataError(f"All texts of {table.name} are empty: there is nothing to label.")
    notes = []
    strange = reader.unknown([cell for cell in cells if cell.strip()][:LOOKED])
    if strange >= STRANGE:
        notes.append(sentence("unlabelled.script", share=strange, name=reader.name))
    judged = _judged(table, made, cells, seed, progress or Silent())
    if surest < 1:
        full = [cell for cell in cells if cell.strip()]
        leads = nearest(reader.read(full, progress), vectors).lead
        made.least = float(np.quantile(leads, 1 - surest))
    return made, judged, notes


def _texts(table: Table, columns: list[str]) -> list[str]:
    out: list[str] = []
    for frame in table.raw_batches(columns):
        out += [text or "" for text in join_cells([frame[name].to_list() for name in columns])]
    return out


def _judged(
    table: Table, made: Labeller, cells: list[str], seed: int, progress: Progress
) -> Judged | None:
    """What the labelled rows say, copies once."""
    if made.target not in table.columns:
        return None
    numbers = {label.name: at for at, label in enumerate(made.labels)}
    first: dict[str, tuple[str, int]] = {}
    for text, mine in _labelled(table, made.target, cells):
        if mine not in numbers:
            raise DataError(
                f"A row of {table.name} has the label {mine!r}, which --labels does not describe. "
                f"Described are: {listed(list(numbers)[:12])}. Describe it too, spelled alike, or "
                f"name another column with --target."
            )
        if text.strip():
            first.setdefault(canonical(text), (text, numbers[mine]))
    if not first:
        return None
    texts, truth = zip(*list(first.values())[:MOST_JUDGES], strict=True)
    vectors = made.reader.read(texts, progress)
    found = nearest(vectors, made.vectors)
    return judge(vectors, np.array(truth), found, tuple(numbers), seed)


def _labelled(table: Table, target: str, cells: list[str]) -> Iterator[tuple[str, str]]:
    for text, cell in zip(cells, table.raw(target).to_list(), strict=True):
        mine = _cell(cell)
        if mine is not None:
            yield text, mine


def _cell(cell: Any) -> str | None:
    """A label as it was written; None where there is none."""
    text = "" if cell is None else str(cell).strip()
    return text or None
