"""What figures are drawn on: matplotlib's canvas, handed out as SVG that the page's colours paint.

matplotlib draws in placeholder colours; each is then replaced by a CSS variable of the page, so
that one figure serves light, dark and print. Text stays text, in the page's own font, so that no
Chinese font is needed here. The same figure gives the same bytes.
"""

import html
import io
import re
import warnings
from collections.abc import Callable
from typing import Any

from umbrella.base.errors import need
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


def drawn(name: str, make: Callable[[], str]) -> str:
    """Make a figure where matplotlib keeps text as text, and ids that do not change.

    Args:
        name: unique on its page.
        make: draws it and returns what `svg` gave.
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
        return make()


def make_canvas(
    height: float, *, left: float, right: float, bottom: float = 0.3, top: float = 0.1
) -> tuple[Any, Any]:
    """A figure and its axes, margins in inches; no global state of matplotlib is touched."""
    figures = need("matplotlib.figure", "train")
    figure = figures.Figure(figsize=(WIDTH, height))
    axes = figure.add_axes(
        (left / WIDTH, bottom / height, 1 - (left + right) / WIDTH, 1 - (bottom + top) / height)
    )
    style_axes(axes)
    return figure, axes


def style_axes(axes: Any) -> None:
    """The page's look for axes: no box, thin lines."""
    axes.set_facecolor("none")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(COLOURS["line"])
    axes.tick_params(colors=COLOURS["muted"], labelsize=SMALL, length=2.5, width=0.8)


def draw_interval(axes: Any, y: int, low: Any, middle: float, high: Any, colour: str) -> None:
    """A dot at the middle and a bar from low to high, where they are known."""
    if low is not None and high is not None:
        axes.plot(
            [low, high], [y, y], color=colour, linewidth=5, alpha=0.32, solid_capstyle="round"
        )
    axes.plot([middle], [y], "o", color=colour, markersize=5.5)


def rows_axis(axes: Any, names: list[str], form: str, lang: str) -> None:
    """A named row for each score, from the top."""
    axes.set_yticks(range(len(names)), [short(name, 18) for name in names])
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.tick_params(axis="y", length=0, colors=COLOURS["ink"])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=COLOURS["line"], linewidth=0.6, alpha=0.6)
    axes.set_axisbelow(True)
    axes.margins(x=0.08)
    axes.xaxis.get_major_locator().set_params(nbins=6)
    if form == "percent":
        percent_axis(axes.xaxis, lang)


def percent_axis(axis: Any, lang: str) -> None:
    """Shares as percent."""
    sign = "%" if lang == "zh" else " %"
    axis.set_major_formatter(lambda value, _: f"{100 * value:g}{sign}")


def label_axes(axes: Any, across: str, up: str) -> None:
    """What the axes say."""
    axes.set_xlabel(across, fontsize=SMALL, color=COLOURS["muted"])
    axes.set_ylabel(up, fontsize=SMALL, color=COLOURS["muted"])


def bare_form(form: str) -> str:
    """The same form without its sign, where the axis has it."""
    return "bare_percent" if form == "percent" else form


def name_room(names: list[str]) -> float:
    """Inches that the longest name takes, and a gap."""
    return min(1.5, 0.6 * EM * max((columns(short(name, 18)) for name in names), default=4)) + 0.2


def to_svg(figure: Any, name: str, title: str, described: str) -> str:
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
