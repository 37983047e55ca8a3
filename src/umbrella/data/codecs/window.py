"""Codec "window": what is known at an origin, as the windows that networks of series read.

A cell is an origin: the number of a step in the panel that the codec is bound to, or a `History`
that ends in it. "past" holds the target first (its logarithm where asked), as its change from the
origin over the scale of its series; then covariates and features in usual deviations of training
steps (window_features.py), the calendar last.
"ahead" holds what is known of the H steps to come: the calendar and known covariates.

The scale of a series is the mean absolute change over one season, which makes an error of 1 as
large as that of the seasonal naive forecast (Hyndman & Koehler 2006). It comes from training steps;
a series that was not there in training is scaled by its own history.

Shapes: S series, N steps of all of them, n origins, L steps looked back, H ahead, F columns.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError, DataError
from umbrella.base.tensors import pack, unpack
from umbrella.data.codecs import specs, window_features
from umbrella.data.codecs.calendar import CYCLES, calendar
from umbrella.data.codecs.history import History, Stretches, join
from umbrella.data.codecs.windows import (
    Ahead,
    AtOrigins,
    ByMoment,
    OfSeries,
    Windows,
    fill_forward,
    running_scale,
    scale_of,
    with_moments,
)

LONGEST = 100_000  # steps of a window or a horizon
PROBED = 400  # steps of a probe that only features look back over, at most
DAY = 86_400_000_000
Made = tuple[NDArray[np.float64] | ByMoment, OfSeries]


@dataclass(frozen=True)
class WindowConfig:
    """What is looked at.

    Args:
        window: L.
        horizon: H.
        season: steps of one season, 1 where there is none.
        log: whether the target is looked at as its logarithm.
        covariates: columns after the target, by their place from 1.
        known: those of them that are known ahead.
        cycles: of the calendar, see calendar.py.
        features: names of umbrella.series.features, computed over each series.
        roles: what every column of the panel is to features: "close" for the target, first; then
            "open", "high", "low", "volume", or "" for nothing. May be left out where features
            read the target alone.
    """

    window: int = 64
    horizon: int = 1
    season: int = 1
    log: bool = False
    covariates: tuple[int, ...] = ()
    known: tuple[int, ...] = ()
    cycles: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("window", "horizon", "season"):
            value = getattr(self, name)
            if type(value) is not int or not 1 <= value <= LONGEST:
                raise ConfigError(f"{name}={value!r} is not a whole number from 1 to {LONGEST:,}.")
        if not set(self.known) <= set(self.covariates) or 0 in self.covariates:
            raise ConfigError(
                f"known={self.known!r} must be among covariates={self.covariates!r}, and the "
                f"target, column 0, is none of them."
            )
        if not set(self.cycles) <= {*CYCLES, "year"}:
            raise ConfigError(f"cycles={self.cycles!r} are not among {', '.join(CYCLES)}, year.")
        window_features.check(self.features, self.roles)


class WindowCodec:
    """See the module docstring. `WindowCodec(window=64, horizon=5).bind(panel).fit([origins])`.

    Args:
        settings: the fields of `WindowConfig`.
    """

    name: ClassVar[str] = "window"
    several: ClassVar[bool] = False
    Config: ClassVar[type] = WindowConfig

    def __init__(self, **settings: Any) -> None:
        self.config = WindowConfig(**settings)
        self.scales: dict[str, float] = {}
        self.centre, self.spread = np.zeros(0), np.ones(0)
        self.bound: Stretches | None = None
        self._made: Made | None = None
        self._later: Made | None = None
        self.frequency: Any = None
        self.zone: str | None = None

    @property
    def sizes(self) -> dict[str, Any]:
        """Fields of a network's config."""
        config = self.config
        turns = 2 * len(config.cycles)
        return {
            "window": config.window,
            "channels": 1 + len(config.covariates) + len(config.features) + turns,
            "ahead": len(config.known) + turns,
            "season": config.season,
        }

    @property
    def reach(self) -> int:
        """Steps that a history must hold for its windows to be those of the whole series."""
        back = window_features.reach(self.config.features)
        return self.config.window + back

    @property
    def reads_others(self) -> bool:
        """Whether columns beside the target are read."""
        return bool(self.config.covariates or window_features.read_by(self.config.features))

    def bind(self, panel: Stretches) -> Self:
        """Let origins be numbers of steps of this panel."""
        self.bound, self._made, self._later = panel, None, None
        return self

    def fit(self, batches: Iterable[Sequence[Any]]) -> Self:
        """Learn the scale of every series and the spread of other channels from training origins.

        Args:
            batches: origins, numbers of steps of the panel that the codec is bound to. All steps
                up to the last origin of a series count.

        Raises:
            DataError: there are no origins.
        """
        panel = self._panel()
        self.frequency, self.zone = panel.frequency, panel.zone
        ends = np.full(len(panel.ids), -1, np.int64)
        for batch in batches:
            origins = np.asarray(batch, np.int64)
            which = np.searchsorted(panel.offsets, origins, side="right") - 1
            np.maximum.at(ends, which, origins)
        if ends.max(initial=-1) < 0:
            raise DataError("A window codec was given no origins to fit on. Give at least one.")
        seen = np.zeros(len(panel.values), bool)
        for name, start, end in zip(panel.ids, panel.offsets[:-1], ends, strict=True):
            if end >= 0:
                seen[start : end + 1] = True
                target = self._working(panel.values[start : end + 1, 0])
                self.scales[name] = scale_of(target, self.config.season)
        others = self._others(panel)[seen]
        there = np.isfinite(others).any(axis=0)  # features that look far back know nothing yet
        self.centre, spread = np.zeros(others.shape[1]), np.zeros(others.shape[1])
        self.centre[there] = np.nanmean(others[:, there], axis=0)
        spread[there] = np.nanstd(others[:, there], axis=0)
        self.spread = np.where(spread > 0, spread, 1.0)
        self._made = self._later = None
        return self

    def encode(self, values: Sequence[Any]) -> dict[str, Any]:
        """Windows of n origins.

        Args:
            values: numbers of steps of the bound panel, or histories; not both.

        Returns:
            "past": `Windows` [n, L, C]; "ahead": `Ahead` [n, H, K] where anything is known ahead.
        """
        panel, origins = self._origins(values)
        channels, firsts = self._channels(panel)
        relative = np.zeros(channels.shape[1], bool)
        relative[0] = True
        scales = self._scales_at(panel, origins)
        out: dict[str, Any] = {
            "past": Windows(channels, firsts, origins, self.config.window, relative, scales)
        }
        if self.config.cycles or self.config.known:
            out["ahead"] = self._ahead(panel, origins)
        return out

    def _channels(self, panel: Stretches) -> Made:
        """Target, covariates and calendar of every step, and the first step of its series."""
        if panel is self.bound and self._made is not None:
            return self._made
        others = self._others(panel)
        count = len(self.config.covariates)
        others[:, :count] = (others[:, :count] - self.centre[:count]) / self.spread[:count]
        others[:, count:] = window_features.standard(
            others[:, count:], self.centre[count:], self.spread[count:]
        )
        target = self._working(panel.values[:, 0])[:, None]
        firsts = OfSeries(panel.offsets[:-1], panel.offsets)
        whole = np.concatenate([target, others], axis=1) if others.shape[1] else target
        channels = self._dated(fill_forward(whole, firsts), panel.stamps)
        if panel is self.bound:
            self._made = channels, firsts
        return channels, firsts

    def _others(self, panel: Stretches) -> NDArray[np.float64]:
        """Covariates, then features, of every step as they are, [N, …]."""
        config = self.config
        covariates = panel.values[:, list(config.covariates)]
        if not config.features:
            return covariates
        unit = None if config.log else self.scales_of(panel, np.arange(len(panel.values)))
        made = window_features.features_of(panel, config.features, config.roles, unit)
        return np.concatenate([covariates, made], axis=1)

    def anchor(self, values: Sequence[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What changes count from and in: the target at every origin and its scale, [n] each.

        Args:
            values: as for `encode`; the target is its logarithm where it is looked at so.
        """
        panel, origins = self._origins(values)
        target = self._working(panel.values[:, 0])[:, None]
        return self._filled(panel, target)[origins], self.scales_of(panel, origins)

    def targets(self, origins: NDArray[np.int64]) -> Ahead:
        """What came after origins of the bound panel, as changes over scales, [n, H]."""
        panel = self._panel()
        working = self._working(panel.values[:, 0])[:, None]
        lasts = OfSeries(panel.offsets[1:] - 1, panel.offsets)
        base = AtOrigins(self._filled(panel, working), origins)
        scales = self._scales_at(panel, origins)
        return Ahead(working, lasts, origins, self.config.horizon, scales, base)

    def _filled(self, panel: Stretches, target: NDArray[np.float64]) -> NDArray[np.float64]:
        """The target [N, 1], the last known one where it is missing, [N]."""
        return fill_forward(target, OfSeries(panel.offsets[:-1], panel.offsets))[:, 0]

    def _scales_at(
        self, panel: Stretches, origins: NDArray[np.int64]
    ) -> NDArray[np.float64] | AtOrigins:
        """`scales_of`, held once a series where every one was there in training."""
        if all(name in self.scales for name in panel.ids):
            known = np.array([self.scales[name] for name in panel.ids])
            return AtOrigins(OfSeries(known, panel.offsets), origins)
        return self.scales_of(panel, origins)

    def scales_of(self, panel: Stretches, origins: NDArray[np.int64]) -> NDArray[np.float64]:
        """The scale of every origin's series, [n]; of a new one by its steps up to the origin."""
        which = np.searchsorted(panel.offsets, origins, side="right") - 1
        known = np.array([self.scales.get(name, np.nan) for name in panel.ids])
        out = known[which]
        for series in np.unique(which[np.isnan(out)]):
            start, end = panel.offsets[series], panel.offsets[series + 1]
            running = running_scale(self._working(panel.values[start:end, 0]), self.config.season)
            own = which == series
            out[own] = running[origins[own] - start]
        return out

    @property
    def probes(self) -> list[History]:
        """Four histories that show whether another version reads alike."""
        config = self.config
        back = min(window_features.reach(config.features), PROBED)
        steps = np.arange(config.window + 3 + back, dtype=np.float64)
        columns = max(1 + max(config.covariates, default=0), len(config.roles))
        out = []
        for number in range(4):
            waves = 20 + 5 * np.sin(steps / (2 + number))[:, None] + np.arange(float(columns))
            stamps = (DAY * (steps + 1000 * number)).astype(np.int64)
            out.append(History(f"probe {number}", waves, stamps))
        return out

    def spec(self) -> dict[str, Any]:
        """JSON-safe form."""
        names = list(self.scales)
        stored = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self.config).items()}
        return {
            "codec": self.name,
            **stored,
            "frequency": asdict(self.frequency),
            "zone": self.zone,
            "ids": names,
            "scales": pack(np.array([self.scales[name] for name in names], np.float64)),
            "centre": pack(self.centre),
            "spread": pack(self.spread),
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        """Build back from `spec()`.

        Raises:
            BundleError: a field is missing or of another kind.
        """
        table = specs.table(spec, "a window codec")
        table = {"features": [], "roles": [], **table}  # as files were before there were any
        given = {name: specs.field(table, name) for name in asdict(WindowConfig())}
        lists: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in given.items()
        }
        try:
            config = WindowConfig(**lists)
        except (ConfigError, TypeError) as error:
            raise specs.damaged("window", "a setting", str(error), "what fit stored") from error
        scales, centre, spread = (
            unpack(specs.field(table, name)) for name in ("scales", "centre", "spread")
        )
        names = specs.field(table, "ids")
        named = isinstance(names, list) and all(isinstance(name, str) for name in names)
        usable = named and len(names) == len(scales) and bool((scales > 0).all())
        others = len(config.covariates) + len(config.features)
        if not usable or len(centre) != others or len(spread) != len(centre):
            raise specs.damaged("window", "scales", names, "one above 0 for every series")
        made = cls(**asdict(config))
        made.scales = dict(zip(names, scales.tolist(), strict=True))
        made.centre, made.spread = centre, spread
        made.frequency = _frequency(specs.field(table, "frequency"))
        made.zone = specs.field(table, "zone")
        return made

    def _working(self, target: NDArray[np.float64]) -> NDArray[np.float64]:
        if not self.config.log:
            return target
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(target > 0, np.log(target), np.nan)

    def _standard(self, values: NDArray[np.float64], columns: Sequence[int]) -> NDArray:
        at = [self.config.covariates.index(column) for column in columns]
        return (values[:, list(columns)] - self.centre[at]) / self.spread[at]

    def _ahead(self, panel: Stretches, origins: NDArray[np.int64]) -> Ahead:
        """The calendar and known covariates ahead of origins."""
        more = self.config.horizon
        which = np.searchsorted(panel.offsets, origins, side="right") - 1
        if panel is not self.bound:
            table, lasts = self._known(panel)
        else:
            self._later = self._later or self._known(panel)
            table, lasts = self._later
        return Ahead(table, lasts, origins + more * which, more)

    def _known(self, panel: Stretches) -> Made:
        """What is known of every step and of H more of each series, and each one's last step."""
        config, sizes, more = self.config, np.diff(panel.offsets), self.config.horizon
        stamps = np.concatenate(
            [
                np.concatenate([own, panel.frequency.ahead(int(own[-1]), more, panel.zone)])
                for own in np.split(panel.stamps, panel.offsets[1:-1])
            ]
        )
        known = np.full((len(stamps), len(config.known)), np.nan)
        starts = panel.offsets[:-1] + more * np.arange(len(sizes))
        own = np.repeat(starts - panel.offsets[:-1], sizes) + np.arange(len(panel.values))
        known[own] = self._standard(panel.values, config.known)
        ends = starts + sizes + more
        lasts = OfSeries(ends - 1, np.concatenate([starts[:1], ends]))
        return self._dated(np.nan_to_num(known), stamps), lasts

    def _dated(self, own: NDArray[np.float64], stamps: NDArray[np.int64]) -> Any:
        """Numbers of every step, and the calendar behind them."""
        return with_moments(own, stamps, lambda some: calendar(some, self.config.cycles))

    def _panel(self) -> Stretches:
        if self.bound is None:
            raise DataError("A window codec that is bound to no panel reads histories alone.")
        return self.bound

    def _origins(self, values: Sequence[Any]) -> tuple[Stretches, NDArray[np.int64]]:
        if len(values) and isinstance(values[0], History):
            joined = join(values, self.frequency, self.zone)
            return joined, joined.offsets[1:] - 1 - np.array([one.after for one in values])
        return self._panel(), np.asarray(values, np.int64)


def _frequency(stored: Any) -> Any:
    from umbrella.data.panel.frequency import CODES, Frequency

    try:
        made = Frequency(**stored)
    except TypeError as error:
        raise specs.damaged("window", "frequency", stored, "a step in time") from error
    if made.code not in CODES or type(made.multiple) is not int or made.multiple < 1:
        raise specs.damaged("window", "frequency", stored, "a step in time")
    return made
