"""The page's figures: drawn by matplotlib, handed out as SVG text that the page's colours paint.

matplotlib draws in placeholder colours; each is then replaced by a CSS variable of the page, so
that one figure serves light, dark and print. Text stays text, in the page's own font, so that no
Chinese font is needed here. The same report gives the same bytes.
"""

import html
import io
import re
import warnings
from collections.abc import Callable
from typing import Any

from umbrella.base.catalogue import say, sentence
from umbrella.base.errors import need
from umbrella.base.wording import write
from umbrella.check.report import Report
from umbrella.check.words import columns, short

COLOURS = {
    "ink": "#010203",
    "muted": "#040506",
    "line": "#070809",
    "accent": "#0a0b0c",
    "paper": "#0d0e0f",
    "warn": "#101112",
}
WIDTH = 4.6  # inches; the page shows it a third larger, so 8.5 pt reads as 11 px and more
SMALL, EM = 8.5, 0.118  # font size in points, and its em in inches


def ladder(report: Report, lang: str) -> str:
    """Validation score of every rung with its interval, and the simple rule as a dashed line."""
    rungs = [rung for rung in report.ladder if rung["score"] is not None]
    if not rungs:
        return ""
    best = (max if report.form == "percent" else min)(rungs, key=lambda rung: rung["score"])
    names = [rung["name"] for rung in rungs]
    figure, axes = _canvas(0.62 + 0.27 * len(rungs), left=_room(names), right=0.62)
    for y, rung in enumerate(rungs):
        colour = COLOURS["accent" if rung["chosen"] else "muted"]
        _interval(axes, y, rung["low"], rung["score"], rung["high"], colour)
        figures = write(rung["score"], _bare(report.form), lang)
        axes.annotate(
            figures, (1.03, y), xycoords=("axes fraction", "data"), va="center", color=colour,
            fontweight="bold" if rung["chosen"] else "normal",
        )  # fmt: skip
    base = _baseline(report)
    if base is not None:
        axes.axvline(base, color=COLOURS["warn"], linestyle=(0, (3, 2)), linewidth=1)
    _rows_axis(axes, names, report.form, lang)
    told = sentence(
        "report.ladder_describe",
        best=best["name"],
        score=best["score"],
        form=report.form,
        count=len(rungs),
    )
    return _svg(figure, "ladder", say("report.ladder", lang), told.say(lang))


def gap(report: Report, lang: str) -> str:
    """Training and test score, each with its interval."""
    finding = report.find("gap")
    if finding is None or "train" not in finding.details:
        return ""
    parts = {part: finding.details[part] for part in ("train", "test")}
    names = [say(f"terms.part.{part}", lang) for part in parts]
    figure, axes = _canvas(1.16, left=_room(names), right=0.62)
    for y, (part, facts) in enumerate(parts.items()):
        colour = COLOURS["accent" if part == "test" else "muted"]
        _interval(axes, y, facts["low"], facts["score"], facts["high"], colour)
        axes.annotate(
            write(facts["score"], _bare(report.form), lang), (1.03, y),
            xycoords=("axes fraction", "data"), va="center", color=colour,
        )  # fmt: skip
    base = _baseline(report)
    if base is not None:
        axes.axvline(base, color=COLOURS["warn"], linestyle=(0, (3, 2)), linewidth=1)
    _rows_axis(axes, names, report.form, lang)
    told = sentence(
        "report.gap_describe",
        train=parts["train"]["score"],
        test=parts["test"]["score"],
        form=report.form,
    )
    return _svg(figure, "gap", say("report.name.gap", lang), told.say(lang))


