"""The one figure of a comparison: what each network makes of the order of places, or the rungs.

Nothing is told by colour alone: shapes, lines and names beside them say the same.
"""

from typing import Any

from umbrella.base.catalogue import say
from umbrella.base.wording import write
from umbrella.check.canvas import (
    COLOURS,
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
    style_axes,
    to_svg,
)
from umbrella.compare.curve_figure import curve, spread
from umbrella.models.signal.reach import REACHES

LINES: dict[str, tuple[str, str, Any]] = {  # network → colour, marker, dashes
    "everywhere": ("warn", "s", (0, (1, 1.2))),
    "local": ("muted", "D", (0, (5, 1.5))),
    "shared": ("ink", "^", (0, (3, 1.2, 1, 1.2))),
    "pooled": ("accent", "o", "-"),
}
ABOVE, BELOW, BETWEEN = 1.5, 1.9, 0.45  # inches: the two parts, and the room between them
LINE = 0.16  # inches that a name needs


def figure(facts: dict[str, Any], lang: str) -> str:
    """The figure as an <svg> element.

    Args:
        facts: compare.json.
        lang: "en" or "zh".
    """
    if "curve" in facts:
        return drawn("curve", lambda: curve(facts, lang))
    if "why" in facts:
        return drawn("why", lambda: _why(facts, lang))
    return drawn("contest", lambda: _contest(facts, lang))


def _contest(facts: dict[str, Any], lang: str) -> str:
    contest, form = facts["contest"], facts["form"]
    rungs, names = contest["rungs"], [rung["name"] for rung in contest["rungs"]]
    figure, axes = make_canvas(0.62 + 0.32 * len(rungs), left=name_room(names), right=0.62)
    for y, rung in enumerate(rungs):
        is_best = rung["name"] == contest["best"]
        colour = COLOURS["accent" if is_best else "muted"]
        draw_interval(axes, y, rung["low"], rung["score"], rung["high"], colour)
        axes.plot(rung["seeds"], [y + 0.28] * len(rung["seeds"]), "|", color=colour, markersize=5)
        _write(axes, rung["score"], y, form, lang, colour)
    rows_axis(axes, names, form, lang)
    best = next(rung for rung in rungs if rung["name"] == contest["best"])
    told = say(
        "compare.figure.contest_describe",
        lang,
        best=best["name"],
        score=best["score"],
        form=form,
        count=len(rungs),
    )
    return to_svg(figure, "contest", say("compare.figure.contest", lang), told)


def _why(facts: dict[str, Any], lang: str) -> str:
    """Above: in order and shuffled; below: moved."""
    form, why = facts["form"], facts["why"]
    arms = {(arm["name"], arm["order"]): arm for arm in why["arms"]}
    names = [say(f"compare.network.{name}", lang) for name in REACHES]
    left, right, bottom = name_room(names), 0.5, 0.5
    height = ABOVE + BELOW + BETWEEN + bottom + 0.1
    figure, above = make_canvas(
        height, left=left, right=right, bottom=bottom + BELOW + BETWEEN, top=0.1
    )
    for y, name in enumerate(REACHES):
        for order, lift in (("ordered", -0.13), ("shuffled", 0.17)):
            _dot(above, y + lift, arms[name, order]["score"], name, order)
        _write(above, arms[name, "ordered"]["score"]["value"], y - 0.13, form, lang, COLOURS["ink"])
        _write(above, arms[name, "shuffled"]["score"]["value"], y + 0.17, form, lang,
               COLOURS["muted"])  # fmt: skip
    rows_axis(above, names, form, lang)
    room = max(name_room(names), 1.3)
    box = (0.62 / WIDTH, bottom / height, 1 - (0.62 + room) / WIDTH, BELOW / height)
    below = figure.add_axes(box)
    style_axes(below)
    _moved(below, arms, why["shifts"], form, lang)
    told = say(
        "compare.figure.why_describe",
        lang,
        mlp=arms["everywhere", "ordered"]["score"]["value"],
        mlp_after=arms["everywhere", "shuffled"]["score"]["value"],
        cnn=arms["pooled", "ordered"]["score"]["value"],
        cnn_after=arms["pooled", "shuffled"]["score"]["value"],
        form=form,
    )
    return to_svg(figure, "why", say("compare.figure.why", lang), told)


def _dot(axes: Any, y: float, score: dict[str, float], name: str, order: str) -> None:
    colour, marker, _ = LINES[name]
    axes.plot(
        [score["low"], score["high"]], [y, y], color=COLOURS[colour], linewidth=3, alpha=0.3,
        solid_capstyle="round",
    )  # fmt: skip
    axes.plot(
        [score["value"]], [y], marker, color=COLOURS[colour], markersize=5,
        markerfacecolor=COLOURS[colour if order == "ordered" else "paper"],
    )  # fmt: skip


def _write(axes: Any, value: float, y: float, form: str, lang: str, colour: str) -> None:
    axes.annotate(
        write(value, bare_form(form), lang), (1.03, y), xycoords=("axes fraction", "data"),
        va="center", color=colour, fontsize=SMALL,
    )  # fmt: skip


def _moved(axes: Any, arms: dict[Any, Any], shifts: list[int], form: str, lang: str) -> None:
    """A line for each network from 0 places on, its name at the end of it."""
    across = [0, *shifts]
    ends = {}
    for name in REACHES:
        arm = arms[name, "ordered"]
        scores = [arm["score"], *arm["shifted"]]
        colour, marker, dashes = LINES[name]
        up = [score["value"] for score in scores]
        axes.fill_between(
            across, [score["low"] for score in scores], [score["high"] for score in scores],
            color=COLOURS[colour], alpha=0.1, linewidth=0,
        )  # fmt: skip
        axes.plot(across, up, marker=marker, color=COLOURS[colour], linestyle=dashes,
                  linewidth=1.3, markersize=4)  # fmt: skip
        ends[name] = up[-1]
    axes.set_xticks(across)
    axes.set_xlim(-0.1, across[-1] + 0.1)
    axes.grid(axis="y", color=COLOURS["line"], linewidth=0.6, alpha=0.6)
    axes.set_axisbelow(True)
    if form == "percent":
        percent_axis(axes.yaxis, lang)
    label_axes(axes, say("compare.figure.moved", lang), "")
    low, high = axes.get_ylim()
    for name, y in spread(ends, (high - low) * LINE / BELOW).items():
        axes.annotate(
            say(f"compare.network.{name}", lang), (across[-1] + 0.1, ends[name]),
            xytext=(1.05, y), textcoords=("axes fraction", "data"), va="center",
            color=COLOURS[LINES[name][0]], fontsize=SMALL, annotation_clip=False,
        )  # fmt: skip
