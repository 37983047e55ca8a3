"""Which words of a text moved an answer, how far, and whether that can be believed.

Shapes: W words, S elements of an encoded row.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError, listed
from umbrella.base.seeds import generator
from umbrella.data.codecs.blank import Blank
from umbrella.data.codecs.cells import Cells, count, stack, take
from umbrella.data.codecs.columns import padded
from umbrella.data.codecs.places import Places
from umbrella.data.codecs.scripts import MARK, classify, code_points, mend
from umbrella.explain import deletion
from umbrella.explain.aims import AIMS, HIDES, MOST, SIGNED, Aim, aims
from umbrella.explain.deletion import Deletion
from umbrella.explain.gradient import Table, attention, contributions, find_tables
from umbrella.explain.words import hidden, on_words, without, words
from umbrella.fit.trained import Trained

STEPS = 12  # on the path of integrated gradients; 8 do as well on sst2, 1 is gradient × input
FEW_DRAWS, AT_MOST = 20, 80_000  # draws of a long text; words of all draws of shorter ones


@dataclass(frozen=True)
class Text:
    """A text as it is shown.

    Args:
        column: its name; several joined ones with commas.
        text: raw.
        bounds: first character and end of every word, [W, 2].
        read: characters that the model looks at; the rest was cut off.
        attention: weight of every word in the network's attention pool [W], summing to 1 at most;
            None where it has none.
    """

    column: str
    text: str
    bounds: NDArray[np.int64]
    read: int
    attention: NDArray[np.float64] | None = None

    def word(self, number: int) -> str:
        """One of its words."""
        start, end = self.bounds[number]
        return self.text[start:end]


@dataclass(frozen=True)
class Pull:
    """One thing that was answered, and what every word did to it.

    Args:
        towards: the label, the type of the span, or "" of a number.
        figure: its probability, or the number.
        given: whether it was answered; false of the likeliest label where none was.
        span: first character and end of a span; None of other tasks.
        weights: of every text the contribution of every word to the score, see aims.py, [W].
        rest: what the score holds beside words.
        deletion: what the answer loses with its top words; None where none speaks for it.
    """

    towards: str
    figure: float
    given: bool
    span: tuple[int, int] | None
    weights: tuple[NDArray[np.float64], ...]
    rest: float
    deletion: Deletion | None


@dataclass(frozen=True)
class Explained:
    """A row: its texts, one `Pull` for each thing that was answered, and its number from 1 in the
    table that it is from.
    """

    texts: tuple[Text, ...]
    pulls: tuple[Pull, ...]
    row: int | None = None

    def marked(self, pull: Pull) -> str:
        """The text of a span; "" where the answer is none."""
        start, end = pull.span or (0, 0)
        return self.texts[0].text[start:end]

    def top(self, pull: Pull, most: int = 10) -> list[tuple[str, float]]:
        """Words and contributions, the strongest first; equal words are added up."""
        sums: dict[str, float] = {}
        for text, weights in zip(self.texts, pull.weights, strict=True):
            for number in np.flatnonzero(weights).tolist():
                word = text.word(number)
                sums[word] = sums.get(word, 0.0) + float(weights[number])
        return sorted(sums.items(), key=lambda one: -abs(one[1]))[:most]

    def to_json(self) -> dict[str, Any]:
        """JSON-safe: texts with the places of their words, and each answer with its weights."""
        return {
            "row": self.row,
            "texts": [
                {
                    "column": text.column,
                    "text": text.text,
                    "words": text.bounds.tolist(),
                    "read": text.read,
                    "attention": None if text.attention is None else text.attention.tolist(),
                }
                for text in self.texts
            ],
            "answers": [
                {
                    "towards": pull.towards,
                    "figure": pull.figure,
                    "given": pull.given,
                    "span": pull.span,
                    "weights": [weights.tolist() for weights in pull.weights],
                    "rest": pull.rest,
                    "deletion": None if pull.deletion is None else asdict(pull.deletion),
                }
                for pull in self.pulls
            ],
        }


@dataclass(frozen=True)
class Explainer:
    """A run that can be asked about words.

    Args:
        trained: the run.
        steps: see `STEPS`.
        draws: of random words in the test of deletion; 0 leaves it out.
        most: labels or spans of a row that are explained.

    Raises:
        ConfigError: it reads no texts, or its answers are not moved by words.
    """

    trained: Trained
    steps: int = STEPS
    draws: int = deletion.DRAWS
    most: int = MOST

    def __post_init__(self) -> None:
        parts, task = self.trained.codecs.parts, self.trained.task.name
        name = self.trained.facts.get("name", self.trained.run.path.name)
        if task not in AIMS:
            raise ConfigError(
                f"explain shows which words moved an answer; the run {name!r} answers the task "
                f"{task}. It takes runs of these tasks that read texts: {listed(list(AIMS))}."
            )
        if len(parts) == 1 and hasattr(parts[0].codec, "places"):
            return
        columns = ", ".join(self.trained.codecs.columns)
        rung = self.trained.facts["network"]["rung"]
        if len(parts) > 1:
            why = f"reads columns of several kinds together ({columns})"
        elif isinstance(parts[0].codec, Blank):
            why = f"is the rung {rung}, which answers the same whatever the words are"
        else:
            why = f"reads no text ({columns}, rung {rung})"
        raise ConfigError(
            f"explain shows which words of a text moved an answer; the run {name!r} {why}. Give it "
            f"a run of texts alone: umbrella fit DATA --use COLUMN."
        )

    def explain(self, cells: Cells, numbers: Sequence[int] | None = None) -> list[Explained]:
        """Explain rows.

        Args:
            cells: column → texts, as the run reads them.
            numbers: of the rows, from which random words are drawn; 0, 1, 2 … by default.
        """
        every = range(count(cells)) if numbers is None else numbers
        own = {name: cells[name] for name in self.trained.codecs.columns}
        return [self._row(take(own, [at]), number) for at, number in enumerate(every)]

    def _row(self, cells: Cells, number: int) -> Explained:
        row = self.read(cells)
        pulls = []
        answered = self.trained.outputs([cells])
        for at, aim in enumerate(aims(self.trained.task.spec(), answered, self.most)):
            weights, rest = self.weigh(row, aim)
            test = self.test(row, aim, weights, generator(number, "explain", str(at)))
            pulls.append(Pull(aim.towards, aim.figure, aim.given, aim.span, weights, rest, test))
        return Explained(row.texts, tuple(pulls))

    def read(self, cells: Cells) -> "Row":
        """Encode a row, and find where its elements lie."""
        part, network = self.trained.codecs.parts[0], self.trained.network
        fed, several = part.feed(cells), part.codec.several
        given = [column[0] for column in fed] if several else [fed[0]]
        names = part.columns if several else (", ".join(part.columns),)
        encoded = {f"{part.prefix}{n}": one for n, one in part.codec.encode(fed).items()}
        found = part.codec.places(given if several else given[0])
        places = {f"{part.prefix}{name}": one for name, one in found.items()}
        feeds = padded(encoded)
        tables = find_tables(network, feeds, places)
        looked = None if several else attention(network, feeds)
        texts = []
        for column, (name, cell) in enumerate(zip(names, given, strict=True)):
            raw = "" if cell is None else str(cell)
            bounds = words(raw)
            ends = [one.bounds[one.column == column, 1] for one in places.values()]
            read = max((int(end.max(initial=0)) for end in ends), default=0)
            pooled = None
            if looked is not None:
                pooled = on_words(next(iter(places.values())), looked, bounds, column)
            texts.append(Text(name, raw, bounds, read, pooled))
        return Row(cells, tuple(texts), feeds, places, tables)

    def weigh(self, row: "Row", aim: Aim) -> tuple[tuple[NDArray[np.float64], ...], float]:
        """Contributions of the words of every text, and what is left of the score."""
        sums = [np.zeros(len(text.bounds)) for text in row.texts]
        if not row.tables:
            return tuple(sums), 0.0
        kept = {n: _unplaced(row.places[n], row.feeds[n].shape[1]) for n in row.tables}
        network = self.trained.network
        made = contributions(network, row.feeds, row.tables, aim.score, steps=self.steps, kept=kept)
        for name, values in made.items():
            for column, text in enumerate(row.texts):
                sums[column] += on_words(row.places[name], values, text.bounds, column)
        with torch.no_grad():
            inputs = {name: torch.from_numpy(array) for name, array in row.feeds.items()}
            score = float(aim.score(network(**inputs))[0])
        return tuple(sums), score - float(sum(one.sum() for one in sums))

    def test(
        self, row: "Row", aim: Aim, weights: Sequence[NDArray], rng: np.random.Generator
    ) -> Deletion | None:
        """What the answer loses with its top words, beside as many others."""
        task, every = self.trained.task.name, np.concatenate(weights)
        chosen, signed = row.candidates(), task in SIGNED
        top = deletion.top_words(every, chosen, signed)
        if not self.draws or not len(top):
            return None
        draws = min(self.draws, max(FEW_DRAWS, AT_MOST // len(chosen)))
        taken = [top, *deletion.draw(chosen, len(top), rng, draws)]
        change = hidden if task in HIDES else without
        together = stack(row.changed(some, change) for some in taken)
        figures = aim.measure(self.trained.outputs([together]))
        return deletion.judge(aim.figure, figures, len(top), len(chosen), signed)


@dataclass(frozen=True)
class Row:
    """A row as the model reads it: its cells, texts, inputs, and where their elements lie."""

    cells: Cells
    texts: tuple[Text, ...]
    feeds: dict[str, NDArray]
    places: dict[str, Places]
    tables: dict[str, Table]

    def candidates(self) -> NDArray[np.int64]:
        """Words of all texts, numbered through, that are read and are no marks."""
        out, first = [], 0
        for text in self.texts:
            classes = classify(code_points(mend(text.text)))
            starts = text.bounds[:, 0]
            some = (starts < text.read) & (classes[starts] != MARK)
            out.append(first + np.flatnonzero(some))
            first += len(starts)
        return np.concatenate(out)

    def changed(
        self, numbers: NDArray[np.int64], change: Callable[[str, NDArray[np.int64]], str]
    ) -> dict[str, list[Any]]:
        """The cells with some words of the texts, numbered through, taken out or hidden."""
        out = {name: list(column) for name, column in self.cells.items()}
        first, names = 0, list(out)
        for name, text in zip(names, self.texts, strict=False):
            own = numbers[(numbers >= first) & (numbers < first + len(text.bounds))] - first
            out[name] = [change(text.text, text.bounds[own])]
            first += len(text.bounds)
        for name in names[len(self.texts) :]:  # their texts are part of the first one
            out[name] = [None]
        return out


def _unplaced(places: Places, count: int) -> NDArray[np.bool_]:
    """Elements that stand for no characters, [S]."""
    out = np.ones(count, bool)
    out[places.element] = False
    return out
