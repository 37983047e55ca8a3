"""Tasks whose answers are places in a row's own texts, and who words them."""

from collections.abc import Callable, Mapping
from typing import Any

from umbrella.lite import passages, spans

Tell = Callable[..., dict[str, list[Any]]]

TELLERS: dict[str, tuple[tuple[str, ...], Tell]] = {  # task → columns of its answers, and who words
    spans.TASK: ((spans.SPANS,), spans.mark),
    passages.TASK: (passages.COLUMNS, passages.answer),
}


def teller(spec: Mapping[str, Any]) -> tuple[tuple[str, ...], Tell] | None:
    """Who words the answers of a bundle, and their columns; None where outputs alone tell."""
    return TELLERS.get(str(spec["task"].get("task")))
