"""Tables of the report's page that one finding fills."""

from collections.abc import Mapping
from html import escape
from typing import Any

from umbrella.base.catalogue import say
from umbrella.base.wording import DASH, write
from umbrella.check.report import Report
from umbrella.check.words import LABEL, clean


def modalities(report: Report, lang: str) -> str:
    """Each kind of column alone, taken away, and its weight; "" for a model of one kind."""
    finding = report.find("modalities")
    rows = finding.details.get("rows", []) if finding else []
    if finding is None or not rows:
        return ""
    weighed = finding.details["weighed"]
    names = ["kind", "alone", "only", "without", "lost", *(["weight"] if weighed else [])]
    heads = "".join(f"<th>{_t(f'modalities.head.{name}', lang)}</th>" for name in names)
    body = "".join(_row(row, report.form, lang) for row in rows)
    note = "modalities.note_weighed" if weighed else "modalities.note"
    return (
        f'<h2>{_t("modalities.title", lang)}</h2><p class="notes">{_t(note, lang)}</p>'
        f'<div class="card wide" tabindex="0"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def labels(report: Report, lang: str) -> str:
    """Every label: found, missed, named where it is not true; "" where rows have one label each."""
    finding = report.find("labels")
    rows = finding.details.get("labels", []) if finding else []
    if not rows:
        return ""
    names = ("label", "rows", "recall", "missed", "false", "precision")
    heads = "".join(f"<th>{_t(f'labels.head.{name}', lang)}</th>" for name in names)
    body = "".join(_label(row, lang) for row in sorted(rows, key=_share))
    return (
        f'<h2>{_t("labels.title", lang)}</h2><p class="notes">{_t("labels.note", lang)}</p>'
        f'<div class="card wide" tabindex="0"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _share(row: Mapping[str, Any]) -> float:
    return float(row["found"] / row["rows"]) if row["rows"] else 1.0


def _label(row: Mapping[str, Any], lang: str) -> str:
    named = row["found"] + row["false"]
    cells = [
        f"{row['rows']:,}",
        _around(row["found"], row["rows"], row["recall"], lang),
        f"{row['missed']:,}",
        f"{row['false']:,}",
        _around(row["found"], named, row["precision"], lang),
    ]
    inside = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    name = escape(clean(row["label"], LABEL))
    return f'<tr><th scope="row"><bdi>{name}</bdi></th>{inside}</tr>'


def _around(part: int, whole: int, limits: list[float] | None, lang: str) -> str:
    if not whole or limits is None:
        return DASH
    return say("labels.share", lang, share=part / whole, range=limits)


def _row(row: Mapping[str, Any], form: str, lang: str) -> str:
    name = clean(row["name"], LABEL)
    alone = DASH
    if row["alone"] is not None:
        alone = f"{write(row['alone'], form, lang)} · {row['alone_rung'].removeprefix(name + '-')}"
    figure, low, high = row["lost"]
    change = say("modalities.lost", lang, lost=figure, range=(low, high), p=row["p"], form=form)
    cells = [alone, write(row["only"], form, lang), write(row["without"], form, lang), change]
    if "weight" in row:
        cells.append(say("modalities.weight", lang, weight=row["weight"], range=row["weights"]))
    inside = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row"><bdi>{escape(name)}</bdi></th>{inside}</tr>'


def _t(key: str, lang: str) -> str:
    return escape(say(key, lang))
