"""Labels and what they mean, in sentences: from a line of text or from a table.

In a line, labels end at `;`, sentences begin after `:` and are parted by `|`; a .txt file holds a
label a line, written alike, a .json file an object of names and sentences. In a table the column
`label` names them and every other column holds sentences; a label may have several rows. A label
without a sentence is described by its name.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError, DataError, listed
from umbrella.data.read import read
from umbrella.data.shingles import canonical

NAME = "label"  # the column that names labels
NAMES = (NAME, "labels", "name", "class", "category", "topic", "标签", "类别", "分类", "名称")
MOST = 10_000
SHOWN = 60  # characters of what is quoted
STRANGE = 0.1  # share of unknown tokens from which an encoder hardly knows the script
SAME = 0.9999  # cosine from which two labels cannot be told apart
EXAMPLE = '--labels "good: a happy review | I loved it; bad: an angry review"'
SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".gz", ".zst", ".txt", ".json")

Unknown = Callable[[Sequence[str]], float]


@dataclass(frozen=True)
class Described:
    """A label and the sentences that say what it means, at least one.

    Args:
        name: as it will be written.
        sentences: each is read by the encoder; their vectors are averaged.
    """

    name: str
    sentences: tuple[str, ...]


def read_labels(given: str | Path, templates: Sequence[str] = ()) -> list[Described]:
    """The labels that a user names.

    Args:
        given: a file, or a line of text, see above.
        templates: sentences with `{}` in place of the label's description; each makes one of every
            description. None: the descriptions as they are.

    Raises:
        ConfigError: fewer than two labels, too many, two that are the same but for their spelling,
            or a template without `{}`.
        DataError: the file cannot be read or names no label.
    """
    for template in templates:
        if template.count("{}") != 1:
            raise ConfigError(
                f"--template {template!r} needs {{}} once, where the description goes. Write it "
                f'like --template "a review that is {{}}".'
            )
    pairs = _of_file(Path(given)) if _is_file(given) else _of_line(str(given))
    return checked(pairs, templates)


def checked(
    pairs: Iterable[tuple[str, Sequence[str]]], templates: Sequence[str] = ()
) -> list[Described]:
    """The same of pairs of a name and its sentences; a name may come several times."""
    found: dict[str, list[str]] = {}
    for name, sentences in pairs:
        found.setdefault(name, []).extend(sentences)
    if len(found) < 2:
        have = f"only {next(iter(found))!r}" if found else "none"
        raise ConfigError(
            f"--labels names {have}: a choice needs two labels or more. Write them like {EXAMPLE}"
        )
    if len(found) > MOST:
        raise ConfigError(
            f"--labels names {len(found):,} labels; {MOST:,} are allowed. Name the groups that "
            f"they belong to first, and label each group on its own."
        )
    spelled: dict[str, str] = {}
    for name in found:
        other = spelled.setdefault(canonical(name), name)
        if other != name:
            raise ConfigError(
                f"--labels names {other!r} and {name!r}, which are one label but for their "
                f"spelling. Keep one of them, with the sentences of both."
            )
    return [Described(name, _filled(name, some, templates)) for name, some in found.items()]


def _filled(name: str, sentences: Sequence[str], templates: Sequence[str]) -> tuple[str, ...]:
    kept = list(dict.fromkeys(s for s in sentences if s)) or [name]
    if not templates:
        return tuple(kept)
    return tuple(template.replace("{}", one) for template in templates for one in kept)


def _is_file(given: str | Path) -> bool:
    """Whether a file is meant; a line of text has a mark or a space where a name seldom has."""
    text = str(given)
    if isinstance(given, Path) or Path(text).suffix.lower() in SUFFIXES:
        return True
    return (
        len(text) < 256 and not any(mark in text for mark in ":;|：；\n") and Path(text).is_file()
    )


def _of_line(text: str) -> list[tuple[str, list[str]]]:
    text = text.translate(str.maketrans("；：｜，", ";:|,"))
    parted = ";" if ";" in text or ":" in text else ","
    pairs = []
    for part in text.split(parted):
        name, _, rest = part.partition(":")
        if not name.strip():
            if not part.strip():
                continue  # a mark at the end
            raise ConfigError(
                f"--labels has {part.strip()[:SHOWN]!r} without a name before its sentences. "
                f"Write it like {EXAMPLE}"
            )
        pairs.append((name.strip(), [one.strip() for one in rest.split("|") if one.strip()]))
    return pairs


def _of_file(path: Path) -> list[tuple[str, list[str]]]:
    suffix = path.suffix.lower() if path.is_file() else ""
    if suffix == ".txt" and (pairs := _of_lines(path)):
        return pairs
    if suffix == ".json" and (pairs := _of_object(path)):
        return pairs
    table = read(path)
    lowered = {name.strip().lower(): name for name in reversed(table.columns)}
    first = next((lowered[name] for name in NAMES if name in lowered), None)
    if first is None:
        raise DataError(
            f"No column of {path} is called {NAME}: its first line is taken for names of columns, "
            f"{listed(table.columns)}. Write a line above the first label, e.g. {NAME},means"
        )
    others = [name for name in table.columns if name != first]
    columns = [table.raw(name).to_list() for name in (first, *others)]
    pairs = [
        (str(row[0]).strip(), [str(cell).strip() for cell in row[1:] if cell and cell.strip()])
        for row in zip(*columns, strict=True)
        if row[0] and row[0].strip()
    ]
    if not pairs:
        raise DataError(
            f"{path} names no label. Its column {first!r} should name them, and further columns "
            f"say in sentences what they mean."
        )
    return pairs


def _of_lines(path: Path) -> list[tuple[str, list[str]]]:
    """A label a line; none of a table that ends in .txt."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return []  # the reader of tables knows more encodings
    lines = [line for line in text.splitlines() if line.strip()]
    head = re.split(r"[,;\t]", lines[0])[0].strip().lower() if lines else NAME
    return [] if head in NAMES else _of_line(";".join(lines))


