"""Load a shipped file and ask it: numpy, onnxruntime and the codecs that training used.

A bundle is one ONNX file with two notes in its metadata: "card" (Markdown for people) and
"umbrella" (JSON for this module; notes.py says what it holds and what its digests are worth). The
graph takes exactly the inputs that the notes name, and its first output is float [B, C], or
[B, frames, C] of log-probabilities where sound is transcribed.

Shapes: N rows, B rows of a batch, T longest row of the batch, C outputs.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError, UmbrellaError
from umbrella.data.codecs.cells import Cells, count, slices
from umbrella.data.codecs.columns import Columns, Faults
from umbrella.data.codecs.ragged import Ragged
from umbrella.lite.envelope import MAX_BYTES, unseal
from umbrella.lite.notes import damaged, digest_of, read_notes
from umbrella.lite.passages import in_sections
from umbrella.lite.placed import teller
from umbrella.lite.rows import note, to_columns
from umbrella.lite.session import open_session
from umbrella.score.ctc import in_order, together
from umbrella.score.decode import decode, even, nothing

PROBE_TOLERANCE = 0.02  # share of the largest probe output that another processor may differ by
CHUNK = 1024  # rows encoded at a time: memory stays flat however many rows come
BATCH_CELLS = 16_384  # B · T of one batch, so that a long text does not meet 256 others
BATCH_ROWS = 256
WEIGHED = "weighed"  # the graph's second output, where it has one
SIZES = "sizes"  # the same of a forecast that tells how large its errors may be
WEIGHT = "weight_"  # before a kind of column: the name of the answer that says how much it counted

Column = Ragged | NDArray


def load(path: str | Path, *, threads: int = 1) -> "Bundle":
    """Open a shipped file.

    Args:
        path: the .onnx file.
        threads: threads that one batch may use; one is fastest for small models.

    Raises:
        BundleError: missing, damaged, not ours, made by a newer version, or with weights outside.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BundleError(f"{path} is larger than {MAX_BYTES:,} bytes: not an ONNX file.")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise BundleError(f"No file at {path}. `umbrella ship RUN` makes one.") from error
    except IsADirectoryError as error:
        raise BundleError(
            f"{path} is a folder. Ship the run in it first: umbrella ship {path}."
        ) from error
    except OSError as error:
        raise BundleError(f"Cannot read {path}: {error.strerror}.") from error
    return Bundle(data, name=str(path), threads=threads)


