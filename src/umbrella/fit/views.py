"""The encoded forms of the data that rungs ask for, each made once and shared.

Codecs are fitted on training rows only; then all rows are encoded, since encoding learns nothing.
A rung that reads several modalities gets the arrays of each under its name: "image.pixels".
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from umbrella.base.catalogue import sentence
from umbrella.base.progress import Progress
from umbrella.data.arrays import Arrays, encode
from umbrella.data.codecs.cells import count
from umbrella.data.codecs.columns import Columns, Part
from umbrella.fit.loop import Data
from umbrella.fit.prepare import Prepared
from umbrella.fit.steps import modalities
from umbrella.models.rungs import Rung
from umbrella.models.rungs.fusion import FUSED, MEMBERS


@dataclass(frozen=True)
class View:
    """Codecs and what they made of every row."""

    codecs: Columns
    arrays: Arrays


@dataclass(frozen=True)
class Ask:
    """One codec that is wanted: on which columns, with which settings, under which prefix."""

    columns: tuple[str, ...]
    codec: str
    settings: Mapping[str, Any]
    prefix: str = ""


def keep_none(rung: Rung, wanted: Sequence[Ask]) -> list[Any | None]:  # noqa: ARG001
    """Let every codec be fitted on the training rows."""
    return [None] * len(wanted)


@dataclass
class Views:
    """All views of one fit, by columns, codec and settings.

    Args:
        prepared: the data.
        progress: where to show the work.
        keep: for each codec that a rung asks for one that is fitted already, or None.
    """

    prepared: Prepared
    progress: Progress
    keep: Callable[[Rung, Sequence[Ask]], list[Any | None]] = keep_none
    made: dict[str, tuple[Any, Arrays]] = field(default_factory=dict)
    others: "dict[int, Views]" = field(default_factory=dict)

    def get(self, rung: Rung, own: Mapping[str, Any], columns: Sequence[str] | None = None) -> View:
        """What a rung sees, made when first asked for.

        Args:
            rung: from a ladder.
            own: settings of its codec that differ from the rung's.
            columns: that it reads; all input columns by default.
        """
        names = tuple(self.prepared.columns if columns is None else columns)
        parts: list[Part] = []
        arrays: Arrays = {}
        wanted = asks(rung, own, names, self.prepared.table.kinds)
        for ask, kept in zip(wanted, self.keep(rung, wanted), strict=True):
            codec, made = self._one(ask, kept)
            parts.append(Part(ask.columns, codec, ask.prefix))
            arrays |= {f"{ask.prefix}{name}": values for name, values in made.items()}
        return View(Columns(tuple(parts)), arrays)

    def at(self, prepared: Prepared) -> "Views":
        """The views of the same data cut at another moment, kept for the next rung."""
        if id(prepared) not in self.others:
            self.others[id(prepared)] = Views(prepared, self.progress)
        return self.others[id(prepared)]

    def data(self, view: View) -> Data:
        """A view with targets and parts, as the loop takes it."""
        prepared = self.prepared
        return Data(
            view.arrays,
            prepared.targets,
            prepared.part("train"),
            prepared.part("validation"),
            prepared.rows,
        )

    def _one(self, ask: Ask, kept: Any | None) -> tuple[Any, Arrays]:
        parts = [ask.columns, ask.codec, dict(ask.settings), kept is not None]
        key = json.dumps(parts, sort_keys=True, default=list)
        if key not in self.made:
            self.made[key] = self._make(ask, kept)
        return self.made[key]

    def _make(self, ask: Ask, kept: Any | None) -> tuple[Any, Arrays]:
        prepared = self.prepared
        total = (1 if kept is not None else 2) * len(prepared.rows)
        with self.progress.stage(sentence("stage.encode", name=ask.codec), total) as stage:

            def told(batches: Any) -> Any:
                for batch in batches:
                    yield batch
                    stage.advance(count(batch))

            if kept is not None:
                alone = Columns((Part(ask.columns, kept),))
                if getattr(kept, "unsettled", False):
                    alone.fit(lambda: prepared.batches("train", ask.columns))
                return kept, encode(alone, told(prepared.batches(columns=ask.columns)))
            part = prepared.part_for(ask.codec, ask.settings, ask.columns)
            alone = Columns((part,)).fit(lambda: told(prepared.batches("train", ask.columns)))
            return part.codec, encode(alone, told(prepared.batches(columns=ask.columns)))


def asks(
    rung: Rung, own: Mapping[str, Any], columns: tuple[str, ...], kinds: Mapping[str, str]
) -> list[Ask]:
    """The codecs that a rung needs.

    Args:
        rung: from a ladder.
        own: settings of its codec that differ from the rung's; a fusion's codecs have none.
        columns: that it reads.
        kinds: column → kind.
    """
    if rung.codec != FUSED:
        return [Ask(columns, rung.codec, {**dict(rung.view), **own})]
    parts = modalities(columns, kinds)
    names = [name for one in parts for name in one.columns]
    groups = [number for number, one in enumerate(parts) for _ in one.columns]
    out = [Ask(tuple(names), "present", {"groups": groups})]
    for one in parts:
        member = MEMBERS[one.kind]
        out.append(Ask(one.columns, member.codec, member.view, f"{one.name}."))
    return out