def _of_object(path: Path) -> list[tuple[str, list[str]]]:
    """Names and sentences of a JSON object, {"good": ["a happy review"]}; none of lines of JSON."""
    try:
        found = json.loads(path.read_text("utf-8-sig"))
    except ValueError:
        return []  # the reader says what is wrong
    if not isinstance(found, dict) or NAME in found:
        return []
    some = {name: [told] if isinstance(told, str) else told for name, told in found.items()}
    for name, told in some.items():
        if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
            raise DataError(
                f"{path} describes {name!r} by {str(told)[:SHOWN]}. A sentence or a list of "
                f'sentences is allowed, as in {{"good": ["a happy review", "I loved it"]}}.'
            )
    return [(name.strip(), [one.strip() for one in told]) for name, told in some.items()]


def refuse_alike(
    labels: Sequence[Described], vectors_CW: NDArray[np.float32], unknown: Unknown = lambda _: 0.0
) -> None:
    """Refuse labels that the encoder cannot tell apart.

    Args:
        labels: C of them.
        vectors_CW: of norm 1.
        unknown: texts → share of their tokens that the encoder does not know.

    Raises:
        ConfigError: two have the same vector; names both.
    """
    for row in range(len(labels) - 1):
        near = vectors_CW[row + 1 :] @ vectors_CW[row]
        at = int(near.argmax())
        if near[at] > SAME:
            one, other = labels[row], labels[row + 1 + at]
            strange = unknown((*one.sentences, *other.sentences))
            remedy = (
                f"It does not know {100 * strange:.0f} % of their tokens, so it hardly knows the "
                f"script: give --pretrained one that was trained on this language."
                if strange >= STRANGE
                else "Describe them in sentences that differ."
            )
            raise ConfigError(
                f"{one.name!r} and {other.name!r} are the same to this encoder "
                f"({one.sentences[0][:SHOWN]!r} and {other.sentences[0][:SHOWN]!r}). {remedy}"
            )
