"""A text and a question on it as the pieces of a published tokenizer, for encoders that answer.

What the tokenizer puts before, between and after two texts (a start, separators) goes with the
question: "head" is start, question and separator, "ids" the text alone, whole however long it is.
The network lays the two together, window by window. Shapes: N rows, S ids of all texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError, ConfigError
from umbrella.data.codecs import specs
from umbrella.data.codecs.places import Places, moved, one_each
from umbrella.data.codecs.published import taken
from umbrella.data.codecs.ragged import Ragged
from umbrella.data.codecs.scripts import mend
from umbrella.data.codecs.text_subwords import (
    AT_ONCE,
    MOST_LENGTH,
    PiecesConfig,
    TextSubwords,
)

OUT = -1  # bounds of padding
LEAST = 8  # ids of a window
CLOSING = 4  # ids behind a text, at most
PROBES = (
    (
        "Momus was a cabaret in Warsaw. It opened in 1908.",
        "北京是中国的首都，人口两千多万。",
        "the best of all",
        "一二三",
    ),
    ("Where was Momus?", "中国的首都是哪里？", "What is best?", "二后面是几？"),
)


@dataclass(frozen=True)
class QuestionConfig(PiecesConfig):
    """How much is read at once."""

    length: int = 64  # ids of a question at most, what stands around it among them
    window: int = 320  # ids of a text that are read beside it at once; longer ones bit by bit

    def __post_init__(self) -> None:
        super().__post_init__()
        if not LEAST <= self.window <= MOST_LENGTH:
            raise ConfigError(
                f"window={self.window} is not a whole number from {LEAST} to {MOST_LENGTH}. An "
                f"encoder with so few places cannot read a text beside a question: name another."
            )


class TextQuestion(TextSubwords):
    """Codec "text-question": see above. It reads two columns: texts, then questions.

    Args:
        settings: the fields of `QuestionConfig`.
    """

    name = "text-question"
    several: ClassVar[bool] = True
    probes = PROBES
    config: QuestionConfig

    def __init__(self, **settings: Any) -> None:
        super().__init__()
        self.config = QuestionConfig(**settings)

    @classmethod
    def within(cls, places: int, length: int) -> Self:
        """One for an encoder of so many places; 0 where nothing limits them."""
        if not places:
            return cls(length=length)
        length = max(4, min(length, places // 4))
        return cls(length=length, window=min(QuestionConfig.window, places - length - CLOSING))

    def take(self, json: str, padding: int, vocab: int) -> Self:
        """Read by a tokenizer that puts marks between two texts, or around one.

        Raises:
            BundleError: as of "text-subwords", or a tokenizer that puts nothing between.
        """
        super().take(json, padding, vocab)
        self.engine.no_truncation()
        self.before, self.between, self.after, self.part = self._frame()
        if not self.between:
            raise BundleError(
                "This tokenizer puts no mark between a question and its text, so an encoder cannot "
                "tell them apart. Use the tokenizer.json that came with the encoder."
            )
        return self

    def _frame(self) -> tuple[list[int], list[int], list[int], int]:
        """Ids before, between and after two texts, and the part that the second is."""
        pair = self.engine.encode("a", "b")
        sides = list(pair.sequence_ids)
        one, two = sides.index(0), sides.index(1)
        end = len(sides) - sides[::-1].index(1)
        between = pair.ids[one + sides.count(0) : two]
        if between:
            return pair.ids[:one], between, pair.ids[end:], int(pair.type_ids[two])
        single = self.engine.encode("a")
        at = list(single.sequence_ids).index(0)
        after = single.ids[at + list(single.sequence_ids).count(0) :]
        return single.ids[:at], after, after, 0

    @property
    def at_once(self) -> int:
        """Ids of a text that the network reads at once."""
        return self.config.window

    @property
    def sizes(self) -> dict[str, Any]:
        """What a network must know: the id space, and what stands around texts."""
        return {
            "vocab": self.vocab,
            "asked": self.config.length,
            "window": self.config.window,
            "closing": tuple(self.after),
            "part": self.part,
        }

    def encode(self, values: Sequence[Any]) -> dict[str, Ragged]:
        """Give texts and questions their ids.

        Args:
            values: two columns of N cells, texts and questions; None is an empty one.

        Returns:
            "head": int64, a question with what stands around it, `length` ids at most; "ids":
            int64 [S], of the text; "bounds": int64 [S, 2], first character and end in the raw
            text, −1 in padding.
        """
        texts, questions = ([mend(cell or "") for cell in column] for column in values)
        room = self.config.length - len(self.before) - len(self.between)
        heads = [
            [*self.before, *ids[:room], *self.between] for ids, _ in self._read(questions, False)
        ]
        each = list(dict.fromkeys(texts))  # questions on one text share it
        told = dict(zip(each, self._read(each, True), strict=True))
        rows = [told[text] for text in texts]
        ends = np.append(0, np.cumsum([len(ids) for ids, _ in rows])).astype(np.int64)
        ids = np.concatenate([np.empty(0, np.int64), *(np.array(ids, np.int64) for ids, _ in rows)])
        bounds = np.concatenate([np.empty((0, 2), np.int64), *(places for _, places in rows)])
        heads_at = np.append(0, np.cumsum([len(head) for head in heads])).astype(np.int64)
        flat = np.array([one for head in heads for one in head], np.int64)
        return {
            "head": Ragged(flat, heads_at, self.padding),
            "ids": Ragged(ids, ends, self.padding),
            "bounds": Ragged(bounds, ends, OUT),
        }

    def places(self, cells: Any) -> dict[str, Places]:
        """Where the pieces of a text and of its question lie; what stands around them does not."""
        text, question = (mend(cell or "") for cell in cells)
        room = self.config.length - len(self.before) - len(self.between)
        found = self.engine.encode(question, add_special_tokens=False).offsets[:room]
        asked = one_each(np.array(found, np.int64).reshape(-1, 2))
        [(_, bounds)] = self._read([text], True)
        return {"ids": one_each(bounds), "head": moved(asked, 0, 1, len(self.before))}

    def _read(self, texts: list[str], placed: bool) -> list[tuple[list[int], NDArray[np.int64]]]:
        """Ids and, where asked for, bounds of every text, without what stands around it."""
        out = []
        for start in range(0, len(texts), AT_ONCE):
            some = texts[start : start + AT_ONCE]
            found = self.engine.encode_batch(some, add_special_tokens=False)
            for text, one in zip(some, found, strict=True):
                out.append(_placed(text, one.ids, one.offsets) if placed else (one.ids, _NONE))
        return out

    @classmethod
    def from_spec(cls, spec: Any) -> Self:
        """Build the codec from its stored form.

        Raises:
            BundleError: a field is absent, of a wrong type, out of range, or does not fit.
        """
        spec = specs.table(spec, cls.name)
        length = specs.whole(spec, "length", 3, MOST_LENGTH)
        window = specs.whole(spec, "window", LEAST, MOST_LENGTH)
        return cls(length=length, window=window).take(*taken(spec))

    def spec(self) -> dict[str, Any]:
        """JSON-safe form: as of "text-subwords", and the window."""
        return super().spec() | {"window": self.config.window}


_NONE: NDArray[np.int64] = np.empty((0, 2), np.int64)


def _placed(text: str, ids: list[int], offsets: list[tuple[int, int]]) -> tuple[list[int], NDArray]:
    """Pieces with their places; white space at their ends is not theirs, and pieces of nothing
    else are left out.
    """
    kept, places, last = [], [], 0
    for number, (start, end) in zip(ids, offsets, strict=True):
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if end > start and end >= last:  # places rise, so that stretches can be told by them
            kept.append(number)
            places.append((start, end))
            last = end
    return kept, np.array(places, np.int64).reshape(-1, 2)
