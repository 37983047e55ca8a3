"""Tables of the report's page that one finding fills, and the pieces that tables are made of."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from umbrella.base.catalogue import say
from umbrella.base.wording import DASH, write
from umbrella.check.modalities import called
from umbrella.check.report import Report
from umbrella.check.words import LABEL, clean, keep


def modalities(report: Report, lang: str) -> str:
    """Each kind of column alone, taken away, and its weight; "" for a model of one kind."""
    finding = report.find("modalities")
    rows = finding.details.get("rows", []) if finding else []
    if finding is None or not rows:
        return ""
    weighed = finding.details["weighed"]
    names = ["kind", "alone", "only", "without", "lost", *(["weight"] if weighed else [])]
    heads = [text(f"modalities.head.{name}", lang) for name in names]
    body = [_modality(one, report.form, lang) for one in rows]
    note = "modalities.note_weighed" if weighed else "modalities.note"
    return (
        f'<h2>{text("modalities.title", lang)}</h2><p class="notes">{text(note, lang)}</p>'
        + card(heads, body)
    )


def labels(report: Report, lang: str) -> str:
    """Every label: found, missed, named where it is not true; "" where rows have one label each."""
    finding = report.find("labels")
    rows = finding.details.get("labels", []) if finding else []
    if not rows:
        return ""
    names = ("label", "rows", "recall", "missed", "false", "precision")
    heads = [text(f"labels.head.{name}", lang) for name in names]
    body = [_label(one, lang) for one in sorted(rows, key=_share)]
    return (
        f'<h2>{text("labels.title", lang)}</h2><p class="notes">{text("labels.note", lang)}</p>'
        + card(heads, body)
    )


def types(report: Report, lang: str) -> str:
    """Every type of span; "" where none are marked."""
    finding = report.find("types")
    rows = finding.details.get("types", []) if finding else []
    if finding is None or not rows:
        return ""
    names = ("type", "true", "found", "right", "precision", "recall", "f1")
    heads = [text(f"tag.head.{name}", lang) for name in names]
    unseen = int(finding.details.get("unseen", 0))
    more = " " + escape(say("tag.unseen_types", lang, count=unseen)) if unseen else ""
    return (
        f'<h2>{text("tag.title", lang)}</h2><p class="notes">{text("tag.note", lang)}{more}</p>'
        + card(heads, [_type(one, lang) for one in rows])
    )


def voices(report: Report, lang: str) -> str:
    """Every speaker's errors; "" where nothing is transcribed or speakers are not known."""
    finding = report.find("voices")
    groups = finding.details.get("groups", []) if finding else []
    if not groups:
        return ""
    heads = [text(f"report.{name}", lang) for name in ("voice", "rows", "pieces", "rate")]
    body = [_voice(one, lang) for one in groups]
    return f"<h2>{text('report.voices', lang)}</h2>{card(heads, body)}"


def with_range(score: Any, low: Any, high: Any, form: str, lang: str) -> str:
    """ "89.6 % (87.8–91.1)"; the score alone when it has no interval."""
    if low is None or high is None:
        return write(score, form, lang)
    around = write((low, high), form, lang)
    return write(score, form, lang) + (f"（{around}）" if lang == "zh" else f" ({around})")


def against_best(rung: Mapping[str, Any], lang: str) -> str:
    """ "the best", "within doubt (p = .31)", "worse (p < .001)", or p alone."""
    names = {"best": "fit.best", "worse": "fit.worse", "within doubt": "fit.doubt"}
    key = (names | {"untold": "fit.untold"}).get(rung["verdict"])
    p = rung["p_against_best"]
    return say(key, lang, p=p) if key else write(p, "p", lang)


def card(heads: Iterable[str], rows: Iterable[str]) -> str:
    """A table on a card that scrolls sideways where it is wide.

    Args:
        heads: of the columns, escaped.
        rows: as `row` makes them.
    """
    head = "".join(f"<th>{one}</th>" for one in heads)
    return (
        f'<div class="card wide" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def row(name: str, cells: Iterable[str], *, chosen: bool = False) -> str:
    """A row of a table.

    Args:
        name: of the row, escaped.
        cells: as text.
        chosen: whether it stands out.
    """
    inside = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    kind = ' class="chosen"' if chosen else ""
    return f'<tr{kind}><th scope="row">{name}</th>{inside}</tr>'


def text(key: str, lang: str) -> str:
    """A sentence of the catalogue, escaped."""
    return escape(say(key, lang))


def whole(line: str) -> str:
    """A line, escaped, in which no break tears a figure from its sign."""
    return escape(keep(line))


def _share(one: Mapping[str, Any]) -> float:
    return float(one["found"] / one["rows"]) if one["rows"] else 1.0


def _label(one: Mapping[str, Any], lang: str) -> str:
    named = one["found"] + one["false"]
    cells = [
        f"{one['rows']:,}",
        _around(one["found"], one["rows"], one["recall"], lang),
        f"{one['missed']:,}",
        f"{one['false']:,}",
        _around(one["found"], named, one["precision"], lang),
    ]
    return row(_name(clean(one["label"], LABEL)), cells)


def _type(one: Mapping[str, Any], lang: str) -> str:
    counts = [f"{one[name]:,}" for name in ("true", "found", "right")]
    shares = [write(one[name], "percent", lang) for name in ("precision", "recall")]
    score = with_range(one["f1"], one["low"], one["high"], "percent", lang)
    return row(_name(one["name"]), [*counts, *shares, score])


def _voice(one: Mapping[str, Any], lang: str) -> str:
    rate = with_range(one["rate"], one["low"], one["high"], "percent", lang)
    return row(_name(one["name"]), [f"{one['rows']:,}", f"{one['pieces']:,}", rate])


def _name(name: str) -> str:
    """A name that came with the data, which may be written from right to left."""
    return f"<bdi>{escape(name)}</bdi>"


def _around(part: int, whole: int, limits: list[float] | None, lang: str) -> str:
    if not whole or limits is None:
        return DASH
    return say("labels.share", lang, share=part / whole, range=limits)


def _modality(one: Mapping[str, Any], form: str, lang: str) -> str:
    name = clean(one["name"], LABEL)
    alone = DASH
    if one["alone"] is not None:
        alone = f"{write(one['alone'], form, lang)} · {one['alone_rung'].removeprefix(name + '-')}"
    figure, low, high = one["lost"]
    change = say("modalities.lost", lang, lost=figure, range=(low, high), p=one["p"], form=form)
    cells = [alone, write(one["only"], form, lang), write(one["without"], form, lang), change]
    if "weight" in one:
        cells.append(say("modalities.weight", lang, weight=one["weight"], range=one["weights"]))
    return row(_name(called(one["name"]).say(lang)), cells)
