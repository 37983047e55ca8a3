"""The lines that open a fit: what was read, of what kind, and what is asked of it."""

from umbrella.base.catalogue import Sentence, say, sentence
from umbrella.data.panel import Panel, find_roles
from umbrella.fit.prepare import Prepared
from umbrella.fit.season import WHY

SHOWN = 12  # columns that are named, at most


def heading(prepared: Prepared, lang: str) -> list[str]:
    """What the data is, then its columns.

    Args:
        prepared: the data of a fit.
        lang: "en" or "zh".
    """
    return _of_rows(prepared, lang) if prepared.panel is None else _of_series(prepared, lang)


def _of_rows(prepared: Prepared, lang: str) -> list[str]:
    spec, twins = prepared.task.spec(), prepared.twins.rows if prepared.twins else 0
    where = "data.split.twins" if prepared.split.facts else "data.parts.twins"  # parts as given
    told = sentence(where, count=twins) if twins else sentence("fit.no_twins")
    first = say(
        "fit.data",
        lang,
        name=prepared.table.name,
        rows=len(prepared.rows),
        inputs=sentence(f"fit.kind.{prepared.kind}"),
        outcome=sentence(
            f"fit.outcome.{prepared.task.name}",
            classes=len(spec.get("labels", spec.get("types", ()))),
        ),
        twins=told,
    )
    kinds = prepared.table.kinds.items()
    return [first, " · ".join(f"{name} ({say(f'fit.kind.{kind}', lang)})" for name, kind in kinds)]


def _of_series(prepared: Prepared, lang: str) -> list[str]:
    panel, roles = prepared.panel, prepared.roles
    assert panel is not None
    sizes = panel.offsets[1:] - panel.offsets[:-1]
    alike = int(sizes.min()) == int(sizes.max())
    lines = [
        say(
            "forecast_fit.data" if alike else "forecast_fit.data_uneven",
            lang,
            name=prepared.table.name,
            series=len(panel.ids),
            steps=int(sizes.max()) if alike else len(panel.values),
            least=int(sizes.min()),
            most=int(sizes.max()),
            every=panel.frequency.said(),
            season=_season(prepared, panel),
            horizon=prepared.targets.shape[1],
        )
    ]
    if roles.get("layout") == "rows":
        return lines
    ids = [roles["ids"]] if roles.get("ids") else []
    known = {panel.columns[at] for at in prepared.shared["known"]}
    read = dict.fromkeys(roles["time"], "time") | dict.fromkeys(ids, "ids")
    read |= dict.fromkeys(roles["targets"], "target")  # in a wide table each is a series
    read |= {name: "known" if name in known else "column" for name in panel.columns[1:]}
    told = [f"{name} ({say(f'forecast_fit.read.{part}', lang)})" for name, part in read.items()]
    if len(told) > 2 * SHOWN:  # a wide table of many series
        told = [*told[:SHOWN], "…"]
    lines.append(say("forecast_fit.read", lang, columns=" · ".join(told)))
    unread = [name for name in prepared.table.columns if name not in read]
    if unread:
        lines.append(_unread(prepared, unread, lang))
    return lines


def _season(prepared: Prepared, panel: Panel) -> Sentence:
    """The season that forecasts count by, and where it comes from."""
    season = int(prepared.shared["season"])
    found = any(note.key == WHY for note in prepared.notes)
    where = "found" if found else "usual" if season == (panel.frequency.season or 1) else "named"
    return sentence(f"forecast_fit.season.{'none' if season <= 1 else where}", season=season)


def _unread(prepared: Prepared, unread: list[str], lang: str) -> str:
    """Columns that no model sees, those of a market by what they are, and how to have them read."""
    roles = find_roles(prepared.table)
    market = {
        getattr(roles, part): part
        for part in ("open", "high", "low", "close", "adjusted", "volume", "amount")
    }
    shown = [
        f"{name} ({say(f'series.role.{market[name]}', lang)})" if name in market else name
        for name in unread[:SHOWN]
    ]
    more = (
        "" if len(unread) <= SHOWN else say("forecast_fit.unread.more", lang, n=len(unread) - SHOWN)
    )
    return say("forecast_fit.unread", lang, columns=" · ".join(shown) + more, first=unread[0])