class Bundle:
    """A model that answers rows.

    Args:
        data: the whole file.
        name: what messages call it.
        threads: threads that one batch may use.

    Attributes:
        spec: the JSON note, see notes.py.
        card: the model card, Markdown.
        inputs: the columns it reads.
        answers: names of the columns that `predict` adds, the note left aside.

    Raises:
        BundleError: as for `load`.
    """

    def __init__(self, data: bytes, *, name: str = "the bundle", threads: int = 1) -> None:
        envelope = unseal(data, name)
        self.name = name
        self.spec = read_notes(envelope.metadata, name)
        self.card = envelope.metadata.get("card", "")
        _check_digests(envelope.digest, self.spec, self.card, name)
        self._made_of = {"data": data, "name": name, "threads": threads}
        self._codecs = _open_codecs(self.spec["codecs"], name)
        self.inputs = list(self._codecs.columns)
        self._session = open_session(data, name, threads)
        self._check_probe(self._check_graph())
        told = decode(self.spec["task"], self._nothing())
        self._teller = teller(self.spec)
        self.answers = list(told if self._teller is None else self._teller[0])

    def __getstate__(self) -> dict[str, Any]:
        """The file's bytes, name and threads: what `copy` and joblib need to make another one.

        Nothing here reads a pickle. This lets other tools copy a bundle in memory, e.g. a fitted
        scikit-learn estimator in a grid search; the copy is opened and checked like any file.
        """
        return dict(self._made_of)

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Open the bytes anew, with every check of `load`."""
        Bundle.__init__(self, **state)

    @property
    def labels(self) -> list[str]:
        """Class names in the order of the outputs; empty when the task has none."""
        return list(self.spec["task"].get("labels", []))

    def predict(self, rows: Any) -> list[dict[str, Any]]:
        """One answer a row, in order.

        Args:
            rows: texts, dicts, a dict of lists, or a frame; other columns are ignored.

        Returns:
            A dict a row, e.g. {"label": "1", "probability": 0.93}. A row whose text is missing or
            empty is answered too, and says so under "note". One with a file that cannot be read
            says why under "note"; its answers are None, unless columns of other kinds are left.

        Raises:
            DataError: a needed column is absent, or the rows cannot be read.
        """
        columns = self.predict_columns(rows)
        notes = columns.pop("note", None)
        size = len(next(iter(columns.values())))
        out = [{name: cells[i] for name, cells in columns.items()} for i in range(size)]
        for i, text in enumerate(notes or []):
            if text is not None:
                out[i]["note"] = text
        return out

    def predict_columns(self, rows: Any, *, weights: bool = False) -> dict[str, list[Any]]:
        """The same as `predict`, as columns; "note" (text or None) only when a row has one.

        Args:
            rows: as for `predict`.
            weights: add `weight_table`, `weight_image`, …: what `weights` tells, of the same pass.

        Raises:
            BundleError: weights are asked of a model that does not weigh kinds of columns.
            DataError: as for `predict`.
        """
        which = (0, self._weighed()) if weights else (0,)
        columns = to_columns(rows, self.inputs, files=self._codecs.files)
        if self._teller is not None:
            return self._teller[1](self.spec, columns, self._in_batches, CHUNK)
        made, faults, lost = self._ask(columns, *which)
        answers = {
            name: cells.tolist() if isinstance(cells, np.ndarray) else list(cells)
            for name, cells in decode(self.spec["task"], made[0]).items()
        }
        if weights:
            named = zip(self.weighs, self._as_weights(made[1], columns).T, strict=True)
            answers |= {f"{WEIGHT}{name}": each.tolist() for name, each in named}
        notes = [note(row) for row in zip(*columns.values(), strict=True)]
        for row, why in faults.items():
            notes[row] = why
            for cells in answers.values() if row in lost else ():
                cells[row] = None  # what could not be read is not answered
        if any(notes):
            answers["note"] = notes
        return answers

    def _in_batches(self, cells: Cells) -> Iterator[tuple[NDArray[np.int64], NDArray]]:
        """Encode some rows and run them from short to long: numbers and outputs of each batch."""
        feeds = self._codecs.encode(cells)
        return ((rows, self.run(_pad(feeds, rows))[0]) for rows in self._cut(feeds))

    def outputs(self, rows: Any) -> NDArray[np.float32]:
        """The network's raw outputs [N, C], before they are turned into answers."""
        return self._ask(to_columns(rows, self.inputs, files=self._codecs.files), 0)[0][0]

    @property
    def window(self) -> Any:
        """The codec of a model of series; None for others."""
        own = [part.codec for part in self._codecs.parts if hasattr(part.codec, "anchor")]
        return own[0] if own else None

    def changes(self, origins: Sequence[Any]) -> NDArray[np.float32]:
        """Outputs [N, H] of a model of series for histories, or steps of its bound panel."""
        return self._ask({self.inputs[0]: origins}, 0)[0][0]

    def fans(self, origins: Sequence[Any]) -> tuple[NDArray[np.float32], NDArray | None]:
        """`changes`, and how large their errors may be where the model tells, [N, 2 Q, H]."""
        names = [node.name for node in self._session.get_outputs()]
        which = (0, names.index(SIZES)) if SIZES in names else (0,)
        made = self._ask({self.inputs[0]: origins}, *which)[0]
        return made[0], made[1] if len(made) > 1 else None

    @property
    def weighs(self) -> tuple[str, ...]:
        """Kinds of columns whose weight in each answer can be told; empty for most models."""
        outputs = [node.name for node in self._session.get_outputs()]
        return tuple(self._codecs.modalities) if WEIGHED in outputs[1:] else ()

    def weights(self, rows: Any) -> NDArray[np.float32]:
        """How much each kind of column of `weighs` counted in the answers, [N, M].

        A row's weights sum to 1; what is missing in a row weighs exactly 0.

        Args:
            rows: as for `predict`.

        Raises:
            BundleError: this model does not weigh kinds of columns.
            DataError: as for `predict`.
        """
        at, columns = self._weighed(), to_columns(rows, self.inputs, files=self._codecs.files)
        return self._as_weights(self._ask(columns, at)[0][0], columns)

    def _weighed(self) -> int:
        """Number of the graph's output that holds the weights."""
        if not self.weighs:
            raise BundleError(
                f"{self.name} does not weigh kinds of columns against each other. Models that do "
                f"are fitted with rungs=('attention',) on columns of several kinds."
            )
        return [node.name for node in self._session.get_outputs()].index(WEIGHED)

    def _as_weights(self, made: NDArray, columns: Cells) -> NDArray[np.float32]:
        if not count(columns):
            return np.zeros((0, len(self.weighs)), np.float32)
        if made.shape != (count(columns), len(self.weighs)):
            raise damaged(self.name, f"its weights have shape {made.shape}")
        return made

    def _ask(self, columns: Cells, *which: int) -> tuple[list[NDArray], Faults, set[int]]:
        """Some of the graph's outputs, for rows with a cell that could not be read, why, and which
        of these have nothing left to be answered from.

        Rows are encoded once and go through the graph once, whatever is asked of it.
        """
        parts, faults, lost = [], Faults(), set[int]()
        for at, some in enumerate(slices(columns, CHUNK)):
            if not count(some):
                return [self._nothing() for _ in which], faults, lost
            feeds, wrong = self._codecs.examine(some)
            parts.append(self._answer(feeds, *which))
            faults |= {at * CHUNK + row: why for row, why in wrong.items()}
            lost |= {at * CHUNK + row for row in self._codecs.lost(feeds, wrong)}
        return [together(one) for one in zip(*parts, strict=True)], faults, lost

    def _answer(self, feeds: Mapping[str, Column], *which: int) -> list[NDArray]:
        """Run encoded rows from short to long, and put the outputs back in order."""
        cut = self._cut(feeds)
        made = [self.run(_pad(feeds, rows)) for rows in cut]
        return [in_order([outputs[number] for outputs in made], cut) for number in which]

    def _cut(self, feeds: Mapping[str, Column]) -> list[NDArray[np.int64]]:
        """Numbers of encoded rows, a batch each, from short to long."""
        lengths = np.max([_lengths(part) for part in feeds.values()], axis=0)
        order = np.argsort(lengths, kind="stable")
        return list(order[:, None] if self.spec.get("alone") is True else batches(order, lengths))

    def run(self, feeds: Mapping[str, NDArray]) -> list[NDArray]:
        """One batch of padded arrays through the graph: all its outputs, the first one [B, C].

        Args:
            feeds: what the codecs made.
        """
        reads = [
            part.codec.at_once for part in self._codecs.parts if hasattr(part.codec, "at_once")
        ]
        return in_sections(self._run, feeds, reads[0]) if reads else self._run(feeds)

    def _run(self, feeds: Mapping[str, NDArray]) -> list[NDArray]:
        try:
            return list(self._session.run(None, dict(feeds)))
        except Exception as error:
            # onnxruntime raises its own classes, which share no base below Exception
            raise BundleError(f"{self.name} could not run on these rows: {error}") from error

    def _width(self) -> int:
        """C, as the graph states it; by the task where the graph leaves it open."""
        shape = self._session.get_outputs()[0].shape
        return shape[-1] if shape and isinstance(shape[-1], int) else max(len(self.labels), 1)

    def _nothing(self) -> NDArray[np.float32]:
        """The outputs of no rows."""
        return nothing(self.spec["task"], self._width())

    def _check_graph(self) -> Mapping[str, Column]:
        """Refuse a graph that takes other inputs than the codecs give; gives the encoded probe."""
        takes = {node.name for node in self._session.get_inputs()}
        try:
            given = self._codecs.encode(self._codecs.probe())
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise damaged(self.name, f"a codec cannot run, {error!r}") from error
        if takes != set(given):
            raise BundleError(
                f"{self.name}: its graph takes {sorted(takes)}, its codecs give {sorted(given)}. "
                f"Make it again with `umbrella ship`."
            )
        return given

    def probe(self, feeds: Mapping[str, Column] | None = None) -> NDArray[np.float32]:
        """Outputs for the probe rows of its codecs, [4, C]; over frames the mean of `even`.

        Args:
            feeds: the probe rows, where they are encoded already.
        """
        feeds = self._codecs.encode(self._codecs.probe()) if feeds is None else feeds
        [outputs] = self._answer(feeds, 0)
        return outputs if outputs.ndim == 2 else even(self.spec["task"], outputs).mean(axis=1)

    def _check_probe(self, feeds: Mapping[str, Column]) -> None:
        """Refuse a file that would answer here otherwise than where it was made."""
        stored = self.spec.get("probe")
        if stored is None:
            return
        here = self.probe(feeds)
        try:
            then = np.asarray(stored, dtype=np.float64)
            if then.shape != here.shape or not np.isfinite(then).all():
                raise ValueError(f"shape {then.shape}")
        except (TypeError, ValueError) as error:
            raise damaged(self.name, f"its probe is of another kind, {error}") from error
        far = float(np.abs(here - then).max(initial=0))
        if far > PROBE_TOLERANCE * max(1.0, float(np.abs(then).max(initial=0))):
            raise BundleError(
                f"{self.name} answers here otherwise than where it was made (outputs differ by "
                f"{far:.2g}): it needs Umbrella {self.spec['umbrella']}. Install that version, or "
                f"ship the run again with this one."
            )


