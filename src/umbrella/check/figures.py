"""The figures of a report, as SVG text that the page's colours paint: see canvas.py."""

from collections.abc import Callable
from typing import Any

from umbrella.base.catalogue import say, sentence
from umbrella.base.wording import write
from umbrella.check import forecast_figures
from umbrella.check.canvas import (
    COLOURS,
    EM,
    SMALL,
    WIDTH,
    bare_form,
    draw_interval,
    drawn,
    label_axes,
    make_canvas,
    name_room,
    percent_axis,
    rows_axis,
    to_svg,
)
from umbrella.check.modalities import called
from umbrella.check.report import Report, naive_error, opening
from umbrella.check.words import columns, short


def ladder(report: Report, lang: str) -> str:
    """Validation score of every rung with its interval, and the simple rule as a dashed line."""
    rungs = [rung for rung in report.ladder if rung["score"] is not None]
    if not rungs:
        return ""
    higher = report.facts.get("sign", 1 if report.form == "percent" else -1) > 0
    best = (max if higher else min)(rungs, key=lambda rung: rung["score"])
    names = [rung["name"] for rung in rungs]
    figure, axes = make_canvas(0.62 + 0.27 * len(rungs), left=name_room(names), right=0.62)
    for y, rung in enumerate(rungs):
        colour = COLOURS["accent" if rung["chosen"] else "muted"]
        draw_interval(axes, y, rung["low"], rung["score"], rung["high"], colour)
        figures = write(rung["score"], bare_form(report.form), lang)
        axes.annotate(
            figures, (1.03, y), xycoords=("axes fraction", "data"), va="center", color=colour,
            fontweight="bold" if rung["chosen"] else "normal",
        )  # fmt: skip
    base = naive_error(report) if opening(report) else _baseline(report)
    if base is not None:
        axes.axvline(base, color=COLOURS["warn"], linestyle=(0, (3, 2)), linewidth=1)
    rows_axis(axes, names, report.form, lang)
    told = sentence(
        "report.ladder_describe",
        best=best["name"],
        score=best["score"],
        form=report.form,
        count=len(rungs),
    )
    return to_svg(figure, "ladder", say("report.ladder", lang), told.say(lang))


def gap(report: Report, lang: str) -> str:
    """Training and test score, each with its interval."""
    finding = report.find("gap")
    if finding is None or "train" not in finding.details:
        return ""
    parts = {part: finding.details[part] for part in ("train", "test")}
    names = [say(f"terms.part.{part}", lang) for part in parts]
    figure, axes = make_canvas(1.16, left=name_room(names), right=0.62)
    for y, (part, facts) in enumerate(parts.items()):
        colour = COLOURS["accent" if part == "test" else "muted"]
        draw_interval(axes, y, facts["low"], facts["score"], facts["high"], colour)
        axes.annotate(
            write(facts["score"], bare_form(report.form), lang), (1.03, y),
            xycoords=("axes fraction", "data"), va="center", color=colour,
        )  # fmt: skip
    base = _baseline(report)
    if base is not None:
        axes.axvline(base, color=COLOURS["warn"], linestyle=(0, (3, 2)), linewidth=1)
    rows_axis(axes, names, report.form, lang)
    told = sentence(
        "report.gap_describe",
        train=parts["train"]["score"],
        test=parts["test"]["score"],
        form=report.form,
    )
    return to_svg(figure, "gap", say("report.name.gap", lang), told.say(lang))


def reliability(report: Report, lang: str) -> str:
    """Said against right, in bins, before and after the temperature; bars count the rows."""
    finding = report.find("confidence")
    bins = finding.details.get("bins", []) if finding else []
    if not bins or finding is None:
        return ""
    facts = finding.details
    figure, axes = make_canvas(3.5, left=0.7, right=0.22, bottom=0.52, top=0.34)
    start = facts["start"] if "start" in facts else min(1 / facts["classes"], 0.5)
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
    label_axes(axes, say("report.said", lang), say("report.right", lang))
    percent_axis(axes.xaxis, lang)
    percent_axis(axes.yaxis, lang)
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, frameon=False, fontsize=SMALL,
        labelcolor=COLOURS["ink"], borderpad=0, handlelength=1.6,
    )  # fmt: skip
    told = sentence(
        "report.reliability_describe", bins=len(bins), said=facts["said"], right=facts["right"]
    )
    return to_svg(figure, "reliability", say("report.name.confidence", lang), told.say(lang))


