"""Files in the manner of CoNLL: a token and its tags a line, a blank line between sentences.

    lines → tokens and tags → text and the places of spans in it, a sentence a row

The token is the first column and the tag the last. Tokens are joined by spaces; in scripts that are
written without them by nothing, or by a space between two Latin words. Lines that begin with
-DOCSTART- and comments (# …) are passed over. A sentence with a line that cannot be read is a bad
row.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import polars as pl

from umbrella.base.catalogue import Sentence, sentence
from umbrella.data.codecs.scripts import LETTER, classify, code_points, mend, unspaced_share
from umbrella.data.columnar import Rows
from umbrella.data.ledger import Ledger
from umbrella.data.tagged import TAG, Place, Tally, spans_of

TEXT, SPANS = "text", "spans"  # columns that come out
HEAD, LINES = 2**16, 2_000  # bytes and lines that tell whether a file is of this form
TOLD = 500  # sentences that tell how tokens are joined
BATCH = 4_096  # sentences of a frame
SINGLE = 0.9  # share of tokens of one character from which on every character is a token
START = "-DOCSTART-"
Token = tuple[str, str, Place]  # token, tag, place


def looks_tagged(first: bytes) -> bool:
    """Whether a file begins as one of this form.

    Args:
        first: its beginning, in any encoding that keeps ASCII.
    """
    head = first[:HEAD]
    lines = head.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if len(first) > HEAD:
        lines = lines[:-1]
    tags, tokens = set[str](), 0
    for line in lines[:LINES]:
        fields = _fields(line.decode("utf-8", "replace"))
        if not fields or fields[0].startswith(START) or _is_comment(fields):
            continue
        if len(fields) < 2 or not TAG.fullmatch(fields[-1]):
            return False
        tags.add(fields[-1])
        tokens += 1
    return tokens > 2 and any(tag != "O" for tag in tags)


def read_tagged(blocks: Iterable[bytes], ledger: Ledger, kinds: dict[str, str]) -> Rows:
    """Read sentences.

    Args:
        blocks: UTF-8 without a byte order mark, cut anywhere.
        ledger: takes the counts.
        kinds: is told the kinds of the columns.

    Returns:
        Frames of the columns "text" and "spans", and notes, whole once all frames are read.
    """
    kinds |= {TEXT: "text", SPANS: "text"}
    notes: list[Sentence] = []
    return _frames(blocks, ledger, notes), notes


def _frames(
    blocks: Iterable[bytes], ledger: Ledger, notes: list[Sentence]
) -> Iterator[pl.DataFrame]:
    tally, seen = Tally(), dict[str, Any]()
    stream = _sentences(_lines(blocks), ledger, seen)
    first = [tokens for tokens, _ in zip(stream, range(TOLD), strict=False)]
    glue = _glue(first)
    rows: list[tuple[str, str]] = []
    yield pl.DataFrame(schema={TEXT: pl.String, SPANS: pl.String})
    for tokens in chain(first, stream):
        made = _row(tokens, glue, tally)
        if len(made[0]) > ledger.limits.cell_chars:
            ledger.add_bad(tokens[0][2][1], f"a sentence of {len(made[0]):,} characters")
            continue
        rows.append(made)
        if len(rows) == BATCH:
            yield _frame(rows, ledger)
            rows = []
    yield _frame(rows, ledger)
    mended = tally.close(ledger.file)
    if tally.letters:
        told: dict[str, Any] = {"spans": sum(tally.spans.values()), "types": len(tally.spans)}
        told |= {
            "scheme": tally.scheme,
            "columns": seen.get("columns", 2),
            "sentences": ledger.good,
        }
        how = sentence(f"tag.{'spaced' if glue == ' ' else 'joined'}")
        notes.append(sentence("tag.read", how=how, **told))
    notes += mended


def _frame(rows: Sequence[tuple[str, str]], ledger: Ledger) -> pl.DataFrame:
    ledger.add_good(len(rows))
    cells = {TEXT: [row[0] for row in rows], SPANS: [row[1] for row in rows]}
    return pl.DataFrame(cells, schema={TEXT: pl.String, SPANS: pl.String})


def _lines(blocks: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "replace")
    if rest:
        yield rest.decode("utf-8", "replace")


def _fields(line: str) -> list[str]:
    line = line.rstrip("\r\n")
    if "\t" in line:
        fields = [field.strip() for field in line.split("\t")]
        while fields and not fields[-1]:
            fields.pop()
        return fields
    return line.split()


def _is_comment(fields: Sequence[str]) -> bool:
    return fields[0].startswith("#") and not TAG.fullmatch(fields[-1])


def _sentences(lines: Iterable[str], ledger: Ledger, seen: dict[str, Any]) -> Iterator[list[Token]]:
    """Tokens of every sentence without a fault."""
    tokens: list[Token] = []
    fault: tuple[int, str] | None = None
    number = 0
    for number, line in enumerate(chain(lines, [""]), 1):
        fields = _fields(line)
        if not fields:
            if fault is not None:
                ledger.add_bad(*fault)
            elif tokens:
                yield tokens
            tokens, fault = [], None
        elif not fields[0].startswith(START) and not _is_comment(fields):
            why = _fault(fields)
            fault = fault or (None if why is None else (number, why))
            seen.setdefault("columns", len(fields))
            if why is None:
                tokens.append((mend(fields[0]), fields[-1], (ledger.file, number)))


def _fault(fields: Sequence[str]) -> str | None:
    """Why a line cannot be read, or None."""
    if len(fields) < 2:
        return f"{fields[0][:40]!r} stands alone; a token and its tag are needed"
    if not fields[0]:
        return "no token before the tag"
    if not TAG.fullmatch(fields[-1]):
        return f"the tag {fields[-1][:40]!r} is neither O nor like B-TYPE, I-TYPE, E-TYPE, S-TYPE"
    return None


def _glue(sentences: Sequence[Sequence[Token]]) -> str | None:
    """What stands between tokens: a space; "" where each is one character of a script without
    spaces; None where its words may be Latin too.
    """
    tokens = [token for one in sentences for token, _, _ in one]
    share = unspaced_share(tokens)
    if share and sum(len(one) == 1 for one in tokens) >= SINGLE * len(tokens):
        return ""
    return None if share > 0.5 else " "


def _row(tokens: Sequence[Token], glue: str | None, tally: Tally) -> tuple[str, str]:
    """Text and spans of one sentence."""
    starts, ends, parts, size, last = [], [], [], 0, ""
    for token, _, _ in tokens:
        if size:
            between = glue if glue is not None else _between(last, token)
            parts.append(between)
            size += len(between)
        parts.append(token)
        starts.append(size)
        size += len(token)
        ends.append(size)
        last = token
    found = spans_of([tag for _, tag, _ in tokens], [place for _, _, place in tokens], tally)
    spans = [
        {"start": starts[first], "end": ends[after - 1], "type": kind}
        for first, after, kind in found
    ]
    return "".join(parts), json.dumps(spans, ensure_ascii=False)


def _between(left: str, right: str) -> str:
    beside = classify(code_points(mend(left[-1] + right[0]))).tolist()
    return " " if beside == [LETTER, LETTER] else ""
