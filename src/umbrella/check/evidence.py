"""Everything a question may look at: a run's outputs, targets and history, held together.

Shapes: N rows of a part, C outputs, S rows of the source.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import RunError
from umbrella.base.wording import form_of
from umbrella.check.meaning import Meaning
from umbrella.check.origins import Origins
from umbrella.data.giveaway import Giveaways
from umbrella.explain.explain import Explained
from umbrella.fit.prepare import FEW_GROUPS
from umbrella.tasks.task import Task

PARTS = ("train", "validation", "test")
SLACK = 0.01  # share of a score that other threads or versions may change


@dataclass(frozen=True)
class Modalities:
    """What a model of several kinds of columns answers to the test rows when some are missing.

    Args:
        names: modality → its columns.
        without: modality → raw outputs [N, C] with it made missing.
        only: modality → raw outputs with all others made missing.
        weights: how much each counted in each answer [N, M], or None where nothing is weighed.
    """

    names: Mapping[str, tuple[str, ...]]
    without: Mapping[str, NDArray]
    only: Mapping[str, NDArray]
    weights: NDArray | None = None


@dataclass(frozen=True)
class Evidence:
    """What a finished fit leaves behind, read once.

    Args:
        name: the run's name.
        task: what was asked; its temperature was fitted on validation rows only.
        outputs: part → raw outputs [N, C]; "train" may be a sample of its rows.
        targets: part → encoded targets [N].
        rows: part → row numbers in the source [N], in the same order.
        baseline: part → the simple rule's score of every row [N].
        show: row numbers → one {column: text} a row, for examples.
        draw: row numbers → small pictures of each row's files, see drawing.py; None where no column
            names files.
        look: row numbers → which words moved their answers, see explain; None where no words do.
        units: twin or group unit of every row of the source [S], or None when unknown.
        groups: group value of every row of the source [S], or None when there are no groups.
        names: what the group of every row of the source is called [S], or None.
        texts: whether rows are texts, among which near copies can be sought letter by letter.
        modalities: what is left when kinds of columns are missing; None for a model of one.
        giveaways: columns that alone tell the target; None where no column can be judged.
        meaning: what a published encoder makes of the rows' texts; None where none is at hand.
        origins: where forecasts were made from; None where rows are no origins.
        sizes: how large the errors of forecasts of the test rows may be, [N, 2 Q, C], as the
            network says; None where it says nothing.
        by_unit: whether rows of a unit are so many that intervals must draw whole units.
        parts: part → all its row numbers where `rows` holds only a sample; `rows` fills the rest.
        ladder: ladder.json: one dict a rung with name, score, low, high, bytes, one_row_ms,
            seconds, p_against_best, verdict, chosen; or name and error where it failed.
        selection: looks (how many candidates were compared), optimism and corrected (in the
            headline's unit), or empty when nothing was chosen.
        facts: run.json: rows a part, fingerprint, versions, plan, made, source, twins.
    """

    name: str
    task: Task
    outputs: Mapping[str, NDArray]
    targets: Mapping[str, NDArray]
    rows: Mapping[str, NDArray]
    baseline: Mapping[str, NDArray]
    show: Callable[[NDArray], list[dict[str, str]]]
    draw: Callable[[NDArray], list[list[dict[str, Any]]]] | None = None
    look: Callable[[NDArray], list[Explained]] | None = None
    units: NDArray | None = None
    groups: NDArray | None = None
    names: NDArray | None = None
    modalities: Modalities | None = None
    giveaways: Giveaways | None = None
    meaning: Meaning | None = None
    origins: Origins | None = None
    sizes: NDArray | None = None
    by_unit: bool = False
    texts: bool = True
    parts: Mapping[str, NDArray] = field(default_factory=dict)
    ladder: list[dict[str, Any]] = field(default_factory=list)
    selection: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    def scores(self, part: str) -> NDArray[np.float64]:
        """The headline score of every row of a part, [N]."""
        if not len(self.targets[part]):
            return np.zeros(0)
        return self.task.row_scores(self.outputs[part], self.targets[part])

    def groups_of(self, part: str) -> NDArray | None:
        """What intervals draw as a whole: unit or group of every row of a part [N], or None.

        Where a part holds hardly any group, its rows stand for themselves: an interval then tells
        of these groups alone, which the fit says. Of forecasts, those of one moment.
        """
        if self.origins is not None:
            return self.origins.dates[part]
        whole = self.units if self.by_unit else self.groups
        if whole is None:
            return None
        drawn = np.asarray(whole)[self.rows[part]]
        return drawn if len(set(drawn.tolist())) >= FEW_GROUPS else None

    def count(self, part: str) -> int:
        """Rows of a part at hand."""
        return len(self.targets[part])

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names where outputs are scores of classes, else empty."""
        return tuple(self.task.spec().get("labels", ()))

    @property
    def form(self) -> str:
        """How the headline score is written: "percent" or "number"."""
        return form_of(self.task.headline)


def examine(evidence: Evidence) -> None:
    """Refuse evidence from which no honest figure could come.

    Raises:
        RunError: a part is missing, lengths disagree, an output is not a finite number, or the
            model no longer scores what the fit wrote down for it.
    """
    for part in PARTS:
        for kind in ("outputs", "targets", "rows", "baseline"):
            if part not in getattr(evidence, kind):
                raise RunError(
                    f"The {kind} of the {part} rows are missing from the run {evidence.name!r}. "
                    f"Run the same `umbrella fit` command again; it goes on where it stopped."
                )
        sizes = {
            len(getattr(evidence, k)[part]) for k in ("outputs", "targets", "rows", "baseline")
        }
        if len(sizes) > 1:
            raise RunError(
                f"The {part} outputs, targets, rows and baseline of the run {evidence.name!r} "
                f"differ in length ({sorted(sizes)}). Fit again with --fresh."
            )
        _finite_outputs(evidence, part)
    _same_as_fitted(evidence)


def _finite_outputs(evidence: Evidence, part: str) -> None:
    outputs = np.asarray(evidence.outputs[part])
    if outputs.ndim not in (2, 3):
        raise RunError(
            f"The {part} outputs have shape {outputs.shape}; rows × outputs, or rows × frames × "
            f"outputs, is needed. Fit again with --fresh."
        )
    bad = np.flatnonzero(~np.isfinite(outputs).all(axis=tuple(range(1, outputs.ndim))))
    if len(bad):
        raise RunError(
            f"The model's outputs hold NaN or infinity for {len(bad):,} of {len(outputs):,} {part} "
            f"rows, first at source row {int(evidence.rows[part][bad[0]]) + 1}: no score of such "
            f"a model means anything. Fit again with --fresh and a lower learning rate."
        )


def _same_as_fitted(evidence: Evidence) -> None:
    """Weights or a codec that were changed since would make every figure below a fiction."""
    written = next((rung.get("score") for rung in evidence.ladder if rung.get("chosen")), None)
    if not evidence.facts.get("shrunk"):  # of a forecast the ladder scores earlier stretches too
        written = evidence.facts.get("against_naive", {}).get("seen", written)
    n = evidence.count("validation")
    if written is None or not n:
        return
    task = evidence.task.as_fitted()
    found = float(
        task.row_scores(evidence.outputs["validation"], evidence.targets["validation"]).mean()
    )
    if abs(found - written) > SLACK * abs(written) + 2 / n:
        raise RunError(
            f"The model of the run {evidence.name!r} scores {found:.4g} on its {n:,} validation "
            f"rows, and the fit wrote down {written:.4g}: its weights or codec changed since, or "
            f"another version of Umbrella made it. Fit again with --fresh."
        )
