"""How figures are written, in one place: percent, gains, p, bytes, times, in English and 中文.

A template of the catalogue names the form after a colon, `{score:percent}`; a pair of figures in
the same form is a range, `{range:percent}` → "86.8–91.2". An absent figure is a dash.
"""

import math
from collections.abc import Callable
from string import Formatter
from typing import Any

DASH = "–"
MINUS = "\N{MINUS SIGN}"
NO_RANGE = {"en": "no range", "zh": "无区间"}  # too little was seen to give one

# A task's headline score → the form it is written in. A score not listed is a plain number.
FORMS = {
    "accuracy": "percent",
    "macro_f1": "percent",
    "balanced_accuracy": "percent",
    "wer": "percent",
    "cer": "percent",
    "mean_f1": "percent",
    "f1": "percent",
    "answer_f1": "percent",
}


def form_of(score: str) -> str:
    """The form of a score by its name: "percent" or "number"."""
    return FORMS.get(score, "number")


def percent(value: float, lang: str) -> str:
    """Share → "89.2 %", in Chinese "89.2%"."""
    return _signed(f"{100 * value:.1f}") + ("%" if lang == "zh" else " %")


def whole_percent(value: float, lang: str) -> str:
    """Share → "95 %", for thresholds and rough shares."""
    return f"{100 * value:.0f}" + ("%" if lang == "zh" else " %")


def points(value: float, lang: str) -> str:
    """Difference of shares → "+0.9 points", in Chinese "+0.9 个百分点"."""
    return _plus(f"{100 * value:.1f}") + (" 个百分点" if lang == "zh" else " points")


def number(value: float, lang: str = "en") -> str:  # noqa: ARG001
    """Three digits that matter: 12,345, 3.14, 0.0123."""
    size = abs(value)
    if size >= 999.5:
        return _signed(f"{value:,.0f}")
    if 0 < size < 1e-4:
        return _signed(f"{value:.2g}")
    text = f"{value:.{max(0, 2 - math.floor(math.log10(size))) if size else 0}f}"
    return _signed(text.rstrip("0").rstrip(".") if "." in text else text)


def gain(value: float, lang: str = "en") -> str:
    """Difference of plain numbers, with its sign."""
    return _plus(number(value, lang))


def p_value(value: float, lang: str) -> str:
    """ "p < .001" or "p = .31"; in Chinese with the zero before the point."""
    zero = "0" if lang == "zh" else ""
    if value < 0.001:
        return f"p < {zero}.001"
    if value > 0.99:
        return f"p > {zero}.99"
    text = f"{value:.3f}" if value < 0.0995 else f"{value:.2f}"
    text = text.rstrip("0") if value < 0.0995 else text
    return f"p = {zero}{text.removeprefix('0')}"


def count(value: float, lang: str = "en") -> str:  # noqa: ARG001
    """Whole number with thousands: 7,765."""
    return f"{round(value):,}"


def size(value: float, lang: str = "en") -> str:  # noqa: ARG001
    """Bytes on disk, decimal units: 812 B, 34 kB, 1.1 MB."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if value >= 0.9995 * scale:
            shown = value / scale
            return f"{shown:.1f} {unit}" if shown < 99.95 else f"{shown:.0f} {unit}"
    return f"{value:.0f} B"


def milliseconds(value: float, lang: str) -> str:
    """Time of one row: 0.05 ms, 12 ms."""
    text = f"{value:.2f}" if value < 9.995 else f"{value:.0f}"
    return text + (" 毫秒" if lang == "zh" else " ms")


def seconds(value: float, lang: str) -> str:
    """A wait: 0.4 s, 72 s, 12 min."""
    if value < 99.5:
        text = f"{value:.1f}" if value < 9.95 else f"{value:.0f}"
        return text + (" 秒" if lang == "zh" else " s")
    return f"{value / 60:.0f}" + (" 分钟" if lang == "zh" else " min")


def bare_percent(value: float, lang: str) -> str:  # noqa: ARG001
    """Share → "89.2", for ranges and for columns whose head says percent."""
    return _signed(f"{100 * value:.1f}")


def bare_points(value: float, lang: str) -> str:  # noqa: ARG001
    """Difference of shares → "+0.9"."""
    return _plus(f"{100 * value:.1f}")


def points_wide(value: float, lang: str) -> str:
    """Size of a difference of shares, without a sign → "3.9 points"."""
    return points(abs(value), lang).removeprefix("+")


WRITERS: dict[str, Callable[[float, str], str]] = {
    "percent": percent,
    "whole_percent": whole_percent,
    "points": points,
    "number": number,
    "gain": gain,
    "p": p_value,
    "count": count,
    "bytes": size,
    "ms": milliseconds,
    "seconds": seconds,
    "bare_percent": bare_percent,
    "bare_points": bare_points,
    # For a score of either form: {more:gain_{form}} has a sign, {seen:size_{form}} has none.
    "gain_percent": points,
    "gain_number": gain,
    "size_percent": points_wide,
    "size_number": number,
}
_RANGES = {
    "percent": "bare_percent",
    "points": "bare_points",
    "gain_percent": "bare_points",
    "gain_number": "gain",
}


def write(value: Any, form: str, lang: str) -> str:
    """Write one figure.

    Args:
        value: a number; a (low, high) pair for a range; None or a non-finite number for a dash,
            a pair of them for "no range".
        form: a key of `WRITERS`; "one|many" picks a word by number; "" writes text as it is.
        lang: "en" or "zh".
    """
    if not form:
        return str(value)
    if "|" in form:
        one, many = form.split("|")
        return one if value == 1 else many
    if isinstance(value, tuple | list):
        if not any(map(_known, value)):
            return NO_RANGE[lang]
        return _range(value[0], value[1], _RANGES.get(form, form), lang)
    if not _known(value):
        return DASH
    return WRITERS[form](float(value), lang)


def _known(value: Any) -> bool:
    return value is not None and math.isfinite(value)


class Template(Formatter):
    """`str.format` whose format codes are ours, in one language.

    Args:
        lang: "en" or "zh".
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write a field in the form named after the colon; a sentence is said."""
        say = getattr(value, "say", None)
        return say(self.lang) if say else write(value, format_spec, self.lang)


def _range(low: Any, high: Any, form: str, lang: str) -> str:
    first, last = write(low, form, lang), write(high, form, lang)
    if form in ("number", "gain") and DASH not in (first, last) and 1e-4 < high - low < 100:
        # Both ends get the decimals that their distance is worth: 0.761–0.840.
        decimals = max(0, 1 - math.floor(math.log10(high - low)))
        sign = _plus if form == "gain" else _signed
        first, last = (sign(f"{end:,.{decimals}f}") for end in (low, high))
    dash = (" 至 " if lang == "zh" else " to ") if MINUS in first + last else DASH
    return f"{first}{dash}{last.removeprefix('+')}"


def _signed(text: str) -> str:
    if text.startswith("-"):
        return text[1:] if not text.strip("-0.,") else MINUS + text[1:]
    return text


def _plus(text: str) -> str:
    text = _signed(text)
    return text if text.startswith(MINUS) else "+" + text
