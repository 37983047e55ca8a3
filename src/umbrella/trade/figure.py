"""The figure of a backtest: worth beside buy-and-hold, and how far each lies below its peak."""

import io
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import say
from umbrella.base.errors import need
from umbrella.base.files import write_bytes
from umbrella.trade.backtest import Backtest

RULE, HOLD, INK, LINE = "#0b5f7d", "#955800", "#566672", "#d5dde2"
SETTINGS = {
    "svg.fonttype": "none",  # text stays text: whoever shows it has the fonts, Chinese ones too
    "svg.hashsalt": "umbrella-trade",  # the same figure gives the same bytes
    "text.parse_math": False,
}


def draw(found: Backtest, lang: str = "en") -> str:
    """The figure as one <svg> element, with a title and a description in words.

    Args:
        found: what `backtest` gave.
        lang: "en" or "zh".

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    matplotlib = need("matplotlib", "train")
    with matplotlib.rc_context(SETTINGS), warnings.catch_warnings():
        # Only the width of a missing glyph is guessed; what shows the file has its own fonts.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = need("matplotlib.figure", "train").Figure(figsize=(7, 4.2), layout="constrained")
        upper, lower = figure.subplots(2, sharex=True, height_ratios=(3, 1))
        for course, name, colour in ((found.hold, "hold", HOLD), (found.course, "rule", RULE)):
            shown = {"color": colour, "linewidth": 1.3, "label": say(f"trade.{name}", lang)}
            upper.plot(course.stamps, course.equity, **shown)
            below = fallen(course.equity)
            lower.fill_between(course.stamps, below, color=colour, alpha=0.25, linewidth=0)
        _dress(upper, lower, lang)
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    title, told = say("trade.figure", lang), say("trade.describe", lang, **_figures(found))
    opened = re.search(r"<svg[^>]*>", text)
    assert opened is not None  # matplotlib writes one
    head = opened[0].replace("<svg ", '<svg role="img" ', 1)
    return f"{head}\n<title>{title}</title>\n<desc>{told}</desc>{text[opened.end() :]}"


def save(found: Backtest, path: Path | str, lang: str = "en") -> None:
    """Write the figure as an SVG file; arguments as for `draw`."""
    write_bytes(Path(path), draw(found, lang).encode("utf-8"))


def fallen(equity: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far worth lies below its peak so far, [U], 0 or less, a share of the peak."""
    return equity / np.maximum.accumulate(equity) - 1


def _figures(found: Backtest) -> dict[str, Any]:
    return {
        "own": found.course.equity[-1],
        "hold": found.hold.equity[-1],
        "own_fall": found.own.fall,
        "hold_fall": found.held.fall,
    }


def _dress(upper: Any, lower: Any, lang: str) -> None:
    ticker = need("matplotlib.ticker", "train")
    upper.set_yscale("log")
    upper.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    upper.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    upper.yaxis.set_minor_locator(ticker.NullLocator())
    lower.yaxis.set_major_formatter(ticker.PercentFormatter(1, 0))
    upper.set_title(say("trade.figure", lang), loc="left", color=INK, fontsize=11)
    upper.set_ylabel(say("trade.worth", lang), color=INK)
    lower.set_ylabel(say("trade.below", lang), color=INK)
    upper.legend(loc="upper left", frameon=False, labelcolor="linecolor")
    for axes in (upper, lower):
        axes.tick_params(colors=INK, labelsize=8.5, length=2.5)
        axes.grid(axis="y", color=LINE, linewidth=0.6)
        for side, spine in axes.spines.items():
            spine.set_visible(side == "bottom")
            spine.set_color(LINE)
