"""Texts with coloured words as HTML.

Blue with a line under it speaks for the answer, orange with a dashed line against it, so that
neither colours nor a screen are needed to tell them apart.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from umbrella.base.catalogue import Sentence, say
from umbrella.base.wording import write
from umbrella.check.explained import LEVELS
from umbrella.check.tables import text


def legend(lang: str, number: bool = False, cut: bool = False) -> str:
    """What the colours mean.

    Args:
        lang: "en" or "zh".
        number: whether answers are numbers.
        cut: whether texts have parts that are not read.
    """
    keys = ("explain.up", "explain.down") if number else ("explain.for", "explain.against")
    tones = (f"f{LEVELS - 1}", f"a{LEVELS - 1}")
    parts = [
        f'<span class="{tone}">{text(key, lang)}</span>'
        for tone, key in zip(tones, keys, strict=True)
    ]
    grey = f' · <span class="unread">{text("explain.unread", lang)}</span>' if cut else ""
    return (
        f'<p class="looked legend">{" · ".join(parts)} · {text("explain.stronger", lang)}{grey}</p>'
    )


def example(example: Mapping[str, Any], lang: str) -> str:
    """The coloured texts of a report's example; "" where it has none."""
    looked = example.get("looked")
    if not looked:
        return ""
    texts = "".join(coloured(one) for one in looked["texts"])
    if not looked.get("towards"):
        return texts
    why = say("explain.why", lang, towards=looked["towards"])
    return f'<p class="cell"><span>{escape(why)}</span></p>{texts}'


def coloured(one: Mapping[str, Any], several: bool = False) -> str:
    """One text as HTML.

    Args:
        one: as `explained.told` gives it.
        several: whether its column is named.
    """
    whole, at, parts = str(one["text"]), 0, []
    for start, end, level, weight in one["words"]:
        parts.append(_plain(whole, at, start, one["read"]))
        tone = f"{'f' if level > 0 else 'a'}{min(abs(int(level)), LEVELS)}"
        moved = escape(write(float(weight), "gain", "en"))
        parts.append(f'<span class="{tone}" title="{moved}">{escape(whole[start:end])}</span>')
        at = end
    parts.append(_plain(whole, at, len(whole), one["read"]))
    name = f"<span class=column>{escape(one['column'])}</span>" if several else ""
    before, after = "… " if one["before"] else "", " …" if one["after"] else ""
    return f'<p class="cell looked">{name}<bdi>{before}{"".join(parts)}{after}</bdi></p>'


def _plain(whole: str, start: int, end: int, read: int) -> str:
    """A part without colour; what the model does not read is grey."""
    seen = escape(whole[start : max(start, min(end, read))])
    unseen = whole[max(start, min(end, read)) : end]
    return seen + (f'<span class="unread">{escape(unseen)}</span>' if unseen.strip() else unseen)


def note(details: Mapping[str, Any], lang: str) -> str:
    """What the colours of the report's examples mean, and whether they can be believed."""
    if not any("looked" in one for one in details.get("examples", [])):
        return ""
    told = details.get("pictures")
    said = escape(Sentence.from_json(told).say(lang)) if told else ""
    return f'<p class="notes">{text("explain.examples", lang)} {said}</p>'
