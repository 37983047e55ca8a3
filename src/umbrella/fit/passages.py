"""Texts and questions on them: which columns they are, and which rows must stay together.

Columns are known by their names; where these do not tell, the text is the column that answers are
copied from, and the question the one that asks. Questions on one text, on one article where a
column names it, and on copies of a text are on one side of a split.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import ConfigError, DataError
from umbrella.data.table import Table
from umbrella.data.twins import Twins, find_twins, join
from umbrella.fit.settings import NO_GROUP, FitSettings
from umbrella.tasks.accepted import read_accepted

READ = ("text", "category")  # kinds of columns that can be either: few texts may repeat often
# fmt: off
TEXTS = frozenset((
    "context", "passage", "paragraph", "text", "document", "doc", "body", "content", "story",
    "article", "上下文", "文章", "段落", "原文", "文本", "正文", "篇章",
))
QUESTIONS = frozenset(("question", "query", "q", "ask", "asked", "问题", "提问", "问句", "问"))
TITLES = frozenset((
    "article", "title", "document", "doc", "book", "source", "标题", "篇名", "书名",
))
# fmt: on
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\x00-\x7f]+")
ASKS = re.compile(r"[?？]\s*$")
LOOKED = 300  # rows by which columns are told
HOLDS, MARKED = 0.9, 0.5  # shares of rows that hold the answer, that end in a question mark
FEWEST = 4  # articles, so that each part can hold one at least


def find_columns(
    table: Table, settings: FitSettings, rows: NDArray[np.int64], asked: Sequence[str]
) -> tuple[str, str]:
    """The columns of texts and of questions.

    Args:
        table: the rows.
        settings: with the target's name; columns that `use` names are taken as text, question,
            unless their names say otherwise.
        rows: which rows count [n].
        asked: columns that may be either.

    Raises:
        ConfigError: it cannot be told which they are.
    """
    readable = [name for name in asked if table.kinds[name] in READ]
    text, question = _one(readable, TEXTS), _one(readable, QUESTIONS)
    if text and question and text != question:
        return text, question
    if settings.use and len(readable) == 2:
        if text or question:
            text = text or next(name for name in readable if name != question)
            return text, next(name for name in readable if name != text)
        return readable[0], readable[1]
    cells = _some(table, [*readable, settings.target], rows)
    text = text or _copied_from([name for name in readable if name != question], settings, cells)
    left = [name for name in readable if name != text]
    question = question or _one(left, QUESTIONS) or _asking(left, cells)
    if question is None and len(left) == 1:
        question = left[0]
    if text is None or question is None:
        seen = ", ".join(f"{name} ({table.kinds[name]})" for name in asked) or "none"
        missing = "the text that holds the answers" if text is None else "the question"
        raise ConfigError(
            f"--task answer reads a column of texts and one of questions on them, and it cannot be "
            f"told which is {missing}: {seen}. Name both, the text first: --use TEXT,QUESTION. "
            f"The answers are in --target {settings.target}."
        )
    return text, question


def _require_questions(table: Table, column: str, rows: NDArray[np.int64]) -> None:
    """Refuse rows that ask nothing."""
    cells = table.raw(column).to_list()
    empty = [row for row in rows.tolist() if not (cells[row] or "").strip()]
    if empty:
        raise DataError(
            f"{table.source or table.name}: Row {empty[0] + 1}: column {column!r} asks nothing "
            f"({len(empty):,} rows in all). Write the question, or take the row out."
        )


def keep_together(
    table: Table, settings: FitSettings, columns: tuple[str, ...], rows: NDArray[np.int64]
) -> tuple[str | None, list[int] | None, list[Sentence]]:
    """Which rows are on one side of the split.

    Args:
        table: the rows.
        settings: `group` names a column instead, and "none" forbids any.
        columns: of texts, of questions.
        rows: which rows count [n].

    Returns:
        What the groups are named by, the group of each row [n], and notes.

    Raises:
        DataError: a row asks nothing.
    """
    _require_questions(table, columns[1], rows)
    if settings.group == NO_GROUP or settings.time is not None:
        return None, None, []
    texts = _cells(table, columns[0], rows)
    own = _numbers(texts)
    first = np.unique(own, return_index=True)[1]
    near = find_twins([texts[at] for at in first], seed=settings.seed).cluster
    alike = near[own]
    name = settings.group or _titles(table, settings, columns, rows, own)
    if name is not None:
        titled = _numbers(_cells(table, name, rows))
        alike = join(
            int(alike.max()) + 1 + int(titled.max()) + 1, alike, titled + int(alike.max()) + 1
        )[alike]
    groups = len(np.unique(alike))
    by = name or columns[0]
    told = {"name": by, "groups": groups, "texts": len(first), "rows": len(rows)}
    return by, alike.tolist(), [sentence("answer.together", **told)]


def copies(table: Table, columns: tuple[str, ...], rows: NDArray[np.int64], seed: int) -> Twins:
    """Rows that ask the same of the same text."""
    cells = [_cells(table, name, rows) for name in columns]
    return find_twins(["\t".join(pair) for pair in zip(*cells, strict=True)], near=False, seed=seed)


def _titles(
    table: Table,
    settings: FitSettings,
    columns: tuple[str, ...],
    rows: NDArray[np.int64],
    texts: NDArray[np.int64],
) -> str | None:
    """A column that names what texts are taken from: one value a text, several texts a value."""
    for name in table.columns:
        if name in (*columns, settings.target) or not _words(name) & TITLES:
            continue
        values = _numbers(_cells(table, name, rows))
        pairs = len(np.unique(np.stack([texts, values]), axis=1).T)
        kinds, different = len(np.unique(values)), len(np.unique(texts))
        if pairs == different and FEWEST <= kinds < different:
            return name
    return None


def _cells(table: Table, name: str, rows: NDArray[np.int64]) -> list[str]:
    cells = table.raw(name).to_list()
    return [cells[row] or "" for row in rows.tolist()]


def _numbers(cells: Sequence[str]) -> NDArray[np.int64]:
    """Equal cells by equal numbers, [n], in the order in which they come."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(cell, len(known)) for cell in cells], np.int64)


