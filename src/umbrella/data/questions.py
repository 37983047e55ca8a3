"""Files in the manner of SQuAD: texts with questions, and where the answers stand in them.

    {"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question", "answers"}]}]}]}

A question becomes a row. What is accepted as its answer is a JSON list of {"text", "start"}, start
in characters (code points) of the text; an empty list where the text does not say. An answer that
does not stand where the file has it is looked up: the nearest place where it stands is taken, and
said. One that stands nowhere is kept without a place ("start" null): answers are judged by it, but
nothing is learned from it. A question none of whose answers stands in its text is a bad row.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError
from umbrella.data.codecs.scripts import mend
from umbrella.data.columnar import Rows
from umbrella.data.ledger import Ledger

CONTEXT, QUESTION, ANSWERS, NAME, GROUP = "context", "question", "answers", "id", "article"
KINDS = {CONTEXT: "text", QUESTION: "text", ANSWERS: "text", NAME: "category", GROUP: "category"}
HEAD = 2**16  # bytes that tell whether a file is of this form
BATCH = 1_024  # questions of a frame: texts are long and come with every question
SHOWN = 40  # characters of a text in a message


@dataclass
class _Tally:
    """What is met on the way."""

    texts: int = 0
    silent: int = 0  # questions that the text does not answer
    moved: int = 0  # answers found elsewhere than the file has them
    first_moved: str = ""
    nowhere: int = 0  # answers beside others that stand in the text


def looks_asked(first: bytes) -> bool:
    """Whether a file begins as one of this form.

    Args:
        first: its beginning, in any encoding that keeps ASCII.
    """
    head = first[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"{") and all(
        mark in head for mark in (b'"data"', b'"paragraphs"', b'"context"')
    )


def read_questions(blocks: Iterable[bytes], ledger: Ledger, kinds: dict[str, str]) -> Rows:
    """Read questions.

    Args:
        blocks: UTF-8 without a byte order mark, cut anywhere.
        ledger: takes the counts; a row's number is that of its question in the file.
        kinds: is told the kinds of the columns.

    Returns:
        Frames of the columns context, question, answers, id and article, and notes, whole once all
        frames are read.

    Raises:
        DataError: no JSON, or of another layout; the message names the part.
    """
    kinds |= KINDS
    notes: list[Sentence] = []
    return _frames(_document(b"".join(blocks), ledger.file), ledger, notes), notes


def _document(content: bytes, file: str) -> list[Any]:
    try:
        document = json.loads(content)
    except ValueError as error:
        raise DataError(f"{file} is cut short or no JSON: {error}. Fetch it again.") from error
    articles = document.get("data") if isinstance(document, Mapping) else None
    if not isinstance(articles, list):
        raise DataError(
            f'{file} is JSON without a list "data" at its top, so it holds no questions in the '
            f"manner of SQuAD. Write one object a line instead, with context, question and answers."
        )
    return articles


def _frames(articles: list[Any], ledger: Ledger, notes: list[Sentence]) -> Iterator[pl.DataFrame]:
    tally = _Tally()
    rows: list[dict[str, str]] = []
    yield pl.DataFrame(schema=dict.fromkeys(KINDS, pl.String))
    for number, asked in enumerate(_questions(articles, ledger.file, tally), 1):
        try:
            rows.append(_row(asked, ledger, tally))
        except ValueError as error:
            ledger.add_bad(number, str(error))
        if len(rows) == BATCH:
            yield _frame(rows, ledger)
            rows = []
    yield _frame(rows, ledger)
    notes.append(sentence("answer.read", questions=ledger.good, texts=tally.texts))
    if tally.silent:
        notes.append(sentence("answer.silent", count=tally.silent))
    if tally.moved:
        notes.append(sentence("answer.moved", count=tally.moved, first=tally.first_moved))
    if tally.nowhere:
        notes.append(sentence("answer.nowhere", count=tally.nowhere))


def _frame(rows: list[dict[str, str]], ledger: Ledger) -> pl.DataFrame:
    ledger.add_good(len(rows))
    return pl.DataFrame(rows, schema=dict.fromkeys(KINDS, pl.String))


@dataclass(frozen=True)
class _Asked:
    """One question as the file has it, with what stands around it."""

    context: str
    question: Mapping[str, Any]
    article: str


def _questions(articles: list[Any], file: str, tally: _Tally) -> Iterator[_Asked]:
    for place, article in enumerate(articles):
        where = f"{file}, data[{place}]"
        for at, paragraph in enumerate(_list(article, "paragraphs", where)):
            inside = f"{where}.paragraphs[{at}]"
            context = paragraph.get("context") if isinstance(paragraph, Mapping) else None
            if not isinstance(context, str):
                raise DataError(f'{inside} has no text "context". Give it one, or take it out.')
            tally.texts += 1
            title = article.get("title") or f"{place}" if len(articles) > 1 else f"{at}"
            for question in _list(paragraph, "qas", inside):
                yield _Asked(context, question if isinstance(question, Mapping) else {}, str(title))


def _list(holder: Any, name: str, where: str) -> list[Any]:
    found = holder.get(name) if isinstance(holder, Mapping) else None
    if not isinstance(found, list):
        raise DataError(f'{where} has no list "{name}". Give it one, or take it out.')
    return found


def _row(asked: _Asked, ledger: Ledger, tally: _Tally) -> dict[str, str]:
    """The cells of a question.

    Raises:
        ValueError: why the row is a bad one.
    """
    context, found = mend(asked.context), asked.question
    name = str(found.get("id", ""))
    called = f"question {name!r}: " if name else ""
    if not context.strip():
        raise ValueError(f"{called}its text is empty")
    if len(context) > ledger.limits.cell_chars:
        raise ValueError(f"{called}a text of {len(context):,} characters")
    text = found.get("question")
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"{called}no question is asked")
    answers = found.get("answers")
    if answers is None and not found.get("is_impossible"):
        raise ValueError(f'{called}no list "answers"; an empty one says that the text is silent')
    given = [] if found.get("is_impossible") else list(answers or ())
    accepted = [_placed(one, context, called, tally) for one in given]
    if accepted and all(one["start"] is None for one in accepted):
        shown = accepted[0]["text"][:SHOWN]
        raise ValueError(f"{called}the answer {shown!r} does not stand in the text")
    tally.silent += not accepted
    tally.nowhere += sum(one["start"] is None for one in accepted)
    cells = {CONTEXT: context, QUESTION: mend(text), NAME: name, GROUP: asked.article}
    return cells | {ANSWERS: json.dumps(accepted, ensure_ascii=False)}


def _placed(one: Any, context: str, called: str, tally: _Tally) -> dict[str, Any]:
    """An answer and where it stands, None for nowhere.

    Raises:
        ValueError: it is empty.
    """
    text = one.get("text") if isinstance(one, Mapping) else one
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"{called}an answer without text; an empty list says that there is none")
    text = mend(text)
    start = one.get("answer_start", one.get("start", -1)) if isinstance(one, Mapping) else -1
    start = start if isinstance(start, int) else -1
    if start >= 0 and context[start : start + len(text)] == text:
        return {"text": text, "start": start}
    nearest = _nearest(text, context, start)
    if start >= 0 and nearest is not None:
        tally.moved += 1
        tally.first_moved = tally.first_moved or called.removesuffix(": ") or repr(text[:SHOWN])
    return {"text": text, "start": nearest}


def _nearest(text: str, context: str, start: int) -> int | None:
    """Where a text stands, nearest to a place; the first place where none is told."""
    if start < 0:
        return at if (at := context.find(text)) >= 0 else None
    before, after = context.rfind(text, 0, start + len(text)), context.find(text, start)
    places = [at for at in (before, after) if at >= 0]
    return min(places, key=lambda at: abs(at - start)) if places else None
