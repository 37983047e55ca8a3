"""The encoded forms of the data that rungs ask for, each made once and shared.

Codecs are fitted on training rows only; then all rows are encoded, since encoding learns nothing.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from umbrella.base.catalogue import sentence
from umbrella.base.progress import Progress
from umbrella.data.arrays import Arrays, encode
from umbrella.data.codecs.cells import count
from umbrella.data.codecs.columns import Columns
from umbrella.fit.loop import Data
from umbrella.fit.prepare import Prepared


@dataclass(frozen=True)
class View:
    """Codecs and what they made of every row."""

    codecs: Columns
    arrays: Arrays


@dataclass
class Views:
    """All views of one fit, by codec name and settings."""

    prepared: Prepared
    progress: Progress
    made: dict[str, View] = field(default_factory=dict)

    def get(self, codec: str, settings: dict[str, Any]) -> View:
        """The view for a codec with these settings, made when first asked for."""
        key = json.dumps([codec, settings], sort_keys=True, default=list)
        if key not in self.made:
            self.made[key] = self._make(codec, settings)
        return self.made[key]

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

    def _make(self, name: str, settings: dict[str, Any]) -> View:
        prepared = self.prepared
        total = 2 * len(prepared.rows)
        with self.progress.stage(sentence("stage.encode", name=name), total) as stage:

            def told(batches: Any) -> Any:
                for batch in batches:
                    yield batch
                    stage.advance(count(batch))

            made = Columns((prepared.part_for(name, settings),))
            made.fit(lambda: told(prepared.batches("train")))
            return View(made, encode(made, told(prepared.batches())))
