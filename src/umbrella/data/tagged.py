"""Tags of tokens as spans, whatever the scheme, and what had to be mended on the way.

BIO (IOB2) and IOB1 begin a span with B-, IOB1 only where two of a type meet; BIOES, BMES, BMEWO and
BILOU tell its end as well. All are read by one rule: a span begins where B or S stands, or where I
or E goes on nothing; it goes on while the type stays; it ends with E or S, or before what does not
go on.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError

TAG = re.compile(r"(?:O|[BIMELSUW][-_]\S.*)")
MEANS = {"B": "B", "I": "I", "M": "I", "E": "E", "L": "E", "S": "S", "U": "S", "W": "S"}
SCHEMES = {  # letters beside B that a scheme may have; the first that holds all is meant
    "BIO": "I",
    "BIOES": "IES",
    "BMES": "MES",
    "BMEWO": "MEW",
    "BILOU": "ILU",
    "BIOEW": "IEW",
}
BROKEN = 0.1  # share of spans with a fault beyond which tags mean something else
Place = tuple[str, int]  # file and line


@dataclass
class Tally:
    """What is found in tags as they are read."""

    letters: dict[str, Place] = field(default_factory=dict)
    spans: Counter[str] = field(default_factory=Counter)
    orphans: int = 0  # spans that begin with I or E
    unclosed: int = 0  # spans that do not end with E or S
    after_same: int = 0  # spans begun by B right after one of the same type
    begun: int = 0  # by B or S elsewhere
    several: int = 0  # tags of which only the first was read
    first_orphan: Place | None = None
    first_unclosed: Place | None = None
    first_several: Place | None = None

    @property
    def scheme(self) -> str:
        """Name of the scheme.

        Raises:
            DataError: letters of several schemes are mixed.
        """
        seen = set(self.letters) - {"B"}
        for name, letters in SCHEMES.items():
            if seen <= set(letters):
                if name != "BIO" or not self.orphans:
                    return name
                alone = not self.begun
                return ("IOB1" if "B" in self.letters else "IO") if alone else "BIO"
        shown = ", ".join(f"{one}- in line {at[1]}" for one, at in sorted(self.letters.items()))
        file = next(iter(self.letters.values()))[0]
        raise DataError(
            f"{file} mixes tags of several schemes: {shown}. Known are BIO, IOB1, "
            f"{', '.join(list(SCHEMES)[1:5])}; bring all tags to one of them."
        )

    def close(self, file: str) -> list[Sentence]:
        """Judge at the end: notes on what was mended.

        Raises:
            DataError: mixed schemes, or too many faults.
        """
        if not self.letters:
            return []
        scheme, total = self.scheme, max(sum(self.spans.values()), 1)
        has_ends = scheme not in ("BIO", "IOB1", "IO")
        mended = self.unclosed + self.orphans if has_ends else 0
        if mended > BROKEN * total and mended > 1:
            at = self.first_orphan or self.first_unclosed or (file, 0)
            raise DataError(
                f"{at[0]}, line {at[1]}: in {mended:,} of {total:,} spans tags do not follow each "
                f"other as {scheme} asks (a span begins with B- and ends with "
                f"{'/'.join(one for one in ('E', 'L') if one in self.letters) or 'E'}-, or is one "
                f"{'/'.join(one for one in ('S', 'W', 'U') if one in self.letters) or 'S'}-). "
                f"Mend the tags, or write them in one scheme."
            )
        notes = []
        if self.orphans and scheme not in ("IOB1", "IO"):
            where = self.first_orphan or (file, 0)
            notes.append(sentence("tag.orphans", count=self.orphans, line=where[1], scheme=scheme))
        if self.unclosed and has_ends:
            where = self.first_unclosed or (file, 0)
            notes.append(sentence("tag.unclosed", count=self.unclosed, line=where[1]))
        if self.several:
            where = self.first_several or (file, 0)
            notes.append(sentence("tag.several", count=self.several, line=where[1]))
        return notes


def spans_of(tags: Sequence[str], places: Sequence[Place], tally: Tally) -> list[list]:
    """Spans of one sentence: [first token, token after the last, type] each.

    Args:
        tags: of its tokens, each of the form of TAG.
        places: of each token, for messages.
        tally: is told what was met.
    """
    out: list[list] = []
    open_, closed = False, True
    for at, (tag, place) in enumerate(zip(tags, places, strict=True)):
        if "," in tag and all(TAG.fullmatch(one) for one in tag.split(",")):
            tag = tag.split(",")[0]
            tally.several += 1
            tally.first_several = tally.first_several or place
        letter, kind = tag[0], tag[2:]
        form = MEANS.get(letter, "O")
        if form != "O":
            tally.letters.setdefault(letter, place)
        goes_on = form in "IE" and open_ and out[-1][2] == kind
        if open_ and not goes_on and not closed:
            tally.unclosed += 1
            tally.first_unclosed = tally.first_unclosed or place
        if form == "O":
            open_ = False
            continue
        if goes_on:
            out[-1][1] = at + 1
        else:
            touches = bool(out) and out[-1][1] == at and out[-1][2] == kind
            _begin(tally, form, touches, place)
            tally.spans[kind] += 1
            out.append([at, at + 1, kind])
        open_ = form in "BI"
        closed = False
    if open_:
        tally.unclosed += 1
        tally.first_unclosed = tally.first_unclosed or places[-1]
    return out


def _begin(tally: Tally, form: str, touches: bool, place: Place) -> None:
    """Count how a span begins."""
    if form in "IE":
        tally.orphans += 1
        tally.first_orphan = tally.first_orphan or place
    elif touches:
        tally.after_same += 1
    else:
        tally.begun += 1
