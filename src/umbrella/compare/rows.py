"""Which rows learn, which steer and which judge: the test rows of a fit stay out.

Whoever chooses a rung by what is shown here has used the rows it was judged on. So the rows that a
fit of the same data and seed sets aside as its test stay out of all that learns, steers, chooses
or judges (they are read with the table, where kinds, groups and copies are found), and the others
are divided once more: "train" to learn from, "validation" to steer by (when to stop, which learning
rate), and "test" to judge by, which nothing else looks at.
"""

from dataclasses import replace

import numpy as np

from umbrella.base.seeds import derive
from umbrella.data.split import split
from umbrella.fit.prepare import Prepared, told
from umbrella.fit.settings import FitSettings
from umbrella.tasks.task import task_class

SHARES = (0.7, 0.1, 0.2)  # to learn, to steer, to judge


def set_apart(prepared: Prepared, settings: FitSettings) -> Prepared:
    """The rows beside a fit's test, divided again; units stay whole, and the task is learned anew.

    Args:
        prepared: with the split of a fit.
        settings: of that fit.

    Raises:
        DataError: too few rows or units are left for three parts, or the rows that learn hold
            nothing to tell apart.
    """
    unused = np.isin(np.arange(len(prepared.rows)), prepared.part("unused"))
    aside = np.isin(np.arange(len(prepared.rows)), prepared.part("test"))
    mine = np.flatnonzero(~aside & ~unused)
    rows = prepared.rows[mine]
    keep = np.zeros(len(prepared.keep), dtype=bool)
    keep[rows] = True
    cells = prepared.table.raw(settings.time).to_list() if settings.time else None
    raw = prepared.table.raw(settings.target).to_list()
    labels = [raw[row] for row in rows]
    parts = split(
        len(mine),
        seed=derive(settings.seed, "compare"),
        shares=SHARES,
        labels=prepared.targets[mine].tolist() if prepared.task.name == "classify" else None,
        clusters=prepared.split.unit[mine],
        keys=None if prepared.twins is None else prepared.twins.key[mine],
        times=None if cells is None else [cells[row] for row in rows],
    )
    name = prepared.task.name  # learned anew: the fit's own has seen rows that judge here
    cls, more = task_class(name), told(name, settings)
    if getattr(cls, "reads_texts", False):
        texts = prepared.table.raw(prepared.columns[0]).to_list()
        more["texts"] = [texts[row] for row in rows]
    task = cls.learn(labels, parts.rows("train"), rows, **more)
    return replace(
        prepared,
        task=task,
        keep=keep,
        rows=rows,
        targets=task.encode(labels, rows),
        split=parts,
        twins=None,
    )
