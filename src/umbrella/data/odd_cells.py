"""Number columns that hold something else: one note each."""

from collections.abc import Iterator, Mapping

from umbrella.base.catalogue import Sentence, sentence
from umbrella.data.kinds import as_written, to_numbers
from umbrella.data.store import Store

SHOWN = 40  # characters of a cell in a note


def no_numbers(
    store: Store, kinds: Mapping[str, str], missing: tuple[str, ...] | None
) -> Iterator[Sentence]:
    """A note for each number column that holds something else, which then counts as missing."""
    names = [name for name, kind in kinds.items() if kind == "number"]
    counts, examples = dict.fromkeys(names, 0), dict.fromkeys(names, "")
    for frame in store.frames(names):
        for name in names:
            written = as_written(frame[name], "number", missing)
            wrong = written.filter(written.is_not_null() & to_numbers(written).is_null())
            if len(wrong):
                counts[name] += len(wrong)
                examples[name] = examples[name] or wrong[0][:SHOWN]
    for name, count in counts.items():
        if count:
            example = repr(examples[name])
            yield sentence("data.no_number", name=name, count=count, example=example)
