"""Learning curves as a figure: the score of every rung over the number of labels."""

from typing import Any

from umbrella.base.catalogue import say
from umbrella.check.canvas import (
    COLOURS,
    SMALL,
    label_axes,
    make_canvas,
    name_room,
    percent_axis,
    style_axes,
    to_svg,
)

STYLES: tuple[tuple[str, str, Any], ...] = (
    ("muted", "D", (0, (5, 1.5))),
    ("accent", "o", "-"),
    ("ink", "^", (0, (3, 1.2, 1, 1.2))),
    ("warn", "s", (0, (1, 1.2))),
)  # colour, marker, dashes; told apart by more than colour
HEIGHT, BELOW, LINE = 2.9, 0.5, 0.16  # inches: all, below the axes, what a name needs
LEFT = 0.62


def curve(facts: dict[str, Any], lang: str) -> str:
    """The figure as an <svg> element.

    Args:
        facts: compare.json.
        lang: "en" or "zh".
    """
    found, form = facts["curve"], facts["form"]
    sizes, names = found["sizes"], [rung["name"] for rung in found["rungs"]]
    room = max(name_room(names), 0.9)
    figure, axes = make_canvas(HEIGHT, left=LEFT, right=room, bottom=BELOW, top=0.1)
    style_axes(axes)
    ends = {}
    for number, rung in enumerate(found["rungs"]):
        colour, marker, dashes = STYLES[number % len(STYLES)]
        up = [point["value"] for point in rung["points"]]
        low, high = ([point[end] for point in rung["points"]] for end in ("low", "high"))
        axes.fill_between(sizes, low, high, color=COLOURS[colour], alpha=0.12, linewidth=0)
        axes.plot(sizes, up, marker=marker, color=COLOURS[colour], linestyle=dashes,
                  linewidth=1.3, markersize=4)  # fmt: skip
        ends[rung["name"]] = (up[-1], colour)
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.grid(axis="y", color=COLOURS["line"], linewidth=0.6, alpha=0.6)
    axes.set_axisbelow(True)
    if form == "percent":
        percent_axis(axes.yaxis, lang)
    label_axes(axes, say("compare.figure.labels", lang), "")
    low, high = axes.get_ylim()
    apart = (high - low) * LINE / (HEIGHT - BELOW)
    for name, y in spread({name: end for name, (end, _) in ends.items()}, apart).items():
        axes.annotate(
            name, (sizes[-1], ends[name][0]), xytext=(1.03, y),
            textcoords=("axes fraction", "data"), va="center", color=COLOURS[ends[name][1]],
            fontsize=SMALL, annotation_clip=False,
        )  # fmt: skip
    told = say("compare.figure.curve_describe", lang, count=len(names), few=sizes[0],
               most=sizes[-1])  # fmt: skip
    return to_svg(figure, "curve", say("compare.figure.curve", lang), told)


def spread(ends: dict[str, float], apart: float) -> dict[str, float]:
    """The heights of names so that none covers another, as near to their lines as that allows."""
    order = sorted(ends, key=lambda name: ends[name])
    out: dict[str, float] = {}
    floor = float("-inf")
    for name in order:
        out[name] = max(ends[name], floor)
        floor = out[name] + apart
    slide = sum(out[name] - ends[name] for name in order) / len(order)
    return {name: y - slide for name, y in out.items()}
