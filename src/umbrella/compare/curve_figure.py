"""Learning curves as a figure: the score of every rung over the number of labels."""

from typing import Any

from umbrella.base.catalogue import say
from umbrella.check.canvas import make_canvas, name_room, style_axes, to_svg
from umbrella.compare.lines import Style, draw_line, finish, name_ends

STYLES: tuple[Style, ...] = (
    ("muted", "D", (0, (5, 1.5))),
    ("accent", "o", "-"),
    ("ink", "^", (0, (3, 1.2, 1, 1.2))),
    ("warn", "s", (0, (1, 1.2))),
)
HEIGHT, BELOW = 2.9, 0.5  # inches: all, and below the axes
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
        style = STYLES[number % len(STYLES)]
        ends[rung["name"]] = (draw_line(axes, sizes, rung["points"], style), style[0])
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    finish(axes, say("compare.figure.labels", lang), form, lang)
    name_ends(axes, sizes[-1], ends, HEIGHT - BELOW, 1.03)
    told = say("compare.figure.curve_describe", lang, count=len(names), few=sizes[0],
               most=sizes[-1])  # fmt: skip
    return to_svg(figure, "curve", say("compare.figure.curve", lang), told)