def confusion(report: Report, lang: str) -> str:
    """The confusion matrix; shade is the share of the true class, numbers are rows."""
    finding = report.find("classes")
    if finding is None or not finding.details.get("matrix"):
        return ""
    labels = [short(label, 12) for label in finding.details["labels"]]
    matrix, many = finding.details["matrix"], len(labels)
    side = min(3.1, max(1.9, 0.55 * many))
    left = name_room(labels) + 0.4
    tilt = 0.6 * EM * max(map(columns, labels)) > 0.9 * side / many
    top = (0.3 + 0.72 * (name_room(labels) - 0.12) if tilt else 0.42) + 0.26
    figure, axes = make_canvas(
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
    label_axes(axes, say("report.answer", lang), say("report.truth", lang))
    for side_name in ("left", "bottom"):
        axes.spines[side_name].set_visible(False)
    right, shown = sum(matrix[k][k] for k in range(many)), sum(map(sum, matrix))
    told = say("report.confusion_describe", lang, right=right, n=shown)
    return to_svg(figure, "confusion", say("report.name.classes", lang), told)


def residuals(report: Report, lang: str) -> str:
    """Truth against prediction, one dot a test row."""
    finding = report.find("residuals")
    if finding is None or not finding.details.get("predicted"):
        return ""
    predicted, truth = finding.details["predicted"], finding.details["truth"]
    figure, axes = make_canvas(3.4, left=0.8, right=0.2, bottom=0.52, top=0.12)
    low, high = min(predicted + truth), max(predicted + truth)
    pad = 0.03 * (high - low)
    axes.plot([low, high], [low, high], color=COLOURS["line"], linewidth=1.2)
    axes.plot(
        predicted, truth, "o", color=COLOURS["accent"], markersize=3, alpha=0.4, markeredgewidth=0
    )
    axes.set(xlim=(low - pad, high + pad), ylim=(low - pad, high + pad))
    label_axes(axes, say("report.predicted", lang), say("report.truth", lang))
    told = say("report.residuals_describe", lang, n=len(truth), slope=finding.details["slope"])
    return to_svg(figure, "residuals", say("report.name.residuals", lang), told)


def weights(report: Report, lang: str) -> str:
    """How much each kind of column counted in the answers to the test rows."""
    finding = report.find("modalities")
    if finding is None or not finding.details.get("weighed"):
        return ""
    rows = finding.details["rows"]
    names = [called(row["name"]).say(lang) for row in rows]
    figure, axes = make_canvas(0.62 + 0.27 * len(rows), left=name_room(names), right=0.62)
    most = max(rows, key=lambda row: row["weight"])
    for y, row in enumerate(rows):
        colour = COLOURS["accent" if row is most else "muted"]
        draw_interval(axes, y, *_spread(row), colour)
        axes.annotate(
            write(row["weight"], "bare_percent", lang), (1.03, y),
            xycoords=("axes fraction", "data"), va="center", color=colour,
        )  # fmt: skip
    rows_axis(axes, names, "percent", lang)
    axes.set_xlim(-0.02, 1.02)
    told = sentence("modalities.weights_describe", name=called(most["name"]), weight=most["weight"])
    return to_svg(figure, "weights", say("modalities.weights", lang), told.say(lang))


def _spread(row: dict[str, Any]) -> tuple[float, float, float]:
    low, high = row["weights"]
    return low, row["weight"], high


FIGURES: dict[str, Callable[[Report, str], str]] = {
    "ladder": ladder,
    "reliability": reliability,
    "confusion": confusion,
    "residuals": residuals,
    "gap": gap,
    "weights": weights,
    "fans": forecast_figures.fans,
    "steps": forecast_figures.steps,
}


def draw(name: str, report: Report, lang: str) -> str:
    """One figure as an <svg> element; "" when the report has nothing for it.

    Args:
        name: a key of FIGURES.
        report: what to draw.
        lang: "en" or "zh".
    """
    return drawn(name, lambda: FIGURES[name](report, lang))


def _baseline(report: Report) -> float | None:
    finding = report.find("score")
    return finding.details.get("baseline") if finding else None
