"""Both sides of a row marked in its text: as HTML, and as lines for a terminal."""

from collections.abc import Mapping
from html import escape
from typing import Any

from rich.text import Text

from umbrella.base.catalogue import say
from umbrella.check.tables import text
from umbrella.check.words import LABEL, clean


def page(example: Mapping[str, Any], lang: str) -> str:
    """Both sides of an example as HTML; "" where it has none."""
    marked = example.get("marked")
    if not marked:
        return ""
    sides = (("said", "report.answer"), ("true", "report.truth"))
    return "".join(
        f'<p class="cell spans"><span>{text(key, lang)}</span>'
        f"<bdi>{''.join(_html(*piece) for piece in _pieces(marked, side))}</bdi></p>"
        for side, key in sides
    )


def lines(example: Mapping[str, Any], lang: str) -> list[Text]:
    """Both sides of an example for a terminal: [text TYPE], wrong ones in red."""
    marked, out = example["marked"], []
    for side, key in (("said", "report.answer"), ("true", "report.truth")):
        line = Text(f"{say(key, lang)} ", style="dim")
        for part, kind, right in _pieces(marked, side):
            if kind is None:
                line.append(part)
            else:
                line.append(f"[{f'{part} {kind}'.rstrip()}]", style="green" if right else "red")
        out.append(line)
    return out


def _pieces(marked: Mapping[str, Any], side: str) -> list[tuple[str, str | None, bool]]:
    """Text, its type or None, and whether it is right, from left to right."""
    apart = isinstance(marked[side], Mapping)  # each side has its own part of the text
    spans = marked[side]["spans"] if apart else marked[side]
    marked = marked[side] if apart else marked
    whole, at = str(marked["text"]), 0
    out: list[tuple[str, str | None, bool]] = [("… ", None, True)] if marked["before"] else []
    for start, end, kind, right in spans:
        if start > at:
            out.append((whole[at:start], None, True))
        out.append((whole[start:end], clean(kind, LABEL), bool(right)))
        at = end
    out.append((whole[at:], None, True))
    return [*out, (" …", None, True)] if marked["after"] else out


def _html(part: str, kind: str | None, right: bool) -> str:
    if kind is None:
        return escape(part)
    tone = "right" if right else "wrong"
    named = f"<small>{escape(kind)}</small>" if kind else ""
    return f'<mark class="{tone}">{escape(part)}{named}</mark>'