def reliability(report: Report, lang: str) -> str:
    """Said against right, in bins, before and after the temperature; bars count the rows."""
    finding = report.find("confidence")
    bins = finding.details.get("bins", []) if finding else []
    if not bins or finding is None:
        return ""
    facts = finding.details
    figure, axes = _canvas(3.5, left=0.7, right=0.22, bottom=0.52, top=0.34)
    start = min(1 / facts["classes"], 0.5)
    before = facts["before"]
    floor = min([start, *(part["right"] - 0.02 for part in bins + before)])
    axes.plot([start, 1], [start, 1], color=COLOURS["muted"], linewidth=0.8, zorder=1)
    most = max(part["n"] for part in bins)
    for part in bins:
        height = 0.16 * (1.04 - start) * part["n"] / most
        axes.bar(
            part["said"], height, width=0.035, bottom=floor, color=COLOURS["accent"], alpha=0.16,
            linewidth=0,
        )  # fmt: skip
        axes.plot(
            [part["said"]] * 2, [part["low"], part["high"]], color=COLOURS["accent"],
            linewidth=1.6, solid_capstyle="round", alpha=0.55,
        )  # fmt: skip
    axes.plot(
        [part["said"] for part in before], [part["right"] for part in before],
        color=COLOURS["warn"], marker="o", markersize=4, markerfacecolor=COLOURS["paper"],
        linewidth=0.9, linestyle=(0, (2, 2)), label=say("report.reliability_before", lang),
    )  # fmt: skip
    axes.plot(
        [part["said"] for part in bins], [part["right"] for part in bins], color=COLOURS["accent"],
        marker="o", markersize=5, linewidth=1.4,
        label=say("report.reliability_after", lang, temperature=facts["temperature"]),
    )  # fmt: skip
    axes.set(xlim=(start, 1.02), ylim=(max(floor, -0.02), 1.02))
    _labels(axes, say("report.said", lang), say("report.right", lang))
    _percent_axis(axes.xaxis, lang)
    _percent_axis(axes.yaxis, lang)
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, frameon=False, fontsize=SMALL,
        labelcolor=COLOURS["ink"], borderpad=0, handlelength=1.6,
    )  # fmt: skip
    told = sentence(
        "report.reliability_describe", bins=len(bins), said=facts["said"], right=facts["right"]
    )
    return _svg(figure, "reliability", say("report.name.confidence", lang), told.say(lang))


def confusion(report: Report, lang: str) -> str:
    """The confusion matrix; shade is the share of the true class, numbers are rows."""
    finding = report.find("classes")
    if finding is None or not finding.details.get("matrix"):
        return ""
    labels = [short(label, 12) for label in finding.details["labels"]]
    matrix, many = finding.details["matrix"], len(labels)
    side = min(3.1, max(1.9, 0.55 * many))
    left = _room(labels) + 0.4
    tilt = 0.6 * EM * max(map(columns, labels)) > 0.9 * side / many
    top = (0.3 + 0.72 * (_room(labels) - 0.12) if tilt else 0.42) + 0.26
    figure, axes = _canvas(
        side + top + 0.1, left=left, right=max(0.05, WIDTH - left - side), top=top, bottom=0.1
    )
    from matplotlib.patches import Rectangle

    for i, row in enumerate(matrix):
        for j, n in enumerate(row):
            share = n / max(sum(row), 1)
            colour = COLOURS["accent" if i == j else "warn"]
            axes.add_patch(
                Rectangle((j + 0.03, i + 0.03), 0.94, 0.94, facecolor=colour, linewidth=0,
                          alpha=round(0.06 + 0.84 * share, 3))
            )  # fmt: skip
            if many <= 15 and n:
                axes.text(
                    j + 0.5, i + 0.5, f"{n:,}", ha="center", va="center",
                    fontsize=SMALL if many <= 6 else 6.5,
                    color=COLOURS["paper" if share > 0.8 else "ink"],
                )  # fmt: skip
    axes.set(xlim=(0, many), ylim=(many, 0), aspect="equal")
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    at = [k + 0.5 for k in range(many)]
    turned: dict[str, Any] = (
        {"rotation": 45, "ha": "left", "rotation_mode": "anchor"} if tilt else {}
    )
    axes.set_xticks(at, labels, **turned)
    axes.set_yticks(at, labels)
    axes.tick_params(length=0)
    _labels(axes, say("report.answer", lang), say("report.truth", lang))
    for side_name in ("left", "bottom"):
        axes.spines[side_name].set_visible(False)
    right, shown = sum(matrix[k][k] for k in range(many)), sum(map(sum, matrix))
    told = say("report.confusion_describe", lang, right=right, n=shown)
    return _svg(figure, "confusion", say("report.name.classes", lang), told)


def residuals(report: Report, lang: str) -> str:
    """Truth against prediction, one dot a test row."""
    finding = report.find("residuals")
    if finding is None or not finding.details.get("predicted"):
        return ""
    predicted, truth = finding.details["predicted"], finding.details["truth"]
    figure, axes = _canvas(3.4, left=0.8, right=0.2, bottom=0.52, top=0.12)
    low, high = min(predicted + truth), max(predicted + truth)
    pad = 0.03 * (high - low)
    axes.plot([low, high], [low, high], color=COLOURS["line"], linewidth=1.2)
    axes.plot(
        predicted, truth, "o", color=COLOURS["accent"], markersize=3, alpha=0.4, markeredgewidth=0
    )
    axes.set(xlim=(low - pad, high + pad), ylim=(low - pad, high + pad))
    _labels(axes, say("report.predicted", lang), say("report.truth", lang))
    told = say("report.residuals_describe", lang, n=len(truth), slope=finding.details["slope"])
    return _svg(figure, "residuals", say("report.name.residuals", lang), told)


