"""What networks of series read beside the target's own past: columns, and features of them.

Columns that `--use` names, and features of the price and volume, are candidates; those are read
that help a linear forecast inside the training part (select_features.py). What is said to be known
ahead is always read, and what is named with `--features` too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError
from umbrella.data.codecs import window_features
from umbrella.data.panel import Panel, Roles, make_panel
from umbrella.data.table import Table
from umbrella.fit.select_features import Selected, select
from umbrella.fit.settings import FitSettings
from umbrella.models.rungs import Rung

NONE = ("none",)  # said instead of names: read no feature, and all columns that are named
USUAL, LONGEST_SEASON = 20, 200  # steps of a feature's window: a season, or this
NEAR = 4  # features that a search of settings may switch on and off
CHOICE = "view.features"  # the setting that says which a rung reads


@dataclass(frozen=True)
class Channels:
    """What is read.

    Args:
        panel: the series, with the columns that are read and no other.
        roles: that the panel is made by, as `make_panel` takes them.
        shared: settings of the window codec.
        notes: what the user should know.
        facts: for run.json, and to read the same again.
    """

    panel: Panel
    roles: dict[str, Any]
    shared: Mapping[str, Any]
    notes: tuple[Sentence, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def reads_features(rung: Rung) -> bool:
    """Whether a rung reads more than the target: those that know nothing else say so."""
    return "features" not in rung.view


def choose_channels(
    table: Table,
    given: Channels,
    settings: FitSettings,
    found: Roles,
    learned: NDArray[np.int64],
    moments: NDArray[np.int64],
) -> Channels:
    """Choose by the training part, or take what is named.

    Args:
        table: where further columns are read from.
        given: all that `--use` and `--known` name.
        settings: `features` names some, or none, or leaves the choice.
        found: what columns seem to be.
        learned: origins of the training part, the earliest where models walk forward.
        moments: number of each step's moment.

    Raises:
        ConfigError: a name that is no feature, or one that no column is there for.
    """
    if settings.features == NONE:
        return given
    wide, roles = _with_market(table, given, settings, found)
    if settings.features:
        window_features.check(settings.features, roles)
        named, columns = settings.features, given.shared["covariates"]
        choosable = named if settings.tune else ()
        out = _narrowed(given, wide, roles, named, columns, choosable)
        told = sentence("features.named", count=len(named), names=", ".join(named))
        return replace(out, notes=(told,), facts={**out.facts, "choosable": list(choosable)})
    season = int(given.shared["season"])
    tried = [name for name in candidates(season) if _can(name, roles) and _is_new(name, wide)]
    known = given.shared["known"]
    columns = [at for at in given.shared["covariates"] if at not in known]
    shared = {**given.shared, "roles": roles}
    selected = select(wide, learned, moments, shared, tried, columns)
    return _chosen(given, wide, roles, selected, settings.tune > 0)


def again(given: Channels, facts: Mapping[str, Any]) -> Channels:
    """What a finished run reads, from its facts; nothing is chosen a second time.

    Args:
        given: with the panel made by the run's own roles.
        facts: of run.json.
    """
    stored = (facts.get("features") or {}).get("shared") or {}
    shared = {name: tuple(value) for name, value in stored.items()}
    return replace(given, shared={**given.shared, **shared}, facts=facts.get("features") or {})


def candidates(season: int) -> tuple[str, ...]:
    """Names of the features that are tried.

    Args:
        season: steps of one, 1 where there is none.
    """
    n = season if 5 < season <= LONGEST_SEASON else USUAL
    windowed = ("volatility", "z_score", "drawdown", "ema_gap", "volume_ratio", "on_balance")
    few = ("return_5", "volatility_5", "rsi_14", "macd", "atr_14")
    return (*few, *(f"{name}_{n}" for name in windowed))


def _can(name: str, roles: Sequence[str]) -> bool:
    return window_features.read_by([name]) <= set(roles)


def _with_market(
    table: Table, given: Channels, settings: FitSettings, found: Roles
) -> tuple[Panel, tuple[str, ...]]:
    """The panel with the columns that features may need, and what each is to them.

    High and low count beside the close as traded alone: other prices may be corrected for splits.
    """
    market: dict[str, str | None] = {"volume": found.volume}
    if settings.target == found.close:
        market |= {"high": found.high, "low": found.low}
    panel = given.panel
    taken = {settings.target, given.roles.get("ids"), *(given.roles.get("time") or ())}
    market = {role: name for role, name in market.items() if name and name not in taken}
    more = [name for name in market.values() if name and name not in panel.columns]
    if more and given.roles["layout"] == "long":
        roles = {**given.roles, "covariates": [*given.roles["covariates"], *more]}
        try:
            wide = make_panel(table, **roles)
        except DataError:  # a column that cannot be read, and that nobody asked for
            wide = panel
        same = np.array_equal(wide.stamps, panel.stamps) and wide.ids == panel.ids
        panel = wide if same and np.array_equal(wide.offsets, panel.offsets) else panel
    return panel, window_features.roles_of(panel.columns, market)


def _chosen(
    given: Channels, wide: Panel, roles: tuple[str, ...], selected: Selected, tune: bool
) -> Channels:
    """What was kept, said; of features that almost were, what a search of settings may read."""
    names = [one.name for one in selected.tried]
    told: dict[str, Any] = {"tried": len(names), "origins": selected.origins}
    if not selected.origins:
        few = () if not names else (sentence("features.few", tried=len(names)),)
        return replace(given, notes=few, facts=selected.to_json())
    kept, columns = selected.kept, given.shared["covariates"]
    read = [at for at in columns if at in given.shared["known"] or wide.columns[at] in kept]
    features = [name for name in kept if _is_new(name, wide)]
    near = [one.name for one in selected.tried if one.gain > 0 and _is_new(one.name, wide)]
    choosable = [*features, *(name for name in near if name not in features)][:NEAR] if tune else []
    out = _narrowed(given, wide, roles, features, read, choosable)
    shown = ", ".join(names)
    notes = [sentence("features.none", names=shown, **told)]
    if kept:
        told |= {"kept": ", ".join(kept), "tests": selected.tests}
        notes = [sentence("features.kept", names=shown, **told)]
    if left := [wide.columns[at] for at in columns if at not in read]:
        notes.append(sentence("features.left", names=", ".join(left)))
    facts = {**out.facts, **selected.to_json(), "choosable": choosable}
    return replace(out, notes=tuple(notes), facts=facts)


def _is_new(name: str, panel: Panel) -> bool:
    return name not in panel.columns


def _narrowed(
    given: Channels,
    wide: Panel,
    roles: tuple[str, ...],
    features: Sequence[str],
    covariates: Sequence[int],
    choosable: Sequence[str] = (),
) -> Channels:
    """The panel with the columns alone that are read, and the codec's settings for it."""
    wanted = window_features.read_by([*features, *choosable])
    places = [at for at in range(1, len(wide.columns)) if at in covariates or roles[at] in wanted]
    kept = [0, *places]
    panel = replace(
        wide, columns=tuple(wide.columns[at] for at in kept), values=wide.values[:, kept].copy()
    )
    own = {
        "covariates": tuple(kept.index(at) for at in covariates),
        "known": tuple(kept.index(at) for at in given.shared["known"]),
        "features": tuple(features),
        "roles": tuple(roles[at] for at in kept) if features or choosable else (),
    }
    table = {**given.roles}
    if places or table.get("covariates"):
        table["covariates"] = list(panel.columns[1:])
    facts = {"shared": {name: list(value) for name, value in own.items()}}
    return replace(given, panel=panel, roles=table, shared={**given.shared, **own}, facts=facts)
