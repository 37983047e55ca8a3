"""What a fit of raw text reads: the source as pieces of text, which are their own target."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from umbrella.base.errors import ConfigError
from umbrella.data import samples
from umbrella.data.corpus import CORPUS, DOCUMENT, as_pieces, in_pieces, is_raw, refuse_columns
from umbrella.data.read import read
from umbrella.data.table import Table
from umbrella.fit.settings import NO_GROUP, FitSettings
from umbrella.models.ladders import OWN_LADDERS

FILL = "fill"
GROUPS = "documents"  # in how a plan reads: the column that names documents
IDLE = ("separator", "time", "horizon", "sentences")  # settings that say nothing to raw text


def reads_text(task: str | None) -> bool:
    """Whether a task learns from raw text, without a column to predict."""
    return task == FILL


def corpus_reading(source: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the reader: a file or folder of raw text is no table.

    Args:
        source: as the user named it.
        given: further arguments of `data.read.read`.
    """
    if given.get("format") is not None or not isinstance(source, str | Path):
        return dict(given)
    if isinstance(source, str) and source in samples.SAMPLES:
        return dict(given)
    return {**given, "format": CORPUS} if is_raw(Path(source)) else dict(given)


def read_text(
    source: Any, settings: FitSettings, given: Mapping[str, Any]
) -> tuple[Table, FitSettings, dict[str, Any]]:
    """Read a corpus, and say in the settings what is read of it, and how.

    Args:
        source: raw text or a table with a column of it.
        settings: a target or the one column of `use` names the column.
        given: further arguments of `data.read.read`.

    Raises:
        ConfigError: a setting that raw text does not heed.
        DataError: no text, too little of it, or a column that cannot be told.
    """
    for name in IDLE:
        if getattr(settings, name):
            raise ConfigError(
                f"--{name.replace('_', '-')} says nothing to --task {FILL}, which learns from the "
                f"text alone. Leave it out."
            )
    reading = corpus_reading(source, given)
    table = read(source, kinds=settings.kinds or None, **reading)
    column = _column(table, settings)
    group = None if settings.group == NO_GROUP else settings.group
    if group:
        table.require(group)
    pieces = in_pieces(table, column, group)
    settings = replace(settings, target=column, use=(column,), group=kept_together(pieces))
    return pieces, settings, {**reading, **({GROUPS: group} if group else {})}


def kept_together(pieces: Table) -> str:
    """The column whose values stay together: documents, where one has several pieces."""
    return NO_GROUP if pieces.raw(DOCUMENT).n_unique() == pieces.rows else DOCUMENT


def read_part(
    source: Any,
    *,
    column: str,
    kinds: Mapping[str, str],
    documents: str | None = None,
    **reading: Any,
) -> Table:
    """Read the text of a part that the user gave, cut into pieces.

    Args:
        source: raw text, or a table with a column of it.
        column: the text's; of a file or folder of raw text it is what raw text is called.
        kinds: of the columns, as for the corpus.
        documents: the column that names documents.
        reading: further arguments of `data.read.read`, as for the corpus.

    Raises:
        DataError: no text, or no column of this name.
    """
    own = {name: value for name, value in reading.items() if value != CORPUS}
    table = read(source, kinds=dict(kinds) or None, **corpus_reading(source, own))
    for name in (column, documents):
        if name is not None:
            table.require(name)
    # Documents are told apart from those of other files, unless the user's own column names them.
    return in_pieces(table, column, documents, least=1, apart=None if documents else table.name)


def read_text_again(source: Any, plan: Mapping[str, Any], given: dict[str, Any], kept: bool) -> Any:
    """The same pieces as the fit that made a plan.

    Args:
        source: where the text is now.
        plan: of the run.
        given: arguments of the reader.
        kept: whether the run's own copy is read, which holds pieces.
    """
    if kept:
        return as_pieces(read(source), plan["target"])
    group = given.pop(GROUPS, None)
    return in_pieces(read(source, **given), plan["target"], group)


def _column(table: Table, settings: FitSettings) -> str:
    named = [name for name in (settings.target, *settings.use) if name]
    if len(set(named)) > 1:
        raise ConfigError(
            f"--task {FILL} learns from one column of text; named are {', '.join(named)}. Name one "
            f"with --use."
        )
    if named:
        table.require(named[0])
        return named[0]
    read = OWN_LADDERS[FILL][1]
    texts = [name for name, kind in table.kinds.items() if kind == read]
    if len(texts) != 1:
        raise refuse_columns(table)
    return texts[0]
