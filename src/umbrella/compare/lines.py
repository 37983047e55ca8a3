"""Lines with their doubt behind them and their names at their ends, none over another."""

from collections.abc import Mapping, Sequence
from typing import Any

from umbrella.check.canvas import COLOURS, SMALL, label_axes, percent_axis

Style = tuple[str, str, Any]  # colour, marker, dashes: lines are told apart by more than colour
LINE = 0.16  # inches that a name needs
BAND = 0.12  # how dark doubt is


def draw_line(
    axes: Any, across: Sequence[float], scores: Sequence[Mapping[str, float]], style: Style
) -> float:
    """One line; returns the height of its end.

    Args:
        axes: matplotlib's.
        across: where its points stand.
        scores: value, low and high of each.
        style: how it looks.
    """
    colour, marker, dashes = style
    value, low, high = ([score[name] for score in scores] for name in ("value", "low", "high"))
    axes.fill_between(across, low, high, color=COLOURS[colour], alpha=BAND, linewidth=0)
    axes.plot(across, value, marker=marker, color=COLOURS[colour], linestyle=dashes,
              linewidth=1.3, markersize=4)  # fmt: skip
    return value[-1]


def finish(axes: Any, below: str, form: str, lang: str) -> None:
    """Grid, percent where the score is one, and what stands below.

    Args:
        axes: matplotlib's.
        below: the word for what runs across.
        form: of the score.
        lang: "en" or "zh".
    """
    axes.grid(axis="y", color=COLOURS["line"], linewidth=0.6, alpha=0.6)
    axes.set_axisbelow(True)
    if form == "percent":
        percent_axis(axes.yaxis, lang)
    label_axes(axes, below, "")


def name_ends(
    axes: Any, across: float, ends: Mapping[str, tuple[float, str]], inches: float, beside: float
) -> None:
    """Write names beside the ends of their lines.

    Args:
        axes: matplotlib's, with all lines drawn.
        across: where the lines end.
        ends: name → height of the end, colour.
        inches: the height of the axes.
        beside: where names begin, as a share of the axes' width.
    """
    low, high = axes.get_ylim()
    heights = {name: height for name, (height, _) in ends.items()}
    for name, y in spread(heights, (high - low) * LINE / inches).items():
        height, colour = ends[name]
        axes.annotate(
            name, (across, height), xytext=(beside, y), textcoords=("axes fraction", "data"),
            va="center", color=COLOURS[colour], fontsize=SMALL, annotation_clip=False,
        )  # fmt: skip


def spread(ends: Mapping[str, float], apart: float) -> dict[str, float]:
    """The heights of names so that none covers another, as near to their lines as that allows."""
    order = sorted(ends, key=lambda name: ends[name])
    out: dict[str, float] = {}
    floor = float("-inf")
    for name in order:
        out[name] = max(ends[name], floor)
        floor = out[name] + apart
    slide = sum(out[name] - ends[name] for name in order) / len(order)
    return {name: y - slide for name, y in out.items()}
