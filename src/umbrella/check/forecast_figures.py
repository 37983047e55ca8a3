"""Figures and the table of a forecast: fans at a few test origins, error by steps ahead."""

from html import escape
from typing import Any

from umbrella.base.catalogue import say
from umbrella.base.wording import DASH, write
from umbrella.check.canvas import COLOURS, SMALL, label_axes, make_canvas, to_svg
from umbrella.check.fan import Fans, draw_fans, legend
from umbrella.check.report import Report
from umbrella.check.tables import card, row, text

STYLES = {"last-value": "muted", "seasonal-naive": "warn"}


def fans(report: Report, lang: str) -> str:
    """History with the forecasts of a few test origins; "" where there is none."""
    finding = report.find("intervals")
    told = finding.details.get("drawn") if finding else None
    if not told:
        return ""
    series = Fans(**told)
    figure, axes = make_canvas(3.0, left=0.62, right=0.12, bottom=0.32, top=0.32)
    draw_fans(axes, series, lang)
    legend(axes)
    described = say(
        "forecast_page.figure.fans_describe",
        lang,
        name=series.name,
        first=series.dates[0],
        last=series.dates[-1],
        origins=", ".join(series.dates[int(one["at"])] for one in series.fans),
    )
    return to_svg(figure, "fans", say("forecast_page.figure.fans", lang), described)


def steps(report: Report, lang: str) -> str:
    """Error of the model and of the naive forecasts by steps ahead; "" for a single step."""
    finding = report.find("steps")
    rows = finding.details.get("rows", []) if finding else []
    if len(rows) < 2:
        return ""
    figure, axes = make_canvas(2.6, left=0.7, right=0.2, bottom=0.52, top=0.34)
    at = [one["step"] for one in rows]
    for name in rows[0]["naive"]:
        axes.plot(
            at, [one["naive"].get(name) for one in rows], color=COLOURS[STYLES[name]],
            linewidth=1.1, linestyle=(0, (3, 2)), label=say(f"forecast_page.head.{name}", lang),
        )  # fmt: skip
    axes.plot(
        at, [one["model"] for one in rows], color=COLOURS["accent"], marker="o", markersize=4,
        linewidth=1.5, label=say("forecast_page.figure.model", lang),
    )  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.set_xticks(at)
    axes.grid(axis="y", color=COLOURS["line"], linewidth=0.6, alpha=0.6)
    label_axes(
        axes, say("forecast_page.figure.ahead", lang), say("forecast_page.figure.error", lang)
    )
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, frameon=False, fontsize=SMALL,
        labelcolor=COLOURS["ink"], borderpad=0, handlelength=1.6,
    )  # fmt: skip
    last = rows[-1]
    described = say(
        "forecast_page.figure.steps_describe",
        lang,
        far=last["step"],
        model=last["model"],
        naive=min(last["naive"].values()),
    )
    return to_svg(figure, "steps", say("forecast_page.figure.steps", lang), described)


def chosen_by(report: Report, lang: str) -> str:
    """Which origins the ladder is scored on, as a note over its table; "" for another task."""
    told = report.facts.get("chosen_by")
    if not told:
        return ""
    key = "shrunk" if report.facts.get("shrunk") else "one" if told["stretches"] == 1 else "several"
    note = say(f"forecast_page.chosen_by.{key}", lang, **told)
    return f'<p class="notes">{escape(note)}</p>'


def counts(report: Report, lang: str) -> str:
    """How many origins there are of each part; "" for another task, and for a shrunk run."""
    told, rows = report.facts.get("chosen_by"), report.facts.get("rows") or {}
    if not told or report.facts.get("shrunk"):
        return ""
    values = {"stretches": told["stretches"], "validation": told["origins"]}
    return say("forecast_page.counts", lang, train=rows["train"], test=rows["test"], **values)


def table(report: Report, lang: str) -> str:
    """Every step that was looked at: errors, direction, coverage; "" for another task."""
    finding, held = report.find("steps"), report.find("intervals")
    rows = finding.details.get("rows", []) if finding else []
    if not rows:
        return ""
    covered = {one["step"]: one for one in held.details.get("steps", [])} if held else {}
    levels = [one["level"] for one in held.details.get("levels", [])] if held else []
    ranked = any(one["ic"] is not None for one in rows)
    names = ["model", *rows[0]["naive"], "direction", "majority", *(["ic"] if ranked else [])]
    heads = [text(f"forecast_page.head.{name}", lang) for name in ("step", *names)]
    heads += [write(level, "whole_percent", lang) for level in levels]
    heads += [text("forecast_page.head.adaptive", lang)] if levels else []
    body = [_row(one, names, covered.get(one["step"]), lang) for one in rows]
    return (
        f'<h2>{text("forecast_page.table", lang)}</h2><p class="notes">'
        f"{text('forecast_page.table.note', lang)}</p>" + card(heads, body)
    )


def _row(one: dict[str, Any], names: list[str], held: dict[str, Any] | None, lang: str) -> str:
    cells = []
    for name in names:
        value = one["naive"].get(name) if name in STYLES else one[name]
        form = "percent" if name in ("direction", "majority") else "number"
        cells.append(DASH if value is None else write(value, form, lang))
    if held is not None:
        cells += [write(share, "percent", lang) for share in held["shares"]]
        cells.append(write(held["adaptive"], "percent", lang))
    return row(str(one["step"]), cells)
