"""What the questions about a forecast look at: its origins, the naive answers to them, and dates.

Shapes: n origins of a part, H steps ahead, N steps of all series.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.base.wording import write
from umbrella.data.codecs.windows import Ahead
from umbrella.data.panel import Panel, find_roles
from umbrella.fit.against_naive import AgainstNaive, against_naive, naive_forecasts
from umbrella.fit.prepare import Prepared
from umbrella.score.diebold import needed

SHOWN = 8  # steps of a figure or a table, at most
CELLS = 7  # of a forecast that is shown as an example
RETURNS = (
    "return returns ret logreturn logreturns logret pctchange change 收益率 收益 涨跌幅 回报率"
)


@dataclass(frozen=True)
class Origins:
    """Where forecasts were made from.

    Args:
        panel: the series.
        season: steps of one season, 1 where there is none.
        log: whether changes are of the logarithm.
        goals: what came after every origin, with its level and scale.
        at: part → places of its origins among all of `goals`, [n].
        dates: part → moment of each, [n]; rows of one moment are drawn together.
        naive: part → the naive forecasts by name, [n, H] each.
        against: the verdict of the test origins.
        called: the column that tells series apart, or "".
        kind: "price" or "return" where the target is one, else "".
    """

    panel: Panel
    season: int
    log: bool
    goals: Ahead
    at: Mapping[str, NDArray[np.int64]]
    dates: Mapping[str, NDArray[np.int64]]
    naive: Mapping[str, Mapping[str, NDArray[np.float32]]]
    against: AgainstNaive
    called: str = ""
    kind: str = ""

    @property
    def horizon(self) -> int:
        """H."""
        return self.goals.length

    def steps(self, part: str) -> NDArray[np.int64]:
        """Number of every origin's step in the panel, [n]."""
        return self.goals.origins[self.at[part]]

    def series(self, part: str) -> NDArray[np.int64]:
        """Number of every origin's series, [n]."""
        return np.searchsorted(self.panel.offsets, self.steps(part), side="right") - 1

    def base(self, part: str) -> NDArray[np.float64]:
        """The target at every origin, its logarithm where `log`, [n]."""
        assert self.goals.base is not None
        return self.goals.base[self.at[part]]

    def scales(self, part: str) -> NDArray[np.float64]:
        """Of every origin's series, [n]."""
        assert self.goals.scales is not None
        return self.goals.scales[self.at[part]]

    def levels(self, part: str, changes: NDArray, some: NDArray | None = None) -> NDArray:
        """Changes over scales, [n, H], as values in the target's own unit."""
        which = np.arange(len(self.at[part])) if some is None else some
        base, scales = self.base(part)[which], self.scales(part)[which]
        values = base[:, None] + changes.astype(np.float64) * scales[:, None]
        return np.exp(values) if self.log else values

    def reference(self, part: str) -> NDArray[np.float32]:
        """The better naive forecast of the two, as decided on validation origins, [n, H]."""
        return self.naive[part][self.against.reference]

    def enough(self, h: int | None = None) -> bool:
        """Whether moments of test origins can tell anything of forecasts h steps ahead (or of all
        H steps): every question asks this, so that no two differ.
        """
        return len(np.unique(self.dates["test"])) >= needed(self.horizon if h is None else h)

    @property
    def shown_steps(self) -> list[int]:
        """Steps ahead that are told one by one, from 1 to H, at most SHOWN."""
        few = np.linspace(1, self.horizon, min(SHOWN, self.horizon)).round().astype(int)
        return sorted(set(few.tolist()))

    def runs(self, part: str) -> NDArray[np.int64]:
        """Number of every origin's run of neighbouring steps in one series, [n]."""
        steps, series = self.steps(part), self.series(part)
        broken = (np.diff(steps) != 1) | (np.diff(series) != 0)
        return np.concatenate([[0], np.cumsum(broken)]).astype(np.int64)

    def when(self, step: int) -> str:
        """The date of a step."""
        return self.panel.written(int(self.panel.stamps[step]))


def gather_origins(prepared: Prepared, train: NDArray, outputs: NDArray) -> Origins | None:
    """What the questions need of the series; None where rows are no origins.

    Args:
        prepared: the data of a run.
        train: positions of the training origins that are scored again.
        outputs: to the test origins, [n, H].
    """
    goals, panel = prepared.targets, prepared.panel
    if panel is None or not isinstance(goals, Ahead):
        return None
    at = {part: prepared.part(part) for part in ("validation", "test")} | {"train": train}
    season = int(prepared.shared["season"])
    return Origins(
        panel=panel,
        season=season,
        log=bool(prepared.shared["log"]),
        goals=goals,
        at=at,
        dates={part: prepared.split.unit[some] for part, some in at.items()},
        naive={part: naive_forecasts(panel, goals, season, some) for part, some in at.items()},
        against=against_naive(prepared, outputs),
        called=str(prepared.roles.get("ids") or ""),
        kind=_kind(prepared),
    )


def _kind(prepared: Prepared) -> str:
    assert prepared.panel is not None
    name, roles = prepared.panel.columns[0], find_roles(prepared.table)
    if name in (roles.open, roles.high, roles.low, roles.close, roles.adjusted):
        return "price"
    return "return" if plain_name(name) in RETURNS.split() else ""


def plain_name(name: str) -> str:
    """A column's name in small letters, without what is no letter."""
    return "".join(letter for letter in name.casefold() if letter.isalpha())


def show_origins(origins: Origins, outputs: NDArray, steps: NDArray) -> list[dict[str, str]]:
    """Test origins as rows of cells: series, date, last value, forecast and truth.

    Args:
        origins: of the run.
        outputs: to the test origins, [n, H].
        steps: numbers of their steps in the panel.
    """
    panel, long = origins.panel, origins.panel.layout == "long"
    which = np.searchsorted(origins.steps("test"), np.asarray(steps))
    told = origins.levels("test", outputs[which], which)
    true = origins.levels("test", origins.goals[origins.at["test"][which]], which)
    last = f"+1…+{origins.horizon}" if origins.horizon > 1 else "+1"
    series = origins.series("test")[which]
    named = {origins.called or "id": series} if len(panel.ids) > 1 else {}
    # Where columns or rows are series, no column of the user's has the target's name.
    names = [panel.columns[0] if long else panel.ids[int(one)] for one in series]
    return [
        {
            **{key: panel.ids[int(values[row])] for key, values in named.items()},
            "t": origins.when(int(step)),
            f"{name}(t)": _written(panel.values[int(step), :1]),
            f"{name}(t{last})": _written(true[row]),
            f"≈ {name}(t{last})": _written(told[row]),
        }
        for row, (step, name) in enumerate(zip(np.asarray(steps).tolist(), names, strict=True))
    ]


def _written(values: NDArray) -> str:
    some = [write(float(value), "number", "en") for value in values[:CELLS]]
    return ", ".join(some) + (", …" if len(values) > CELLS else "")
