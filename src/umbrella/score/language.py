"""Which character goes on well after others: an n-gram model, counted from sentences.

    p(c | h) = (count(h c) + kinds(h) · p(c | shorter h)) / (count(h) + kinds(h))

kinds(h) is how many different characters were seen after h; below the shortest context every
character is as likely as another. Sentences begin and end at a line break, which no sentence holds.

Source: interpolated Witten–Bell smoothing, as in Chen, Goodman 1998, TR-10-98, section 2.4.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Self

from umbrella.base.errors import BundleError

END = "\n"
ORDER = 6  # characters of the longest n-gram
COUNTS = 2**53  # and below are whole numbers that a float holds exactly
MOST = 60_000  # n-grams kept; the commonest, shorter ones first


class Language:
    """See the module docstring. `Language.learn(["one two", "two"])`.

    Args:
        order: characters of the longest n-gram, ≥ 1.
        grams: n-gram → how often it was seen.
        alphabet: every character that may come, the end among them.
    """

    def __init__(self, order: int, grams: Mapping[str, int], alphabet: Iterable[str]) -> None:
        self.order, self.grams = order, dict(grams)
        self.alphabet = frozenset(alphabet) | {END}
        self.counts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        for gram, count in self.grams.items():
            self.counts[gram[:-1]] += count
            self.kinds[gram[:-1]] += 1
        self.known: dict[tuple[str, str], float] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Language) and self.spec() == other.spec()

    def __hash__(self) -> int:
        return hash((self.order, self.alphabet, len(self.grams)))

    @classmethod
    def learn(
        cls, sentences: Iterable[str], alphabet: Iterable[str] = (), order: int = ORDER
    ) -> Self:
        """Count sentences.

        Args:
            sentences: without line breaks, in the spelling that is to be told apart.
            alphabet: characters that may come although no sentence has them.
            order: characters of the longest n-gram.
        """
        grams: Counter[str] = Counter()
        for sentence in sentences:
            text = f"{END}{sentence}{END}"
            for end in range(2, len(text) + 1):
                for size in range(1, min(order, end) + 1):
                    grams[text[end - size : end]] += 1
        if len(grams) > MOST:
            kept = sorted(grams.items(), key=lambda one: (-one[1], len(one[0]), one[0]))[:MOST]
            grams = Counter(dict(kept))
        seen = {gram[-1] for gram in grams}
        return cls(order, grams, seen | set(alphabet))

    @property
    def start(self) -> str:
        """The context in which a sentence begins."""
        return END[: self.order - 1]

    def context(self, text: str) -> str:
        """As much of what came before as is looked at."""
        return text[len(text) - self.order + 1 :] if len(text) >= self.order else text

    def log_chance(self, context: str, char: str) -> float:
        """Natural logarithm of p(char | context); a character that is unknown is unlikely.

        Args:
            context: `start`, or what `context` gave.
            char: one character, or `END`.
        """
        found = self.known.get((context, char))
        if found is None:
            found = self.known[context, char] = math.log(self._chance(context, char))
        return found

    def _chance(self, context: str, char: str) -> float:
        chance = 1.0 / len(self.alphabet)
        for size in range(len(context) + 1):
            history = context[len(context) - size :]
            count = self.counts.get(history, 0)
            if count:
                kinds = self.kinds[history]
                chance = (self.grams.get(history + char, 0) + kinds * chance) / (count + kinds)
        return chance

    def spec(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "order": self.order,
            "alphabet": "".join(sorted(self.alphabet)),
            "grams": dict(sorted(self.grams.items())),
        }

    @classmethod
    def from_spec(cls, spec: Any) -> Self:
        """Build back from `spec()`.

        Raises:
            BundleError: a field is absent, of a wrong type or out of range.
        """
        try:
            order, grams, alphabet = spec["order"], spec["grams"], spec["alphabet"]
            good = type(order) is int and 1 <= order <= 20 and isinstance(alphabet, str)
            good = good and isinstance(grams, Mapping) and bool(alphabet)
            good = good and all(
                isinstance(gram, str)
                and 1 <= len(gram) <= order
                and type(count) is int
                and 0 < count <= COUNTS
                for gram, count in grams.items()
            )
        except (KeyError, TypeError) as error:
            raise _damaged() from error
        if not good:
            raise _damaged()
        return cls(order, grams, alphabet)


def _damaged() -> BundleError:
    return BundleError(
        "The stored language model is damaged: allowed are an order from 1 to 20, an alphabet and "
        "n-grams counted up to 2**53 times. Use an intact copy of the file, or fit again."
    )