def _words(name: str) -> set[str]:
    return {word.lower() for word in WORDS.findall(name)}


def _one(names: Sequence[str], words: frozenset[str]) -> str | None:
    """The column whose name is or has one of these words; one that is it before those with it."""
    exact = [name for name in names if name.lower() in words]
    found = exact or [name for name in names if _words(name) & words]
    return found[0] if len(found) == 1 else None


def _some(table: Table, names: Sequence[str], rows: NDArray[np.int64]) -> dict[str, list[str]]:
    some = rows[:: max(1, len(rows) // LOOKED)][:LOOKED]
    return {name: _cells(table, name, some) for name in names}


def _copied_from(
    names: Sequence[str], settings: FitSettings, cells: dict[str, list[str]]
) -> str | None:
    """The column whose cells hold the answers, the shortest cells of all that do aside."""
    answers: list[str] = []
    for cell in cells[settings.target]:
        try:
            told = read_accepted(cell)
        except ValueError:
            told = ()
        answers.append(told[0][0] if told else "")
    best, most = None, 0.0
    for name in names:
        pairs = [(a, text) for a, text in zip(answers, cells[name], strict=True) if a]
        if not pairs:
            continue
        share = sum(a in text for a, text in pairs) / len(pairs)
        length = sum(len(text) for _, text in pairs) / len(pairs)
        if share >= HOLDS and length > most:
            best, most = name, length
    return best


def _asking(names: Sequence[str], cells: dict[str, list[str]]) -> str | None:
    """The one column that mostly ends in question marks."""
    found = [
        name
        for name in names
        if sum(bool(ASKS.search(cell)) for cell in cells[name]) > MARKED * len(cells[name])
    ]
    return found[0] if len(found) == 1 else None
