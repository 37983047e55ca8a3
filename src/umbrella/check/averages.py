"""The figure that explains an average: EMA beside plain mean on a real course, and their weights.

Names and dashes tell the lines apart, not colour alone.
"""

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from umbrella.base.catalogue import say
from umbrella.base.errors import ConfigError, need
from umbrella.base.files import write_bytes
from umbrella.check.style import PALETTE
from umbrella.series import ema, sma
from umbrella.series.exponential import alpha_of
from umbrella.series.rolling import whole

INK, MUTED, LINE, ACCENT, WARN = (
    PALETTE[name][0] for name in ("ink", "muted", "line", "accent", "warn")
)
CHINESE = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC",
           "Microsoft YaHei", "SimHei", "Noto Serif CJK SC")  # fmt: skip
FORMATS = {".svg": "svg", ".png": "png"}
SETTINGS = {
    "svg.fonttype": "none",  # text stays text: whoever shows it has the fonts, Chinese ones too
    "svg.hashsalt": "umbrella-averages",  # the same figure gives the same bytes
    "text.parse_math": False,
}


def weights_figure(
    values: ArrayLike,
    path: Path | str,
    *,
    span: int = 20,
    dates: ArrayLike | None = None,
    name: str = "",
    lang: str = "en",
) -> Path:
    """Draw one series with its EMA and its plain mean, and below what each weighs the past.

    Args:
        values: [T] numbers, e.g. closing prices; at least 2 · span of them.
        path: a file that ends in .svg or .png.
        span: of both averages, from 2.
        dates: [T] datetime64 for the axis; row numbers without.
        name: what the values are, e.g. "AAPL".
        lang: "en" or "zh".

    Returns:
        The path.

    Raises:
        ConfigError: another ending, or too few values.
        MissingExtraError: matplotlib is not installed.
    """
    path, span = Path(path), whole("span", span, 2)
    series = np.asarray(values, dtype=np.float64)
    if path.suffix not in FORMATS:
        raise ConfigError(f"{path.name} is not a picture. Name a file {' or '.join(FORMATS)}.")
    if series.ndim != 1 or len(series) < 2 * span:
        raise ConfigError(f"values of shape {series.shape} came. Give one series of at least "
                          f"{2 * span} rows, or a shorter span.")  # fmt: skip
    matplotlib, fonts = need("matplotlib", "train"), need("matplotlib.font_manager", "train")
    known = {font.name for font in fonts.fontManager.ttflist}
    family = [font for font in CHINESE if font in known] if lang == "zh" else []
    settings = {**SETTINGS, "font.family": [*family, "DejaVu Sans"]}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        # Only the width of a missing glyph is guessed; what shows the file has its own fonts.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = need("matplotlib.figure", "train").Figure(figsize=(7, 5), layout="constrained")
        upper, lower = figure.subplots(2, height_ratios=(3, 2))
        across = np.arange(len(series)) if dates is None else np.asarray(dates)
        _draw_course(upper, across, series, span, name or say("series.average.value", lang), lang)
        _draw_weights(lower, span, lang)
        file = io.BytesIO()
        form = FORMATS[path.suffix]
        about = {"Date": None, "Creator": None} if form == "svg" else {"Software": None}
        figure.savefig(file, format=form, dpi=150, metadata=about)
    write_bytes(path, file.getvalue())
    return path


def _draw_course(axes: Any, across: Any, series: Any, span: int, name: str, lang: str) -> None:
    """The series and both averages."""
    axes.plot(across, series, color=MUTED, linewidth=0.8, label=name)
    axes.plot(across, ema(series, span=span, min_count=span), color=ACCENT, linewidth=1.6,
              label=say("series.average.ema", lang, span=span))  # fmt: skip
    axes.plot(across, sma(series, span), color=WARN, linewidth=1.4, linestyle=(0, (4, 1.5)),
              label=say("series.average.sma", lang, span=span))  # fmt: skip
    _dress(axes)


def _draw_weights(axes: Any, span: int, lang: str) -> None:
    """What a value weighs by how many rows it lies back."""
    alpha = alpha_of(span=span)
    back = np.arange(3 * span)
    axes.plot(back, alpha * (1 - alpha) ** back, "o", color=ACCENT, markersize=3,
              label=say("series.average.weight_ema", lang, alpha=alpha))  # fmt: skip
    axes.step([-0.5, span - 0.5, span - 0.5, 3 * span], [1 / span, 1 / span, 0, 0], color=WARN,
              linewidth=1.4, linestyle=(0, (4, 1.5)),
              label=say("series.average.weight_sma", lang, span=span))  # fmt: skip
    axes.axvline((span - 1) / 2, color=LINE, linewidth=1.2)
    axes.annotate(say("series.average.lag", lang, rows=(span - 1) / 2), ((span - 1) / 2, 1),
                  xycoords=("data", "axes fraction"), xytext=(5, -9),
                  textcoords="offset points", color=MUTED, fontsize=8.5)  # fmt: skip
    axes.set_xlabel(say("series.average.back", lang), color=MUTED)
    axes.set_ylabel(say("series.average.weight", lang), color=MUTED)
    _dress(axes)


def _dress(axes: Any) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(LINE)
    axes.tick_params(colors=MUTED, labelsize=8.5)
    axes.legend(frameon=False, fontsize=8.5, labelcolor=INK)
