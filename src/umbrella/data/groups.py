"""Groups found by themselves: rows that come from one speaker, patient or house, told by names.

File names often say where a row comes from: in 7_jackson_32.wav the middle part is the speaker.
Each part of the names, and each folder above them, is one candidate. It is proposed when

- it decides the label: every row of one value has the same label, which chance does not explain
  (the slices of one patient, the photos of one house), or
- it crosses the labels: a handful of values or more, each with most labels and several rows of
  each (the words of one speaker).

Numbers that run from 0 or 1 without a gap are counters, not groups, unless they decide the label
or stand behind a word for a source ("subject07"). Better no proposal than a false one.

Shapes: N rows, K groups.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from umbrella.base.catalogue import Sentence, sentence

FEWEST = 4  # groups, so that each part of a split can hold one at least
LEAST_ROWS = 20  # below this nothing is proposed
EACH = 2.0  # rows of a group on average
PURE = 0.99  # share of rows with their group's commonest label, for the group to decide it
CHANCE = 1e-6  # most that chance may do to make a candidate decide the label
CROSSED = 0.9  # share of groups that hold most labels, for the candidate to cross them
REGULAR = 0.95  # share of names that are built alike; else their parts mean nothing
BIGGEST = 0.6  # share of the rows that one group may hold
CLASSES = 20  # different numbers beyond which a label is a quantity
FOLDERS = 3  # folders above a file that are looked at

BREAKS = re.compile(r"[_\-\s.+@#,;=()\[\]]+")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
NUMBERED = re.compile(r"([^\d]*)(\d+)")
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
# fmt: off
SOURCES = frozenset((  # words for what rows come from
    "id", "uid", "uuid", "guid", "user", "speaker", "spk", "subject", "subj", "sub", "sbj",
    "patient", "pat", "actor", "person", "participant", "client", "customer", "account",
    "household", "house", "family", "owner", "author", "writer", "singer", "artist", "album",
    "session", "dialog", "dialogue", "conversation", "document", "doc", "device", "machine",
    "sensor", "site", "hospital", "clinic", "school", "student", "teacher", "animal", "dog",
    "cow", "player", "team", "group"
))
# fmt: on
PREFIXES = SOURCES - {"sub", "group", "doc"} | {"s", "p", "sub"}  # before a number in a file name
SOURCES_ZH = ("说话人", "用户", "患者", "病人", "编号", "作者", "客户", "会话", "学生", "设备")
ALONE = "\0"  # begins the value of a row that is a group of its own
PARTS = frozenset(("train", "training", "test", "testing", "val", "valid", "validation", "dev"))


@dataclass(frozen=True)
class Proposal:
    """One way to group the rows.

    Args:
        called: where the values come from, e.g. "part 2 of the file name".
        values: the group of each row [N]; rows outside the pattern are groups of their own.
        groups: K.
        decides: whether a group decides the label; else it crosses the labels.
        why: what makes them groups, with the figures.
    """

    called: Sentence
    values: tuple[str, ...]
    groups: int
    decides: bool
    why: Sentence

    @property
    def column(self) -> str | None:
        """The column that holds the groups; None where they come from names of files."""
        return self.called.values.get("name")

    @property
    def name(self) -> str:
        """Where the values come from, in English."""
        return self.called.say("en")


def propose(cells: Sequence[str | None], labels: Sequence[str | None]) -> list[Proposal]:
    """Groupings that file names suggest, the most telling first.

    Args:
        cells: N paths.
        labels: what is to be predicted, [N], as written.

    Returns:
        Proposals, none when the names tell nothing. Those that cross the labels come before
        those that decide them, and more groups before fewer.
    """
    if len(cells) < LEAST_ROWS:
        return []
    found: list[Proposal] = []
    for called, values in _candidates(cells):
        proposal = _judge(called, values, labels, is_named=False)
        if proposal and not any(_same(proposal.values, other.values) for other in found):
            found.append(proposal)
    return _ranked(found)


def propose_columns(
    columns: Mapping[str, Sequence[str | None]], labels: Sequence[str | None]
) -> list[Proposal]:
    """Groupings that id-like columns suggest, the most telling first.

    Args:
        columns: name → N cells as written, the target left out. Only those whose name has a word
            for a source ("user_id", "PatientID", "患者编号") are looked at.
        labels: what is to be predicted, [N], as written.
    """
    found = []
    for name, cells in columns.items():
        if len(cells) < LEAST_ROWS or not names_a_source(name):
            continue
        values = [cell if cell else f"{ALONE}{row}" for row, cell in enumerate(cells)]
        proposal = _judge(sentence("data.group.column", name=name), values, labels, is_named=True)
        if proposal:
            found.append(proposal)
    return _ranked(found)


def _ranked(found: list[Proposal]) -> list[Proposal]:
    return sorted(found, key=lambda one: (one.decides, -one.groups, one.name))


def _candidates(cells: Sequence[str | None]) -> list[tuple[Sentence, list[str]]]:
    """Every part of names that are built alike, and the folders above, with its values."""
    paths = [(cell or "").replace("\\", "/").split("/") for cell in cells]
    stems = [BREAKS.split(path[-1].rsplit(".", 1)[0]) for path in paths]
    length, count = Counter(map(len, stems)).most_common(1)[0]
    out: list[tuple[Sentence, list[str]]] = []
    if length > 1 and count >= REGULAR * len(cells):
        for at in range(length):
            out.append((sentence("data.group.part", at=at + 1), _column(cells, stems, length, at)))
    for up in range(1, FOLDERS + 1):
        folders = [path[-1 - up] if len(path) > up else "" for path in paths]
        if all(folders):
            key = "data.group.folder" if up == 1 else "data.group.above"
            out.append((sentence(key, up=up), folders))
    return out


def _column(cells: Sequence[str | None], stems: list[list[str]], length: int, at: int) -> list[str]:
    """One part of every name; a name that is built otherwise is a value of its own."""
    rows = enumerate(zip(cells, stems, strict=True))
    return [
        stem[at] if len(stem) == length else f"{ALONE}{row} {cell or ''}"
        for row, (cell, stem) in rows
    ]


def _judge(
    called: Sentence, values: Sequence[str], labels: Sequence[str | None], *, is_named: bool
) -> Proposal | None:
    """The proposal that a candidate makes, or None; rows of their own do not speak against it."""
    whole = values
    inside = [row for row, value in enumerate(whole) if value[:1] != ALONE]
    values, labels = [whole[row] for row in inside], [labels[row] for row in inside]
    sizes = Counter(values)
    rows, groups = len(values), len(sizes)
    if groups < FEWEST or rows < EACH * groups or max(sizes.values()) > BIGGEST * rows:
        return None
    if {value.lower() for value in sizes} & PARTS or _is_label(values, labels):
        return None
    shown = ", ".join(value for value, _ in sizes.most_common(3))
    facts = {"shown": shown, "each": round(rows / groups)}
    if _decides(values, labels, sizes):
        why = sentence("data.group.decides", **facts)
        return Proposal(called, tuple(whole), groups, True, why)
    if _crosses(values, labels, sizes) and (is_named or not _counts(sizes)):
        why = sentence("data.group.crosses", **facts)
        return Proposal(called, tuple(whole), groups, False, why)
    if is_named:
        why = sentence("data.group.named", **facts)
        return Proposal(called, tuple(whole), groups, False, why)
    return None


def _is_label(values: Sequence[str], labels: Sequence[str | None]) -> bool:
    """Whether a candidate is the label in other words: few values for each label, none shared."""
    of_label = defaultdict(set)
    for value, label in zip(values, labels, strict=True):
        of_label[label].add(value)
    if not _is_quantity(labels) and all(len(found) == 1 for found in of_label.values()):
        return True  # the label decides it
    equal = sum(v.lower() == str(label).lower() for v, label in zip(values, labels, strict=True))
    return equal > 0.5 * len(values)


def _is_quantity(labels: Sequence[str | None]) -> bool:
    """Whether labels are numbers rather than names of classes."""
    kinds = set(labels) - {None}
    return len(kinds) > CLASSES and all(map(NUMBER.fullmatch, map(str, kinds)))


def _decides(values: Sequence[str], labels: Sequence[str | None], sizes: Counter[str]) -> bool:
    """Whether rows of one value have one label, beyond what chance explains."""
    tally = Counter(labels)
    pairs = Counter(zip(values, labels, strict=True))
    best: dict[str, int] = defaultdict(int)
    for (value, _), count in pairs.items():
        best[value] = max(best[value], count)
    rows, extra = len(values), len(values) - len(sizes)
    # A value seen twice agrees with itself by chance as often as two rows share their label.
    agree = sum(count * count for count in tally.values()) / rows**2
    by_chance = agree**extra
    finer = len(sizes) >= 2 * len(tally) or _is_quantity(labels)
    return sum(best.values()) >= PURE * rows and by_chance < CHANCE and finer


def _crosses(values: Sequence[str], labels: Sequence[str | None], sizes: Counter[str]) -> bool:
    """Whether nearly every value comes with most labels, and with several rows of each."""
    kinds = len(set(labels))
    if kinds < 2 or _is_quantity(labels):
        return False
    pairs = set(zip(values, labels, strict=True))
    seen = Counter(value for value, _ in pairs)
    wide = sum(count > kinds / 2 for count in seen.values())
    return wide >= CROSSED * len(sizes) and len(values) >= EACH * len(pairs)


def _counts(sizes: Counter[str]) -> bool:
    """Whether the values are numbers from 0 or 1 without a gap, with no word for a source."""
    found = [NUMBERED.fullmatch(value) for value in sizes]
    if not all(found):
        return False
    prefixes = {match[1].lower() for match in found if match}
    if len(prefixes) != 1 or prefixes & PREFIXES:
        return False
    numbers = sorted({int(match[2]) for match in found if match})
    gaps = numbers[-1] - numbers[0] + 1 - len(numbers)
    return numbers[0] <= 1 and gaps <= 0.1 * len(numbers)


def names_a_source(name: str) -> bool:
    """Whether a column's name has a word for what rows come from."""
    words = {word.lower() for word in WORDS.findall(name)}
    return bool(words & SOURCES) or any(word in name for word in SOURCES_ZH)


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two candidates group the rows alike."""
    return len(set(zip(one, other, strict=True))) == len(set(one)) == len(set(other))
