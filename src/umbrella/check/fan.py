"""A series, and what was forecast of it: history, fans of intervals, the naive forecast beside.

Used by the report and by files of forecasts, so nothing of a run is needed here.

Shapes: T steps drawn, H steps ahead, Q levels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from umbrella.base.catalogue import say
from umbrella.check.canvas import COLOURS, SMALL, drawn, make_canvas, style_axes, to_svg
from umbrella.check.style import PALETTE
from umbrella.check.ticks import ticks
from umbrella.check.words import short

HEIGHT, ABOVE, BELOW = 1.9, 0.3, 0.42  # inches of a series, of the legend, of the dates


@dataclass(frozen=True)
class Fans:
    """A series to be drawn.

    Args:
        name: of the series, or "".
        values: [T], None where missing or still to come.
        dates: [T], as they are written.
        fans: one dict a forecast: "at" (place of its origin in `values`), "middle" [H], "low" and
            "high" [Q][H], "naive" [H], "reference" (which naive forecast that is).
    """

    name: str
    values: Sequence[float | None]
    dates: Sequence[str]
    fans: Sequence[Mapping[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """JSON-safe."""
        return {
            "name": self.name,
            "values": list(self.values),
            "dates": list(self.dates),
            "fans": [dict(fan) for fan in self.fans],
        }


def draw_fans(axes: Any, series: Fans, lang: str) -> None:
    """Draw a series onto axes.

    Args:
        axes: of a canvas.
        series: what to draw.
        lang: of the legend, "en" or "zh".
    """
    values = np.array([np.nan if one is None else one for one in series.values], np.float64)
    axes.plot(
        np.arange(len(values)), values, color=COLOURS["ink"], linewidth=1.0,
        label=say("forecast_page.figure.history", lang),
    )  # fmt: skip
    for number, fan in enumerate(series.fans):
        at = int(fan["at"])
        ahead = at + np.arange(len(fan["middle"]) + 1)
        begun = values[at]
        for low, high in reversed(list(zip(fan["low"], fan["high"], strict=True))):
            axes.fill_between(
                ahead, [begun, *low], [begun, *high], color=COLOURS["accent"], alpha=0.16,
                linewidth=0,
            )  # fmt: skip
        first = number == 0  # named once in the legend
        told = {"label": say("forecast_page.figure.forecast", lang)} if first else {}
        axes.plot(ahead, [begun, *fan["middle"]], color=COLOURS["accent"], linewidth=1.5, **told)
        told = {"label": _naive(fan, lang)} if first else {}
        axes.plot(
            ahead, [begun, *fan["naive"]], color=COLOURS["warn"], linewidth=1.0,
            linestyle=(0, (3, 2)), **told,
        )  # fmt: skip
    places, labels, side = ticks(series.dates)
    axes.set_xticks(places, labels)
    axes.get_xticklabels()[-1].set_horizontalalignment(side)
    axes.margins(x=0.01)
    axes.grid(axis="y", color=COLOURS["line"], linewidth=0.6, alpha=0.6)


def _naive(fan: Mapping[str, Any], lang: str) -> str:
    name = say(f"forecast_page.head.{fan.get('reference', 'last-value')}", lang)
    return say("forecast_page.figure.naive", lang, name=name)


def legend(axes: Any) -> None:
    """What the lines are, above the axes."""
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, frameon=False, fontsize=SMALL,
        labelcolor=COLOURS["ink"], borderpad=0, handlelength=1.6,
    )  # fmt: skip


def picture(several: Sequence[Fans], count: int, lang: str) -> str:
    """A file of its own that shows a few series and their forecasts, one below the other.

    Args:
        several: those that are drawn, at least one.
        count: how many there are.
        lang: "en" or "zh".

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    return _alone(drawn("future", lambda: _stacked(several, count, lang)))


def _stacked(several: Sequence[Fans], count: int, lang: str) -> str:
    rows = len(several)
    whole = HEIGHT * rows + ABOVE
    figure, first = make_canvas(
        whole, left=0.62, right=0.12, bottom=whole - ABOVE - HEIGHT + BELOW, top=ABOVE
    )
    for number, series in enumerate(several):
        own = first
        if number:
            place, up = first.get_position(), number * HEIGHT / whole
            own = figure.add_axes((place.x0, place.y0 - up, place.width, place.height))
            style_axes(own)
        draw_fans(own, series, lang)
        if series.name:
            own.annotate(
                short(series.name, 30), (0.01, 0.97), xycoords="axes fraction", va="top",
                color=COLOURS["ink"], fontsize=SMALL, fontweight="bold",
            )  # fmt: skip
    legend(first)
    title = say("forecast_page.figure.future", lang, shown=rows, count=count)
    return to_svg(figure, "future", title, title)


def _alone(svg: str) -> str:
    """An <svg> of the report as a file that stands alone, in light and dark."""
    light, dark = (
        "".join(f"--{name}:{both[k]};" for name, both in PALETTE.items()) for k in (0, 1)
    )
    style = (
        f"<style>svg{{{light}--sans:system-ui,sans-serif;background:var(--paper)}}"
        f"@media (prefers-color-scheme:dark){{svg{{{dark}}}}}</style>"
    )
    head = svg.index(">") + 1
    opened = svg[:head].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return opened + style + svg[head:] + "\n"