FIGURES: dict[str, Callable[[Report, str], str]] = {
    "ladder": ladder,
    "reliability": reliability,
    "confusion": confusion,
    "residuals": residuals,
    "gap": gap,
}


def draw(name: str, report: Report, lang: str) -> str:
    """One figure as an <svg> element; "" when the report has nothing for it.

    Args:
        name: a key of FIGURES.
        report: what to draw.
        lang: "en" or "zh".
    """
    matplotlib = need("matplotlib", "train")
    settings = {
        "svg.fonttype": "none",
        "svg.hashsalt": f"umbrella-{name}",
        "text.parse_math": False,  # a label with dollar signs is a label
        "axes.unicode_minus": True,
    }
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        # Only the width of a missing glyph is guessed; the browser draws it in its own font.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        return FIGURES[name](report, lang)


def _canvas(
    height: float, *, left: float, right: float, bottom: float = 0.3, top: float = 0.1
) -> tuple[Any, Any]:
    """A figure and its axes, margins in inches; no global state of matplotlib is touched."""
    figures = need("matplotlib.figure", "train")
    figure = figures.Figure(figsize=(WIDTH, height))
    axes = figure.add_axes(
        (left / WIDTH, bottom / height, 1 - (left + right) / WIDTH, 1 - (bottom + top) / height)
    )
    axes.set_facecolor("none")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(COLOURS["line"])
    axes.tick_params(colors=COLOURS["muted"], labelsize=SMALL, length=2.5, width=0.8)
    return figure, axes


def _interval(axes: Any, y: int, low: Any, middle: float, high: Any, colour: str) -> None:
    if low is not None and high is not None:
        axes.plot(
            [low, high], [y, y], color=colour, linewidth=5, alpha=0.32, solid_capstyle="round"
        )
    axes.plot([middle], [y], "o", color=colour, markersize=5.5)


def _rows_axis(axes: Any, names: list[str], form: str, lang: str) -> None:
    axes.set_yticks(range(len(names)), [short(name, 18) for name in names])
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.tick_params(axis="y", length=0, colors=COLOURS["ink"])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=COLOURS["line"], linewidth=0.6, alpha=0.6)
    axes.set_axisbelow(True)
    axes.margins(x=0.08)
    axes.xaxis.get_major_locator().set_params(nbins=6)
    if form == "percent":
        _percent_axis(axes.xaxis, lang)


def _percent_axis(axis: Any, lang: str) -> None:
    sign = "%" if lang == "zh" else " %"
    axis.set_major_formatter(lambda value, _: f"{100 * value:g}{sign}")


def _labels(axes: Any, across: str, up: str) -> None:
    axes.set_xlabel(across, fontsize=SMALL, color=COLOURS["muted"])
    axes.set_ylabel(up, fontsize=SMALL, color=COLOURS["muted"])


def _baseline(report: Report) -> float | None:
    finding = report.find("score")
    return finding.details.get("baseline") if finding else None


def _bare(form: str) -> str:
    return "bare_percent" if form == "percent" else form


def _room(names: list[str]) -> float:
    """Inches that the longest name takes, and a gap."""
    return min(1.5, 0.6 * EM * max((columns(short(name, 18)) for name in names), default=4)) + 0.2


def _svg(figure: Any, name: str, title: str, described: str) -> str:
    """The figure as an <svg> element without ids of its own making, dates or outside names."""
    out = io.StringIO()
    figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = re.sub(r'<g id="[^"]*">', "<g>", text)
    text = text.replace("xlink:href", "href")
    text = re.sub(r"(font: (?:\w+ )*[\d.]+px) [^;\"]*", r"\1 var(--sans)", text)
    for colour, placeholder in COLOURS.items():
        text = text.replace(placeholder, f"var(--{colour})")
    box = re.search(r'viewBox="([^"]*)"', text)
    assert box, "matplotlib wrote no viewBox"
    head = (
        f'<svg viewBox="{box[1]}" role="img" aria-labelledby="{name}-title {name}-told">'
        f'<title id="{name}-title">{html.escape(title)}</title>'
        f'<desc id="{name}-told">{html.escape(described)}</desc>'
    )
    return head + text[text.index(">") + 1 :].strip()
