"""What `label` made: how many rows got which label, and what labelled rows say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from umbrella.base.budget import read_share
from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import need_installed
from umbrella.base.progress import Progress
from umbrella.data.read import read
from umbrella.data.samples import cache_folder
from umbrella.lite.predict import Summary, predict_file
from umbrella.unlabelled.judge import Judged
from umbrella.unlabelled.label import Labeller, make_labeller
from umbrella.unlabelled.labels import checked, read_labels
from umbrella.unlabelled.vectors import open_reader

VECTORS = "vectors"  # below the user's cache


@dataclass(frozen=True)
class Labelled:
    """Labelled rows.

    Args:
        summary: of the file that was written.
        labeller: labels, encoder and counts.
        judged: what the rows say that had a label before; None where there were none.
        notes: what should be known first.
    """

    summary: Summary
    labeller: Labeller
    judged: Judged | None
    notes: tuple[Sentence, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Label → rows that got it by its description."""
        made = self.labeller
        return {one.name: int(many) for one, many in zip(made.labels, made.counts, strict=True)}

    def sentences(self) -> list[Sentence]:
        """For people."""
        made = self.labeller
        told = [
            sentence("unlabelled.labels", labels=len(made.labels), name=made.reader.name,
                     sentences=sum(len(one.sentences) for one in made.labels))
        ]  # fmt: skip
        told += self.notes
        told += (
            self.judged.sentences()
            if self.judged
            else [sentence("unlabelled.none", target=made.target)]
        )
        return [*told, *made.rows_done(), sentence("unlabelled.words"), *self._next()]

    def _next(self) -> list[Sentence]:
        if self.summary.out is None or not self.labeller.counts.any():
            return []
        if self.judged is not None and self.judged.useless:
            return []
        made = self.labeller
        quoted = ",".join(_quoted(name) for name in made.texts)
        return [
            sentence("unlabelled.next", file=str(self.summary.out), target=_quoted(made.target),
                     texts=quoted)
        ]  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """For machines."""
        made = self.labeller
        return {
            "rows": self.summary.rows,
            "out": str(self.summary.out) if self.summary.out else None,
            "encoder": made.reader.name,
            "labels": self.counts,
            "given": made.given,
            "unsure": made.unsure,
            "empty": made.empty,
            "judged": self.judged.to_json() if self.judged else None,
            "notes": [note.to_json() for note in self.notes],
        }


def label_source(
    data: Any,
    labels: str | Path | Mapping[str, Sequence[str]],
    out: Path | None,
    *,
    pretrained: str,
    target: str,
    templates: Sequence[str],
    surest: str | float,
    reading: dict[str, Any],
    use: Sequence[str],
    kinds: Mapping[str, str],
    seed: int,
    device: str,
    as_json: bool,
    progress: Progress,
) -> Labelled:
    """See `umbrella.api.label`."""
    for module in ("torch", "safetensors", "sklearn"):
        need_installed(module, "train")
    described = (
        checked(((name, tuple(some)) for name, some in labels.items()), templates)
        if isinstance(labels, Mapping)
        else read_labels(labels, templates)
    )
    table = read(data, kinds=dict(kinds) or None, **reading)
    reader = open_reader(pretrained, cache_folder() / VECTORS, device)
    made, judged, notes = make_labeller(
        table,
        described,
        reader,
        target=target,
        use=use,
        surest=read_share(str(surest)),
        seed=seed,
        progress=progress,
    )
    own = [name for name in table.columns if name != target]
    batches = ({n: frame[n].to_list() for n in frame.columns} for frame in table.raw_batches())
    try:
        summary = predict_file(
            made,  # type: ignore[arg-type]  # answers columns as a bundle does
            batches,
            out,
            columns=own,
            format="jsonl" if as_json and out is None else None,
            source=Path(table.source) if table.source and Path(table.source).is_file() else None,
        )
    finally:
        reader.keep()
    return Labelled(summary, made, judged, tuple(notes))


def _quoted(name: str) -> str:
    return f'"{name}"' if any(mark in name for mark in ' ,"') else name