def batches(order: NDArray[np.int64], lengths: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Cut rows that are sorted from short to long into batches of bounded area.

    Args:
        order: row numbers, shortest row first.
        lengths: length of every row, by row number.
    """
    start = 0
    for at in range(1, len(order) + 1):
        full = at < len(order) and (
            at - start >= BATCH_ROWS or (at - start + 1) * lengths[order[at]] > BATCH_CELLS
        )
        if at == len(order) or full:
            yield order[start:at]
            start = at


def _lengths(column: Column) -> NDArray[np.int64]:
    return column.lengths if isinstance(column, Ragged) else np.ones(len(column), np.int64)


def _pad(feeds: Mapping[str, Column], rows: NDArray[np.int64]) -> dict[str, NDArray]:
    return {
        name: column.padded(rows) if isinstance(column, Ragged) else column[rows]
        for name, column in feeds.items()
    }


def _check_digests(weights: str, spec: Mapping[str, Any], card: str, name: str) -> None:
    """Refuse a file of which any part is not as it was written."""
    try:
        told = digest_of(spec, card)
    except (ValueError, RecursionError) as error:
        raise damaged(name, f"not JSON, {error}") from error
    for part, here, then in (
        ("graph", weights, spec["weights"]),
        ("notes or card", told, spec["digest"]),
    ):
        if here != then:
            raise BundleError(
                f"{name} was changed after it was made: the digest of its {part} is {here[:12]}…, "
                f"its own notes say {then[:12]}…. Copy it again from where it was made."
            )


def _open_codecs(entries: Sequence[Mapping[str, Any]], name: str) -> Columns:
    try:
        return Columns.from_entries(entries)
    except UmbrellaError:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise damaged(name, f"a codec cannot be built, {error!r}") from error
