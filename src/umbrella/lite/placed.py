"""Tasks whose answers are worded beside a row's own texts, and who words them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from umbrella.data.codecs.columns import Columns
from umbrella.lite import fill, passages, spans

Tell = Callable[..., dict[str, list[Any]]]


def teller(spec: Mapping[str, Any], codecs: Columns) -> tuple[tuple[str, ...], Tell] | None:
    """Who words the answers of a bundle, and their columns; None where outputs alone tell.

    Args:
        spec: of the bundle.
        codecs: its own.
    """
    task = spec["task"].get("task")
    if task == spans.TASK:
        return (spans.SPANS,), spans.mark
    if task == passages.TASK:
        return passages.COLUMNS, passages.answer
    if task == fill.TASK:
        return (fill.FILLED, fill.FILLS), partial(fill.fill, codec=codecs.parts[0].codec)
    return None
